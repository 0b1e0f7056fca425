package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.media.FrameTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeadingPicturesTest {
    private final LeadingPictures leading = new LeadingPictures();

    /** Which of the frames {@code sequence:order}, k for a key frame, are admitted. */
    private List<String> admitted(String frames) {
        List<String> admitted = new ArrayList<>();
        for (String each : frames.split(" ", -1)) {
            String[] parts = each.replace("k", "").split(":", -1);
            FrameTime time = new FrameTime(0, 0).shown(0, Long.parseLong(parts[1]));
            Frame frame =
                    new Frame(Long.parseLong(parts[0]), 1, time, each.endsWith("k"), false, false, TestFeed.VIDEO);
            if (leading.admits(frame)) {
                admitted.add(parts[0]);
            }
        }
        return admitted;
    }

    @Test
    void whoStartsAtAnOpenGop_getsNoneOfItsLeadingPictures() {
        assertEquals(List.of("7", "10", "11", "12"), admitted("7:19k 8:15 9:17 10:25 11:21 12:23"));
    }

    @Test
    void whoCameFromBefore_getsAll_andWhoSkippedStartsAnew() {
        assertEquals(List.of("0", "1", "2", "3"), admitted("0:1k 1:7k 2:3 3:5"));
        assertEquals(List.of("20", "22"), admitted("20:41k 21:39 22:45"));
    }

    @Test
    void withoutReordering_allGo() {
        assertEquals(List.of("0", "1", "2"), admitted("0:0k 1:0 2:0k"));
    }
}
