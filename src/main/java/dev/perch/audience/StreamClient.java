package dev.perch.audience;

/**
 * One who watches by MJPEG, as µStreamer's {@code /state} tells of it.
 *
 * @param id of the connection, made by chance
 * @param key that the client has given itself; {@code 0} for none
 * @param framesPerSecond that it got in the last whole second
 */
public record StreamClient(String id, String key, Wishes wishes, int framesPerSecond) {
    /**
     * What it asked for in µStreamer's words.
     *
     * @param extraHeaders headers with times and sizes in each part
     * @param advanceHeaders the next part's header behind each picture
     * @param dualFinalFrames the last picture before a pause twice; Perch repeats it anyway
     * @param zeroData the headers alone
     */
    public record Wishes(boolean extraHeaders, boolean advanceHeaders, boolean dualFinalFrames, boolean zeroData) {}
}
