package dev.perch.web.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Caller;
import dev.perch.access.Credentials;
import dev.perch.access.Links;
import dev.perch.config.AddressRange;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A download that a slow client is in the midst of. */
class TenuredBodyTest {
    private static final long LATER_NANOS = System.nanoTime() + 31_000_000_000L;

    @Test
    void linkThatIsTakenBack_endsWhatIsBeingSent() throws Exception {
        Access access = new Access("", port -> Optional.empty());
        Links.Link link = access.links().make("front", Set.of(Action.EXPORT), Optional.empty(), 3600);
        Caller caller = new Caller(
                AddressRange.literal("192.168.0.7"),
                /* proxied= */ false,
                /* trustedPeer= */ false,
                "cam",
                8080,
                Optional.of(Credentials.ofLink(access.links().token(link))));
        HttpServletRequest request = FakeRequest.of("GET", "/front/clip.mp4").request();
        Callers.permit(request, access.permit(caller, Action.EXPORT, Optional.of("front")));
        try (TenuredBody body = new TenuredBody(request, new ByteArrayInputStream(new byte[100]))) {
            access.tend(LATER_NANOS);
            assertEquals(60, body.read(new byte[60]));
            access.links().revoke("front", link.id());
            access.tend(LATER_NANOS + 31_000_000_000L);
            IOException ended = assertThrows(IOException.class, () -> body.read(new byte[60]));
            assertTrue(String.valueOf(ended.getMessage()).contains("The link has ended"));
        }
    }
}
