package dev.perch.audience;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.perch.camera.Camera;
import dev.perch.media.Encoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AudienceTest {
    private record Watching(String name, List<String> ended, boolean fails) implements Viewer {
        @Override
        public void shutDown() {
            ended.add(name);
            if (fails) {
                throw new NoSuchMethodError("not in this container");
            }
        }

        @Override
        public boolean watches(Camera camera, Set<Encoding> encodings) {
            return true;
        }
    }

    @Test
    void close_endsEveryViewer_whateverTheEndOfOneThrows() {
        Audience audience = new Audience();
        List<String> ended = new ArrayList<>();
        for (String name : List.of("first", "second", "third", "fourth")) {
            audience.enter(new Watching(name, ended, /* fails= */ !name.equals("third")));
        }
        audience.close();
        ended.sort(null);
        assertEquals(List.of("first", "fourth", "second", "third"), ended);
    }

    @Test
    void closer_goesOn_afterAnEndThatFails() {
        List<String> ended = new ArrayList<>();
        try (Closer closer = new Closer()) {
            closer.execute(() -> {
                throw new NoSuchMethodError("not in this container");
            });
            closer.execute(() -> ended.add("second"));
        }
        assertEquals(List.of("second"), ended);
    }
}
