package dev.perch.alsa;

/**
 * A card's device that records.
 *
 * @param card the card's number, which changes from start to start
 * @param id the card's name in libasound, which does not
 * @param title the card's name for people
 * @param number of the device within the card
 */
public record Microphone(int card, String id, String title, int number) {
    /** Returns its name in libasound, converting: {@code plughw:C920}. */
    public String device() {
        return "plughw:" + id + (number == 0 ? "" : "," + number);
    }
}
