package dev.perch.config;

import dev.perch.config.CameraConfig.Format;
import dev.perch.config.CameraConfig.FrameRate;
import dev.perch.config.CameraConfig.PictureSize;
import dev.perch.config.CameraConfig.Run;
import dev.perch.config.EncoderChoice.Kind;
import java.math.BigInteger;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The types of the file's values, with their forms and limits. */
final class Values {
    private static final int MAX_FPS = 1000; // the fastest UVC cameras give 400
    private static final int MAX_TITLE = 100;
    private static final int MAX_KEY = 256;
    private static final int MAX_COMMAND = 4096; // of a word; longer commands belong in a script
    private static final int MIN_SIDE = 16; // one macroblock
    private static final int MAX_SIDE = 16384; // ITU-T H.264 Table A-1 ends at 16880 (level 6.2)

    private static final Pattern SIZE = Pattern.compile("(nearest )?([0-9]{1,5})x([0-9]{1,5})");
    /** linux/videodev2.h v4l2_capability: 31 bytes and a zero. */
    private static final Pattern CARD = Pattern.compile("[^\\p{Cntrl}\\s/][^\\p{Cntrl}/]{0,30}");

    private static final Pattern DECIMAL = Pattern.compile("([0-9]{1,9})(?:\\.([0-9]{1,6}))?");
    private static final Pattern FRACTION = Pattern.compile("([0-9]{1,9})/([0-9]{1,9})");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
    private static final Pattern BITRATE_FORM = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,3})?) ?(k|M)?(?:bit/s)?");
    private static final Pattern BYTES = Pattern.compile("([0-9]{1,9})(kB|KiB|MB|MiB|GB|GiB)");

    static final ValueType<String> ADDRESS =
            ValueType.of("an IP address or a host name, without port, such as 0.0.0.0 or 127.0.0.1", Addresses::read);

    static final ValueType<Integer> PORT = ValueType.of(
            "a whole number from 0 to 65535 (0: any free port)",
            text -> DECIMAL.matcher(text).matches() && !text.contains(".") && Integer.parseInt(text) <= 65535
                    ? Optional.of(Integer.parseInt(text))
                    : Optional.empty());

    static final ValueType<String> OPERATOR_KEY = new ValueType<>(
            "at most " + MAX_KEY + " printable ASCII characters, no space",
            List.of(),
            List.of(),
            /* secret= */ true,
            text -> Optional.of(text)
                    .filter(key -> key.length() <= MAX_KEY && key.chars().allMatch(c -> c > ' ' && c < 0x7f)));

    static final ValueType<AddressRange> ADDRESS_RANGE = ValueType.of(
            "a list of IP addresses, or of networks with their length, such as [127.0.0.1, 10.0.0.0/8, \"fd00::/8\"]",
            AddressRange::read);

    /** The word that stands for every origin. */
    static final String ANY = "any";

    static final ValueType<String> ORIGIN = new ValueType<>(
            "any, or a list of origins, such as [\"https://example.org\", \"http://example.org:8123\"]",
            List.of(ANY),
            List.of(),
            /* secret= */ false,
            text -> text.equals(ANY) ? Optional.of(ANY) : Origins.normal(text));

    static final ValueType<String> HOST = ValueType.of(
            "a list of host names, without port, such as [cam.example.org]",
            text -> Addresses.readName(text).map(name -> name.toLowerCase(Locale.ROOT)));

    /** The most viewers from one address, as many as a port has connections from one. */
    static final ValueType<OptionalInt> MOST_PER_ADDRESS = number(65535);

    /** The most viewers of a camera, or of all: each has a connection. */
    static final ValueType<OptionalInt> MAX_VIEWERS = number(65535);

    static final ValueType<Double> QUALITY = ValueType.of(
            "a number from 0 (smallest) to 1 (best), such as 0.75",
            text -> decimal(text, 0, 1).stream().boxed().findFirst());

    /** libx264's range for 8 bits. */
    static final ValueType<OptionalDouble> CRF = ValueType.of(
            "a number from 0 (best) to 51, such as 23",
            text -> Optional.of(decimal(text, 0, 51)).filter(OptionalDouble::isPresent));

    static final ValueType<OptionalLong> BITRATE = bitrate(16_000, 200_000_000, "16k to 200M, such as 2M");

    static final ValueType<OptionalInt> AUDIO_BITRATE = ValueType.of(
            bitrateAccepted("16k to 512k, such as 64k"),
            text -> bitsPerSecond(text, 16_000, 512_000).map(bits -> OptionalInt.of(bits.intValue())));

    static final ValueType<Integer> JPEG_QUALITY = ValueType.of(
            "a whole number from 1 to 100, such as 80",
            text -> Optional.of(text)
                    .filter(word -> word.matches("[0-9]{1,3}"))
                    .map(Integer::valueOf)
                    .filter(quality -> quality >= 1 && quality <= 100));

    /** The number of JPEG workers; no common small computer has more cores. */
    static final ValueType<OptionalInt> JPEG_WORKERS = number(8);

    static final ValueType<OptionalLong> BUDGET = byteSize(1L << 20, 64L << 30, "from 1MiB to 64GiB, such as 48MiB");

    static final ValueType<OptionalLong> RING = byteSize(64L << 10, 1L << 30, "from 64KiB to 1GiB, such as 4MiB");

    static final ValueType<String> TITLE = ValueType.of(
            "a text of at most " + MAX_TITLE + " characters on one line",
            text -> Optional.of(text)
                    .filter(title -> !title.isBlank()
                            && title.codePointCount(0, title.length()) <= MAX_TITLE
                            && title.codePoints().noneMatch(Character::isISOControl)));

    static final ValueType<SourceConfig> DEVICE = ValueType.of(
            "the absolute path of a video device, such as /dev/video0, or the name of its card, such as HD Webcam C930e",
            text -> devicePath(text).<SourceConfig>map(SourceConfig.Device::new).or(() -> card(text)));

    /** A line as for a terminal; a list has the words one by one. */
    static final ValueType<String> COMMAND = ValueType.of(
            "a command line as in a terminal, or a list of its words, such as rpicam-vid -t 0 --codec h264 --inline --flush -o -",
            text -> Optional.of(text).filter(line -> !line.isBlank() && fitsCommand(line)));

    static final ValueType<String> COMMAND_WORD = ValueType.of(
            "the words of a command, each a text", text -> Optional.of(text).filter(Values::fitsCommand));

    static final ValueType<String> URL = ValueType.of(
            Address.ACCEPTED,
            text -> Optional.of(text)
                    .filter(address -> address.length() <= MAX_COMMAND
                            && Address.kind(address).isPresent()));

    /** The input of ffmpeg: a line whose words are separated by blanks, without a shell. */
    static final ValueType<String> FFMPEG = ValueType.of(
            "the options of one input of ffmpeg, the last of which is -i, as a line or a list of words, such as"
                    + " -f x11grab -framerate 15 -i :0.0",
            text -> Optional.of(text).filter(line -> !line.isBlank() && fitsCommand(line)));

    static final ValueType<Path> FOLDER = ValueType.of(
            "the absolute path of a folder, such as /var/lib/perch",
            text -> Optional.of(text).filter(path -> path.startsWith("/")).map(Path::of));

    static final ValueType<Boolean> FLAG = ValueType.words(List.of(true, false), List.of());

    static final ValueType<Boolean> DEMO = ValueType.words(List.of(true), List.of());

    /** Formats of other cameras (linux/videodev2.h) that are recognized and refused by name. */
    static final ValueType<Format> FORMAT = ValueType.words(
            List.of(Format.values()), List.of("JPEG", "HEVC", "NV21", "YV12", "I420", "YVYU", "RGB3", "BGR3"));

    static final ValueType<PictureSize> SIZE_IN_PIXELS = ValueType.of(
            "WIDTHxHEIGHT in pixels, each from " + MIN_SIDE + " to " + MAX_SIDE
                    + ", such as 1280x720, or nearest 1280x720",
            Values::pictureSize);

    static final ValueType<FrameRate> FPS = ValueType.of(
            "a number above 0, at most " + MAX_FPS + ", such as 30, 29.97 or 30000/1001", Values::frameRate);

    /** ALSA's own names, such as {@code plughw:CARD=Webcam,DEV=0}; {@code alsa} alone is valid too. */
    private static final Pattern ALSA = Pattern.compile("alsa(?::([A-Za-z0-9_.:,=/-]{0,120}))?");

    static final ValueType<SoundConfig> AUDIO = new ValueType<>(
            "off, source (what the source of the pictures gives), alsa:DEVICE with a name of ALSA, such as alsa:plughw:1,"
                    + " or alsa (the camera's own microphone)",
            List.of("off", "source", "alsa"),
            List.of(),
            /* secret= */ false,
            Values::sound);

    static final ValueType<Run> RUN = ValueType.words(List.of(Run.values()), List.of());

    static final ValueType<Duration> LINGER =
            duration(Duration.ZERO, Duration.ofHours(24), "from 0s to 24h with its unit (ms, s, m, h), such as 10s");

    /** The time of dark frames. A snapshot must answer within 10 s, and a cold device needs some of them to start. */
    static final ValueType<Duration> WARM_UP =
            duration(Duration.ZERO, Duration.ofSeconds(5), "from 0ms to 5s with its unit (ms, s), such as 500ms");

    static final ValueType<Duration> START_TIMEOUT =
            duration(Duration.ofSeconds(1), Duration.ofMinutes(10), "from 1s to 10m with its unit (s, m), such as 10s");

    static final ValueType<Duration> SEGMENT = duration(
            Duration.ofMillis(500), Duration.ofSeconds(10), "from 500ms to 10s with its unit (ms, s), such as 1s");

    static final ValueType<Duration> PART = duration(
            Duration.ofMillis(50), Duration.ofSeconds(2), "from 50ms to 2s with its unit (ms, s), such as 200ms");

    static final ValueType<Duration> WINDOW =
            duration(Duration.ofSeconds(3), Duration.ofMinutes(10), "from 3s to 10m with its unit (s, m), such as 10s");

    /** The encoder of H.264. */
    static final ValueType<EncoderChoice> ENCODER = encoder(Kind.AUTO, Kind.M2M, Kind.FFMPEG, Kind.OFF);

    /** The encoder of JPEG. */
    static final ValueType<EncoderChoice> JPEG_ENCODER =
            encoder(Kind.AUTO, Kind.M2M, Kind.TURBOJPEG, Kind.IMAGEIO, Kind.FFMPEG, Kind.OFF);

    private Values() {}

    private static ValueType<EncoderChoice> encoder(Kind... kinds) {
        List<String> words = Stream.of(kinds).map(Kind::toString).toList();
        return new ValueType<>(
                String.join(", ", words) + ", or the absolute path of a memory-to-memory device, such as /dev/video11",
                words,
                List.of(),
                /* secret= */ false,
                text -> Stream.of(kinds)
                        .filter(kind -> kind.toString().equals(text))
                        .findFirst()
                        .map(EncoderChoice::of)
                        .or(() -> devicePath(text).map(EncoderChoice::of)));
    }

    /** Returns whether a command's text is valid: a NUL would end an argument early. */
    private static boolean fitsCommand(String text) {
        return text.length() <= MAX_COMMAND && text.indexOf(0) < 0;
    }

    private static Optional<Path> devicePath(String text) {
        try {
            return text.startsWith("/") && !text.endsWith("/") ? Optional.of(Path.of(text)) : Optional.empty();
        } catch (InvalidPathException e) { // a NUL, or a character that the file system's character set lacks
            return Optional.empty();
        }
    }

    /** Reads a card's name, and refuses text that looks like an incomplete path. */
    private static Optional<SourceConfig> card(String text) {
        return CARD.matcher(text).matches() && !text.matches("(?i)video\\d*")
                ? Optional.of(new SourceConfig.Card(text))
                : Optional.empty();
    }

    private static Optional<PictureSize> pictureSize(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int width = Integer.parseInt(matcher.group(2));
        int height = Integer.parseInt(matcher.group(3));
        boolean fits = Math.min(width, height) >= MIN_SIDE && Math.max(width, height) <= MAX_SIDE;
        return fits
                ? Optional.of(new PictureSize(width, height, /* exact= */ matcher.group(1) == null))
                : Optional.empty();
    }

    private static Optional<SoundConfig> sound(String text) {
        Matcher card = ALSA.matcher(text);
        if (card.matches()) {
            return Optional.of(
                    SoundConfig.alsa(Optional.ofNullable(card.group(1)).filter(device -> !device.isEmpty())));
        }
        return Optional.of(text)
                .filter(word -> word.equals("off") || word.equals("source"))
                .map(word -> word.equals("off") ? SoundConfig.OFF : SoundConfig.SOURCE);
    }

    private static Optional<FrameRate> frameRate(String text) {
        Matcher decimal = DECIMAL.matcher(text);
        if (decimal.matches()) {
            String digits = decimal.group(2) == null ? "" : decimal.group(2);
            return frameRate(new BigInteger(decimal.group(1) + digits), BigInteger.TEN.pow(digits.length()));
        }
        Matcher fraction = FRACTION.matcher(text);
        return fraction.matches()
                ? frameRate(new BigInteger(fraction.group(1)), new BigInteger(fraction.group(2)))
                : Optional.empty();
    }

    private static Optional<FrameRate> frameRate(BigInteger numerator, BigInteger denominator) {
        BigInteger most = denominator.multiply(BigInteger.valueOf(MAX_FPS));
        if (numerator.signum() == 0 || denominator.signum() == 0 || numerator.compareTo(most) > 0) {
            return Optional.empty();
        }
        BigInteger divisor = numerator.gcd(denominator);
        BigInteger frames = numerator.divide(divisor);
        return frames.bitLength() < Integer.SIZE
                ? Optional.of(new FrameRate(
                        frames.intValue(), denominator.divide(divisor).intValue()))
                : Optional.empty();
    }

    static ValueType<Duration> duration(Duration least, Duration most, String accepted) {
        return ValueType.of("a whole number " + accepted, text -> {
            Matcher matcher = DURATION.matcher(text);
            return matcher.matches()
                    ? Optional.of(time(Long.parseLong(matcher.group(1)), matcher.group(2)))
                            .filter(value -> value.compareTo(least) >= 0 && value.compareTo(most) <= 0)
                    : Optional.empty();
        });
    }

    private static Duration time(long number, String unit) {
        return switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private static OptionalDouble decimal(String text, double least, double most) {
        if (!DECIMAL.matcher(text).matches()) {
            return OptionalDouble.empty();
        }
        double value = Double.parseDouble(text);
        return value >= least && value <= most ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private static ValueType<OptionalLong> bitrate(long least, long most, String range) {
        return ValueType.of(
                bitrateAccepted(range), text -> bitsPerSecond(text, least, most).map(OptionalLong::of));
    }

    private static String bitrateAccepted(String range) {
        return "bits a second, with k or M for thousands or millions, from " + range;
    }

    private static Optional<Long> bitsPerSecond(String text, long least, long most) {
        Matcher matcher = BITRATE_FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int unit = matcher.group(2) == null ? 1 : matcher.group(2).equals("k") ? 1_000 : 1_000_000;
        long bits = Math.round(Double.parseDouble(matcher.group(1)) * unit);
        return bits >= least && bits <= most ? Optional.of(bits) : Optional.empty();
    }

    private static ValueType<OptionalInt> number(int most) {
        return ValueType.of(
                "auto, or a whole number from 1 to " + most,
                text -> text.equals("auto")
                        ? Optional.of(OptionalInt.empty())
                        : Optional.of(text)
                                .filter(word -> word.matches("[0-9]{1,5}"))
                                .map(Integer::parseInt)
                                .filter(number -> number >= 1 && number <= most)
                                .map(OptionalInt::of));
    }

    private static ValueType<OptionalLong> byteSize(long least, long most, String range) {
        String accepted = "auto, or a whole number with its unit (kB, KiB, MB, MiB, GB, GiB) " + range;
        return new ValueType<>(
                accepted,
                List.of("auto"),
                List.of(),
                /* secret= */ false,
                text -> {
                    Matcher matcher = BYTES.matcher(text);
                    if (!matcher.matches()) {
                        return text.equals("auto") ? Optional.of(OptionalLong.empty()) : Optional.empty();
                    }
                    long bytes = Long.parseLong(matcher.group(1)) * unitBytes(matcher.group(2));
                    return bytes >= least && bytes <= most ? Optional.of(OptionalLong.of(bytes)) : Optional.empty();
                });
    }

    private static long unitBytes(String unit) {
        return switch (unit) {
            case "kB" -> 1_000;
            case "KiB" -> 1L << 10;
            case "MB" -> 1_000_000;
            case "MiB" -> 1L << 20;
            case "GB" -> 1_000_000_000;
            default -> 1L << 30;
        };
    }
}
