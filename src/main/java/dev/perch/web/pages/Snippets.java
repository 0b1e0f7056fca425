package dev.perch.web.pages;

import dev.perch.media.Encoding;
import dev.perch.web.pages.PageView.Snippet;
import dev.perch.web.status.CameraFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.unbescape.html.HtmlEscape;

/** The lines that embed, fetch and play a camera elsewhere. */
final class Snippets {
    private Snippets() {}

    /**
     * Returns the lines for the camera's formats; all lines if the formats are unknown.
     *
     * @param address of the camera, ending in a slash
     */
    static List<Snippet> of(CameraFacts facts, String address) {
        Set<Encoding> offered = facts.offer().encodings();
        boolean jpeg = offered.isEmpty() || offered.contains(Encoding.JPEG);
        boolean video = offered.isEmpty() || offered.contains(Encoding.H264);
        List<Snippet> lines = new ArrayList<>();
        if (jpeg) {
            lines.addAll(pictures(facts.identity(), address));
        }
        if (video) {
            lines.addAll(videos(facts.identity(), address));
        }
        lines.add(new Snippet("In VLC", "vlc '" + address + (video ? "stream.mp4'" : "stream.mjpg'")));
        lines.addAll(ProgramSnippets.of(facts.identity().id(), address, jpeg, video));
        return lines;
    }

    private static List<Snippet> pictures(CameraFacts.Identity camera, String address) {
        String title = HtmlEscape.escapeHtml4Xml(camera.title());
        return List.of(
                new Snippet(
                        "Moving picture in a web page",
                        "<img src=\"" + address + "stream.mjpg\" alt=\"" + title + "\">"),
                new Snippet(
                        "One picture into a file", "wget -O " + camera.id() + ".jpg '" + address + "snapshot.jpg'"));
    }

    private static List<Snippet> videos(CameraFacts.Identity camera, String address) {
        return List.of(
                new Snippet(
                        "Video in a web page",
                        "<video src=\"" + address + "stream.mp4\" autoplay muted playsinline"
                                + " oncanplay=\"this.play()\"></video>"),
                new Snippet(
                        "Ten seconds into a file",
                        "wget -O " + camera.id() + ".mp4 '" + address + "stream.mp4?duration=10'"),
                new Snippet(
                        "Raw H.264, with little delay",
                        "ffplay -f h264 -fflags nobuffer '" + address + "stream.h264'"));
    }
}
