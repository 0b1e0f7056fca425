package dev.perch.alsa;

/**
 * A card's capture device.
 *
 * @param card the card's number, which may change at each start
 * @param id the card's name in libasound, which does not change
 * @param title the card's name for people
 * @param number of the device within the card
 */
public record Microphone(int card, String id, String title, int number) {
    /** Returns the converting device's name in libasound: {@code plughw:C920}. */
    public String device() {
        return "plughw:" + id + (number == 0 ? "" : "," + number);
    }
}
