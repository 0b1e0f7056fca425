package dev.perch.guest;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** A second guest as {@link GuestIT}'s, for cases that take long: with {@link SmallGuestIT}, it takes as long as the first, beside which it runs. */
@Tag("guest2")
class SecondGuestIT {
    private static final String SHORT_OF_MEMORY = "HogGuestCase";
    private static final List<String> CASES = List.of("UnplugGuestCase", "CyclesGuestCase", "DerivedGuestCase");

    @TestFactory
    List<DynamicTest> inTheSecondGuest() throws IOException, InterruptedException {
        return GuestIT.inAGuest(
                "v4l2-guest-second", name -> CASES.stream().anyMatch(name::endsWith), /* emulated= */ false);
    }

    /** In an emulated PC: on a kernel that is a process of this machine, what is eaten up did not make memory short. */
    @TestFactory
    List<DynamicTest> whereMemoryRunsShort() throws IOException, InterruptedException {
        return GuestIT.inAGuest("v4l2-guest-short", name -> name.endsWith(SHORT_OF_MEMORY), /* emulated= */ true);
    }

    /** Returns whether the case of this name runs here. */
    static boolean ours(String name) {
        return name.endsWith(SHORT_OF_MEMORY) || CASES.stream().anyMatch(name::endsWith);
    }
}
