package dev.perch.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Verdict;
import dev.perch.config.AccessConfig;
import dev.perch.config.AddressRange;
import dev.perch.config.PerchConfig;
import dev.perch.rtmp.StreamRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The address lists, which hold for RTMP as for every protocol. */
class RtmpCallerTest {
    private static final String LISTS = """
            access:
              play: { deny: [203.0.113.7, "2001:db8:bad::/48"], allow: [203.0.113.0/24, "2001:db8::/32"] }
              publish: { allow: 203.0.113.0/24 }
            cameras:
              front:
                demo: true
                access:
                  play: { allow: 198.51.100.9 }
                  publish: { deny: 203.0.113.8, allow: 203.0.113.0/24 }
              back: { demo: true }
            """;

    @TempDir
    private Path folder = Path.of("");

    private static boolean may(Access access, Action action, String address, String path) {
        StreamRequest request = new StreamRequest("live", "rtmp://cam.example/live", path, "test");
        StreamPath parsed = StreamPath.of(request);
        return access.decide(
                        RtmpCaller.of(
                                request, parsed, AddressRange.literal(address).orElseThrow(), 1935),
                        action,
                        Optional.of(parsed.camera()))
                == Verdict.ALLOWED;
    }

    @Test
    void lists_holdForPlayersAndPublishers_perCameraAndForAll() throws Exception {
        Path file = Files.writeString(folder.resolve("perch.yml"), LISTS);
        AccessConfig lists = PerchConfig.load(file).access().orElseThrow();
        Access access = new Access("", port -> Optional.empty(), Map.of("front", "k3y", "back", "k3y"), lists);
        assertEquals(true, may(access, Action.WATCH, "203.0.113.6", "back"));
        assertEquals(false, may(access, Action.WATCH, "203.0.113.7", "back"));
        assertEquals(true, may(access, Action.WATCH, "2001:db8::1", "back"));
        assertEquals(false, may(access, Action.WATCH, "2001:db8:bad::1", "back"));
        assertEquals(false, may(access, Action.WATCH, "198.51.100.9", "back"));
        assertEquals(true, may(access, Action.WATCH, "198.51.100.9", "front"));
        assertEquals(false, may(access, Action.WATCH, "203.0.113.6", "front"));
        assertEquals(true, may(access, Action.PUBLISH, "203.0.113.8", "back?key=k3y"));
        assertEquals(true, may(access, Action.PUBLISH, "203.0.113.8", "back/k3y"));
        assertEquals(false, may(access, Action.PUBLISH, "203.0.113.8", "back"));
        assertEquals(false, may(access, Action.PUBLISH, "203.0.113.8", "front?key=k3y"), "a wall for keys, too");
        assertEquals(true, may(access, Action.PUBLISH, "203.0.113.9", "front?key=k3y"));
        assertEquals(false, may(access, Action.PUBLISH, "198.51.100.9", "front?key=k3y"));
        assertEquals(false, may(access, Action.PUBLISH, "203.0.113.9", "front?key=k3yy"));
    }
}
