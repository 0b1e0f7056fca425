package dev.perch.record;

import java.io.IOException;

/** Thrown when a disk is fuller than retention allows, and there is nothing of Perch's left to delete; the message is a sentence. */
final class NoRoomException extends IOException {
    NoRoomException(String sentence) {
        super(sentence);
    }
}
