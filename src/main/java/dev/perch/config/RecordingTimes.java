package dev.perch.config;

import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The times at which a camera is recorded, or private.
 *
 * @param kind always, by an operator's switch, or by hours of the week
 * @param spans the hours of the week in local time; empty unless they decide
 */
public record RecordingTimes(Kind kind, List<Span> spans) {
    /** All the time. */
    public static final RecordingTimes ALWAYS = new RecordingTimes(Kind.ALWAYS, List.of());

    /** By an operator's switch. */
    public static final RecordingTimes BUTTON = new RecordingTimes(Kind.BUTTON, List.of());

    static final String ACCEPTED =
            "always, button (an operator starts and stops it), or days and hours of the week, such as"
                    + " mon-fri 08:00-18:00, several of them with commas between";

    private static final List<String> DAYS = Stream.of(DayOfWeek.values())
            .map(day -> day.name().substring(0, 3).toLowerCase(Locale.ROOT))
            .toList();
    private static final Pattern SPAN =
            Pattern.compile("(?:([a-z]{3})(?:-([a-z]{3}))? +)?(\\d\\d):(\\d\\d)-(\\d\\d):(\\d\\d)");
    private static final int DAY_MINUTES = 24 * 60;

    public enum Kind {
        ALWAYS,
        BUTTON,
        SCHEDULE
    }

    /**
     * Hours of certain days. If the end is before the beginning, they end on the next day.
     *
     * @param from the first minute of the day
     * @param to the minute behind the last, at most 24:00
     */
    public record Span(Set<DayOfWeek> days, int from, int to) {
        public Span {
            days = Set.copyOf(days);
        }

        boolean covers(DayOfWeek day, int minute) {
            if (from < to) {
                return days.contains(day) && minute >= from && minute < to;
            }
            return (days.contains(day) && minute >= from) || (days.contains(day.minus(1)) && minute < to);
        }
    }

    public RecordingTimes {
        spans = List.copyOf(spans);
    }

    /** Returns whether local time {@code time} is within the hours of the week. */
    public boolean cover(ZonedDateTime time) {
        LocalTime hour = time.toLocalTime();
        int minute = hour.getHour() * 60 + hour.getMinute();
        return kind == Kind.ALWAYS || spans.stream().anyMatch(span -> span.covers(time.getDayOfWeek(), minute));
    }

    /** Returns when the answer of {@link #cover} next changes after {@code time}, a whole minute; empty if not within a week. */
    public Optional<ZonedDateTime> changeAfter(ZonedDateTime time) {
        if (kind != Kind.SCHEDULE) {
            return Optional.empty();
        }
        boolean now = cover(time);
        ZonedDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
        for (int i = 1; i <= 7 * DAY_MINUTES; i++) {
            ZonedDateTime later = minute.plusMinutes(i);
            if (cover(later) != now) {
                return Optional.of(later);
            }
        }
        return Optional.empty();
    }

    static Optional<RecordingTimes> read(String text) {
        String words = text.toLowerCase(Locale.ROOT).strip();
        if (words.equals("always")) {
            return Optional.of(ALWAYS);
        }
        if (words.equals("button")) {
            return Optional.of(BUTTON);
        }
        return readHours(words);
    }

    /** Parses hours of the week only. */
    static Optional<RecordingTimes> readHours(String text) {
        String words = text.toLowerCase(Locale.ROOT).strip();
        List<Span> spans = new ArrayList<>();
        for (String part : words.split(" *, *", -1)) {
            Optional<Span> span = span(part);
            if (span.isEmpty()) {
                return Optional.empty();
            }
            spans.add(span.get());
        }
        return Optional.of(new RecordingTimes(Kind.SCHEDULE, spans));
    }

    private static Optional<Span> span(String text) {
        Matcher matcher = SPAN.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int from = minute(matcher.group(3), matcher.group(4));
        int to = minute(matcher.group(5), matcher.group(6));
        Set<DayOfWeek> days = days(matcher.group(1), matcher.group(2));
        boolean hours = from >= 0 && from < DAY_MINUTES && to > 0 && from != to;
        return hours && !days.isEmpty() ? Optional.of(new Span(days, from, to)) : Optional.empty();
    }

    private static int minute(String hours, String minutes) {
        int minute = Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
        return Integer.parseInt(minutes) < 60 && minute <= DAY_MINUTES ? minute : -1;
    }

    private static Set<DayOfWeek> days(@Nullable String first, @Nullable String last) {
        if (first == null) {
            return EnumSet.allOf(DayOfWeek.class);
        }
        int from = DAYS.indexOf(first);
        int to = last == null ? from : DAYS.indexOf(last);
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (int i = 0; from >= 0 && to >= 0 && i <= Math.floorMod(to - from, DAYS.size()); i++) {
            days.add(DayOfWeek.of(1 + (from + i) % DAYS.size()));
        }
        return days;
    }

    /** Returns the words for people. */
    @Override
    public String toString() {
        return switch (kind) {
            case ALWAYS -> "always";
            case BUTTON -> "button";
            case SCHEDULE ->
                spans.stream()
                        .map(span -> span.days().stream()
                                        .sorted()
                                        .map(day -> DAYS.get(day.getValue() - 1))
                                        .collect(Collectors.joining(" "))
                                + String.format(
                                        Locale.ROOT,
                                        " %02d:%02d-%02d:%02d",
                                        span.from() / 60,
                                        span.from() % 60,
                                        span.to() / 60,
                                        span.to() % 60))
                        .collect(Collectors.joining(", "));
        };
    }
}
