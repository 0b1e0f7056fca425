package dev.perch.audience;

/**
 * A viewer by MJPEG, as µStreamer's {@code /state} lists it.
 *
 * @param id of the connection, random
 * @param key the client's own name for itself; {@code 0} for none
 * @param framesPerSecond the frames sent to it in the last whole second
 */
public record StreamClient(String id, String key, Wishes wishes, int framesPerSecond) {
    /**
     * The client's options, in µStreamer's words.
     *
     * @param extraHeaders headers with times and sizes in each part
     * @param advanceHeaders the next part's header behind each picture
     * @param dualFinalFrames the last picture before a pause twice; Perch repeats it anyway
     * @param zeroData the headers alone
     */
    public record Wishes(boolean extraHeaders, boolean advanceHeaders, boolean dualFinalFrames, boolean zeroData) {}
}
