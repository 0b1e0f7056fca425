package dev.perch.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The list of versions that must not be in the WAR. */
class KnownBadTest {
    @Test
    void complaints_versionBelowTheGoodOne_saysWhy() {
        KnownBad list = KnownBad.of(List.of("# a remark", "", "thymeleaf  3.1.7  CVE-1 CVE-2"));
        assertEquals(
                List.of("thymeleaf 3.1.3.RELEASE has CVE-1 CVE-2; 3.1.7 is good"),
                list.complaints("thymeleaf", "3.1.3.RELEASE").toList());
        assertEquals(0, list.complaints("thymeleaf", "3.1.7.RELEASE").count());
        assertEquals(0, list.complaints("jna", "1.0").count());
    }

    @Test
    void isBelow_comparesNumbersNotTexts() {
        assertTrue(KnownBad.isBelow("10.1.9", "10.1.62"));
        assertTrue(KnownBad.isBelow("10.1", "10.1.62"));
        assertFalse(KnownBad.isBelow("10.1.62", "10.1.62"));
        assertFalse(KnownBad.isBelow("11.0.1", "10.1.62"));
        assertFalse(KnownBad.isBelow("5.19.1 (b0)", "5.19"));
    }

    @Test
    void of_lineWithoutReason_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> KnownBad.of(List.of("thymeleaf 3.1.7")));
        assertThrows(IllegalArgumentException.class, () -> KnownBad.of(List.of("thymeleaf RELEASE CVE-1")));
    }
}
