package dev.perch.web.live;

import dev.perch.audience.StreamClient;
import dev.perch.feed.Packager;
import dev.perch.mjpeg.MultipartFraming;
import dev.perch.web.answer.Parameters;
import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ThreadLocalRandom;

/** Parses a request for MJPEG in µStreamer's words. */
final class MjpegRequest {
    private MjpegRequest() {}

    static LiveStream of(
            HttpServletRequest request,
            Packager partHeads,
            MultipartFraming.Layout layout,
            double mostFramesPerSecond,
            double durationSeconds)
            throws Parameters.RefusedException {
        MultipartFraming framing = new MultipartFraming(mostFramesPerSecond, layout);
        StreamClient.Wishes wishes = new StreamClient.Wishes(
                flag(request, "extra_headers"),
                layout == MultipartFraming.Layout.ADVANCE,
                flag(request, "dual_final_frames"),
                flag(request, "zero_data"));
        if (wishes.extraHeaders()) {
            framing.withExtras();
        }
        if (wishes.zeroData()) {
            framing.withoutPictures();
        }
        String id = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return LiveStream.mjpeg(partHeads, layout, framing, durationSeconds).of(id, key(request), wishes);
    }

    private static boolean flag(HttpServletRequest request, String name) throws Parameters.RefusedException {
        return Parameters.flag(request, name).orElse(false);
    }

    /** Returns the client's own name for itself, which goes into a cookie and into /state. */
    private static String key(HttpServletRequest request) throws Parameters.RefusedException {
        String key = request.getParameter("key");
        if (key == null || key.isEmpty()) {
            return "";
        }
        if (!key.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new Parameters.RefusedException(
                    "key is not accepted: it has letters, digits, hyphens and underscores, at most 64, such as abc.");
        }
        return key;
    }
}
