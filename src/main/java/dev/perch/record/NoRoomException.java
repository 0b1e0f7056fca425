package dev.perch.record;

import java.io.IOException;

/** Thrown when a disk is fuller than retention allows and Perch has nothing left to delete. The message is a sentence. */
final class NoRoomException extends IOException {
    NoRoomException(String sentence) {
        super(sentence);
    }
}
