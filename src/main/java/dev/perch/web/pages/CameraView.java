package dev.perch.web.pages;

import dev.perch.media.Encoding;
import dev.perch.media.Medium;
import dev.perch.source.CardFacts;
import dev.perch.source.SoundProspect;
import dev.perch.web.answer.Discretion;
import dev.perch.web.answer.LiveAddress;
import dev.perch.web.status.CameraFacts;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A camera's values for a page's template.
 *
 * @param base the path from the page to the camera's addresses: {@code front/}, or {@code ./} on its own page
 * @param state one word
 * @param reason why it is lost or refused, or its last start failed, a sentence; empty otherwise
 * @param soundTrouble why its sound card is silent, a sentence; empty otherwise
 * @param size such as {@code 640 × 360}; a dash when not known
 * @param width in pixels for the picture's place; null when not known
 * @param height likewise
 * @param shows what the picture's place shows at first: {@code mjpeg}, {@code snapshot}, {@code video} or {@code off}
 * @param picture the address of the first picture; empty unless it is one
 * @param query what is asked of moving pictures: empty, or such as {@code fps=5}
 * @param best the format to show, {@code H264} or {@code JPEG}: one that the camera has without encoding, where there is one
 * @param ways the techniques
 * @param renditions the other versions of its picture
 * @param sounds whether it has sound, as far as is known
 * @param controlled whether its device has controls to show
 * @param recorded whether there is a page of its recordings
 * @param pushed whether it is passed on to other servers: {@code true}, or null
 * @param note which of them it does not give, and why, or what has to be encoded of its source; empty when all are given as they come
 */
record CameraView(
        String id,
        String title,
        String base,
        String source,
        String state,
        String reason,
        String soundTrouble,
        String size,
        String rate,
        String viewers,
        @Nullable Integer width,
        @Nullable Integer height,
        String shows,
        String picture,
        String query,
        String best,
        List<Way> ways,
        List<Rendition> renditions,
        boolean sounds,
        boolean controlled,
        boolean recorded,
        @Nullable String pushed,
        String note) {
    /** Stands for an unknown value. */
    static final String UNKNOWN = "–";

    /**
     * One technique.
     *
     * @param name for people
     * @param file the last part of the address
     * @param mode the script's word for it; empty if a browser cannot show it
     */
    record Way(String name, String file, String address, String mode, boolean offered) {}

    /**
     * Another version of the picture.
     *
     * @param ways the techniques, each with its own address
     */
    record Rendition(String name, List<Way> ways) {
        static Rendition of(String name, String base) {
            return new Rendition(
                    name,
                    Stream.of(LiveAddress.SNAPSHOT, LiveAddress.MJPEG, LiveAddress.ANNEX_B, LiveAddress.MP4)
                            .map(address -> way(address, base + name + "/", Encoding.of(Medium.VIDEO)))
                            .toList());
        }
    }

    /**
     * A camera's place on a page.
     *
     * @param base as in the view
     * @param query added to the moving picture's address: empty, or such as {@code fps=5}
     * @param moves whether a moving picture is shown before the script begins, or without it
     * @param wall whether the place is one of many: a camera with both formats then shows JPEG at a low rate
     * @param recorded whether there is a page of its recordings
     * @param pushed whether it has pushes
     */
    record Presentation(String base, String query, boolean moves, boolean wall, boolean recorded, boolean pushed) {
        /** Returns the format to show: one that needs no encoding if there is any. */
        private Encoding best(CameraFacts facts, Set<Encoding> offered) {
            Encoding liked = wall ? Encoding.JPEG : Encoding.H264;
            Encoding other = wall ? Encoding.H264 : Encoding.JPEG;
            if (facts.offer().natively().contains(liked)) {
                return liked;
            }
            if (facts.offer().natively().contains(other)) {
                return other;
            }
            return offered.contains(Encoding.JPEG) ? Encoding.JPEG : Encoding.H264;
        }
    }

    /** Returns whether the page begins with a moving picture. */
    boolean moves() {
        return shows.equals("mjpeg") || shows.equals("video");
    }

    /**
     * Returns the values.
     *
     * @param discretion limits what the reader may know
     */
    static CameraView of(CameraFacts facts, Presentation presentation, Discretion discretion) {
        String base = presentation.base();
        Set<Encoding> offered = facts.offer().encodings().isEmpty()
                ? Encoding.of(Medium.VIDEO)
                : EnumSet.copyOf(facts.offer().encodings());
        Encoding best = presentation.best(facts, offered);
        String shows = shows(best, presentation);
        String mjpeg =
                base + LiveAddress.MJPEG.path() + (presentation.query().isEmpty() ? "" : "?" + presentation.query());
        boolean known = facts.width() > 0 && facts.height() > 0;
        return new CameraView(
                facts.id(),
                facts.identity().title(),
                base,
                discretion.source(facts.identity().source()),
                facts.state().word(),
                discretion.text(facts.state().reason()),
                discretion.text(facts.sound().card().map(CardFacts::trouble).orElse("")),
                known ? facts.width() + " × " + facts.height() : UNKNOWN,
                rate(facts.measuredFps()),
                Integer.toString(facts.watchers().now()),
                known ? facts.width() : null,
                known ? facts.height() : null,
                shows,
                picture(shows, base, mjpeg),
                presentation.query(),
                best.name(),
                Arrays.stream(LiveAddress.values())
                        .map(address -> way(address, base, offered))
                        .toList(),
                facts.pictures().renditions().stream()
                        .map(name -> Rendition.of(name, base))
                        .toList(),
                facts.sound().prospect() != SoundProspect.NONE,
                facts.controlled(),
                presentation.recorded(),
                presentation.pushed() ? "true" : null,
                discretion.text(note(facts, offered, discretion)));
    }

    private static String shows(Encoding best, Presentation presentation) {
        return switch (best) {
            case JPEG -> presentation.moves() ? "mjpeg" : "snapshot";
            case H264 -> presentation.moves() ? "video" : "off";
            case AAC -> "off";
        };
    }

    private static String picture(String shows, String base, String mjpeg) {
        return switch (shows) {
            case "mjpeg" -> mjpeg;
            case "snapshot" -> base + LiveAddress.SNAPSHOT.path();
            default -> "";
        };
    }

    private static String rate(double fps) {
        return fps <= 0 ? UNKNOWN : String.format(Locale.ROOT, "%.1f fps", fps).replace(".0 ", " ");
    }

    private static Way way(LiveAddress address, String base, Set<Encoding> offered) {
        boolean given = offered.contains(address.encoding());
        return switch (address) {
            case SNAPSHOT -> new Way("Snapshots", address.path(), base + address.path(), "snapshot", given);
            case MJPEG -> new Way("MJPEG", address.path(), base + address.path(), "mjpeg", given);
            case MP4 -> new Way("MP4 video", address.path(), base + address.path(), "video", given);
            case FLV -> new Way("Flash video", address.path(), base + address.path(), "", given);
            case ANNEX_B -> new Way("Raw H.264", address.path(), base + address.path(), "", given);
        };
    }

    private static String note(CameraFacts facts, Set<Encoding> offered, Discretion discretion) {
        String source = discretion.source(facts.identity().source());
        if (facts.offer().encodings().isEmpty()) {
            String trouble = facts.offer().trouble();
            return "What " + source + " gives is not known yet: some of these may be refused."
                    + (trouble.isEmpty() ? "" : " The last try: " + trouble);
        }
        Set<Encoding> missing = Encoding.of(Medium.VIDEO);
        missing.removeAll(offered);
        if (missing.isEmpty()) {
            return facts.identity().conversion();
        }
        return "No " + String.join(", ", LiveAddress.paths(missing)) + ": " + source + " gives " + names(offered)
                + " only, and the configuration does not let " + names(missing) + " be made of it.";
    }

    private static String names(Set<Encoding> encodings) {
        return encodings.stream().map(Encoding::title).collect(Collectors.joining(" and "));
    }
}
