package dev.perch.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The WAR of this build on an emulated PC with 512 MB: in Debian's tomcat10 with the flags of {@code conf/tomcat10-default}, and alone. Its resident memory is printed, and its start beside that of a Tomcat with one page.
 */
@Tag("guest2")
class SmallGuestIT {
    /** Of Rss: what top shows to the one who wonders. */
    private static final int MOST_RESIDENT_KIB = 112 << 10;

    @TestFactory
    List<DynamicTest> with512Mb() throws IOException, InterruptedException {
        RigSession session = RigSession.run("small-guest", "small-session", "v4l2-guest", "-m", "512", "-t", "1200");
        System.out.println("Perch in Debian's tomcat10, 512 MB: idle " + session.resident("idle") + ", with 40 viewers "
                + session.resident("viewers") + "; a Tomcat with one page " + session.resident("hello") + "; start: "
                + start(session, "hello") + ", with Perch " + start(session, "stock") + ", Perch alone "
                + start(session, "perch"));
        return List.of(
                dynamicTest("the session came to its end", session::cameToItsEnd),
                dynamicTest("resident memory in tomcat10 with 40 viewers", () -> {
                    assertEquals("200", session.fact("status:stats.json"));
                    int resident = session.most("viewers", "rss");
                    assertTrue(resident > 0 && resident <= MOST_RESIDENT_KIB, () -> session.resident("viewers"));
                }),
                dynamicTest("it ends on SIGTERM", () -> assertEquals("143", session.fact("exit"))));
    }

    private static String start(RigSession session, String whose) {
        String centiseconds = session.facts().getOrDefault(whose + "-centiseconds", "0");
        return String.format(Locale.ROOT, "%.1f s", Integer.parseInt(centiseconds) / 100.0);
    }
}
