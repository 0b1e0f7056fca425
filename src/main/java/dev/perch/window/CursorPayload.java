package dev.perch.window;

import dev.perch.cmaf.FramePayload;
import dev.perch.feed.Cursor;
import dev.perch.feed.Destination;
import dev.perch.feed.FrameLostException;
import java.io.IOException;

record CursorPayload(Cursor cursor) implements FramePayload {
    @Override
    public void copy(int start, int end, Destination destination) throws FrameLostException, IOException {
        cursor.outgoing().clear();
        cursor.outgoing().addPayload(start, end);
        cursor.outgoing().writeTo(destination, end - start);
        cursor.outgoing().clear();
    }
}
