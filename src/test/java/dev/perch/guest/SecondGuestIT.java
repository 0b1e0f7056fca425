package dev.perch.guest;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** A second guest as {@link GuestIT}'s, for cases that take long: with {@link SmallGuestIT} and the emulated Pis, it takes as long as the first, beside which it runs. */
@Tag("guest2")
class SecondGuestIT {
    private static final List<String> CASES =
            List.of("UnplugGuestCase", "CyclesGuestCase", "HogGuestCase", "DerivedGuestCase");

    @TestFactory
    List<DynamicTest> inTheSecondGuest() throws IOException, InterruptedException {
        return GuestIT.inAGuest("v4l2-guest-second", SecondGuestIT::ours);
    }

    /** Returns whether the case of this name runs in the second guest. */
    static boolean ours(String name) {
        return CASES.stream().anyMatch(name::endsWith);
    }
}
