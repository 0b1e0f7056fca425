package dev.perch.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A quarter of the budget a camera, shared among its tracks. */
class RingSharesTest {
    private static final int MIB = 1 << 20;
    private static final long BUDGET = 64L * MIB;

    @Test
    void twoTracksOfPictures_takeHalfEach() {
        RingSize.Shares shares = shares(BUDGET, OptionalLong.empty(), Encoding.H264, Encoding.JPEG);
        assertEquals(8 * MIB, shares.of(Encoding.H264).most());
        assertEquals(8 * MIB, shares.of(Encoding.JPEG).most());
    }

    @Test
    void sound_takesLittle_andPicturesTheRest() {
        RingSize.Shares shares = shares(BUDGET, OptionalLong.empty(), Encoding.H264, Encoding.AAC);
        int sound = shares.of(Encoding.AAC).most();
        assertEquals(128 << 10, sound);
        assertEquals(16 * MIB - sound, shares.of(Encoding.H264).most());
    }

    @Test
    void sound_onATinyBudget_takesAQuarterOfTheShareAtMost() {
        RingSize.Shares shares = shares(MIB, OptionalLong.empty(), Encoding.H264, Encoding.JPEG, Encoding.AAC);
        assertEquals(64 << 10, shares.of(Encoding.AAC).most());
        assertEquals(96 << 10, shares.of(Encoding.JPEG).most());
    }

    @Test
    void moreTracks_takeLessEach() {
        RingSize.Shares shares =
                shares(BUDGET, OptionalLong.empty(), Encoding.H264, Encoding.JPEG, Encoding.H264, Encoding.JPEG);
        assertEquals(4 * MIB, shares.of(Encoding.H264).most());
    }

    @Test
    void configuredSize_isThatOfPictures_notOfSound() {
        RingSize.Shares shares = shares(BUDGET, OptionalLong.of(3L * MIB), Encoding.H264, Encoding.AAC);
        assertEquals(OptionalInt.of(3 * MIB), shares.of(Encoding.H264).fixedBytes());
        assertEquals(OptionalInt.empty(), shares.of(Encoding.AAC).fixedBytes());
        assertEquals("cameras.front.ring", shares.of(Encoding.H264).fixedBy());
        assertEquals("cameras.front.size", shares.of(Encoding.H264).pictureSetting());
    }

    @Test
    void sound_aRingOfIt_holdsTwoSeconds() {
        RingSize sound = shares(BUDGET, OptionalLong.empty(), Encoding.AAC).of(Encoding.AAC);
        int framesOf320Kilobits = sound.first(Encoding.AAC, 854) / 854;
        assertTrue(framesOf320Kilobits >= 2 * 48_000 / 1024, () -> framesOf320Kilobits + " frames");
    }

    private static RingSize.Shares shares(long budgetBytes, OptionalLong fixed, Encoding... tracks) {
        return RingSize.shares("cameras.front", budgetBytes, fixed, List.of(tracks));
    }
}
