package dev.perch.web.pages;

import dev.perch.web.pages.PageView.Snippet;
import java.util.ArrayList;
import java.util.List;

/** The lines that add a camera to other programs, each in that program's configuration or form. */
final class ProgramSnippets {
    private ProgramSnippets() {}

    /**
     * Returns the lines for the camera's formats.
     *
     * @param id of the camera
     * @param address of the camera, ending in a slash
     * @param jpeg whether it gives JPEG
     * @param video whether it gives H.264
     */
    static List<Snippet> of(String id, String address, boolean jpeg, boolean video) {
        List<Snippet> lines = new ArrayList<>();
        if (jpeg) {
            String both = "Stream URL: " + address + "stream.mjpg\nSnapshot URL: " + address + "snapshot.jpg";
            lines.add(new Snippet("OctoPrint, Mainsail, Fluidd", both));
        }
        String still = jpeg ? "\nStill image URL: " + address + "snapshot.jpg" : "";
        if (video) {
            lines.add(
                    new Snippet("Home Assistant, Generic Camera", "Stream source: " + address + "stream.mp4" + still));
            lines.add(new Snippet("Frigate, go2rtc", "go2rtc:\n  streams:\n    " + id + ": " + address + "stream.flv"));
            lines.add(new Snippet("Homebridge, Scrypted", "-f flv -i " + address + "stream.flv"));
            lines.add(new Snippet("mpv", "mpv --profile=low-latency '" + address + "stream.mp4'"));
            lines.add(new Snippet("ffmpeg", "ffmpeg -i '" + address + "stream.mp4' -c copy -t 60 " + id + ".mkv"));
            lines.add(new Snippet("OBS Studio", address + "stream.mp4"));
            lines.add(new Snippet(
                    "GStreamer",
                    "gst-launch-1.0 souphttpsrc location=" + address
                            + "stream.mp4 ! qtdemux ! decodebin ! autovideosink"));
        }
        if (jpeg) {
            lines.add(new Snippet("Home Assistant, MJPEG IP Camera", "MJPEG URL: " + address + "stream.mjpg" + still));
        }
        lines.add(new Snippet(
                "nginx", "location /" + id + "/ {\n  proxy_pass " + address + ";\n  proxy_buffering off;\n}"));
        return lines;
    }
}
