package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hours of the week beyond midnight, beyond the week's end, and in the nights in which clocks are set. Of 2026 in Berlin: March 29th has no hour from 2 to 3, October 25th has two. */
class RecordingTimesTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static RecordingTimes times(String text) {
        return RecordingTimes.readHours(text).orElseThrow();
    }

    private static ZonedDateTime at(String instant) {
        return ZonedDateTime.parse(instant).withZoneSameInstant(BERLIN);
    }

    @ParameterizedTest
    @CsvSource({
        // hours, time with offset, covered, when that changes
        "22:00-06:00, 2026-06-10T21:59:59+02:00, false, 2026-06-10T22:00+02:00",
        "22:00-06:00, 2026-06-10T22:00:00+02:00, true, 2026-06-11T06:00+02:00",
        "22:00-06:00, 2026-06-11T00:00:00+02:00, true, 2026-06-11T06:00+02:00",
        "22:00-06:00, 2026-06-11T05:59:59+02:00, true, 2026-06-11T06:00+02:00",
        "22:00-06:00, 2026-06-11T06:00:00+02:00, false, 2026-06-11T22:00+02:00",
        "22:00-24:00, 2026-06-10T23:59:59+02:00, true, 2026-06-11T00:00+02:00",
        "22:00-24:00, 2026-06-11T00:00:00+02:00, false, 2026-06-11T22:00+02:00",
        // from the week's last day into its first
        "sun 22:00-06:00, 2026-06-15T05:59:00+02:00, true, 2026-06-15T06:00+02:00",
        "sun 22:00-06:00, 2026-06-14T05:59:00+02:00, false, 2026-06-14T22:00+02:00",
        "sun 22:00-06:00, 2026-06-15T06:00:00+02:00, false, 2026-06-21T22:00+02:00",
        "fri-mon 08:00-09:00, 2026-06-15T08:30:00+02:00, true, 2026-06-15T09:00+02:00",
        "fri-mon 08:00-09:00, 2026-06-16T08:30:00+02:00, false, 2026-06-19T08:00+02:00",
        // a night of seven hours, and hours that there are not
        "22:00-06:00, 2026-03-28T22:00:00+01:00, true, 2026-03-29T06:00+02:00",
        "22:00-02:30, 2026-03-29T01:59:59+01:00, true, 2026-03-29T03:00+02:00",
        "02:00-03:00, 2026-03-29T01:59:00+01:00, false, 2026-03-30T02:00+02:00",
        "02:30-04:00, 2026-03-29T01:59:59+01:00, false, 2026-03-29T03:00+02:00",
        // a night of nine hours, and an hour that comes twice: it is private both times
        "22:00-06:00, 2026-10-24T22:00:00+02:00, true, 2026-10-25T06:00+01:00",
        "02:00-03:00, 2026-10-25T02:59:59+02:00, true, 2026-10-25T03:00+01:00",
        "02:00-03:00, 2026-10-25T02:00:00+01:00, true, 2026-10-25T03:00+01:00",
        "22:00-02:30, 2026-10-25T02:15:00+02:00, true, 2026-10-25T02:30+02:00",
        "22:00-02:30, 2026-10-25T02:45:00+02:00, false, 2026-10-25T02:00+01:00",
        "22:00-02:30, 2026-10-25T02:15:00+01:00, true, 2026-10-25T02:30+01:00",
    })
    void hours_countByTheLocalClock_andTellWhenTheyChange(String hours, String time, boolean covered, String change) {
        assertEquals(covered, times(hours).cover(at(time)));
        assertEquals(
                Optional.of(at(change).toInstant()),
                times(hours).changeAfter(at(time)).map(ZonedDateTime::toInstant));
    }

    @Test
    void wholeWeek_neverChanges() {
        assertEquals(Optional.empty(), times("00:00-24:00").changeAfter(at("2026-06-10T12:00:00+02:00")));
    }
}
