package dev.perch.memory;

import java.util.Locale;

/** Thrown when a lease does not fit; the message says who asked, for how much, what is left and which setting to change. */
public final class BudgetExceededException extends Exception {
    private final long askedBytes;
    private final long leftBytes;
    private final long totalBytes;
    private final String setting;

    BudgetExceededException(MemoryBudget budget, String holder, long askedBytes, long leftBytes, String setting) {
        super(String.format(
                Locale.ROOT,
                "Out of %s: %s asks for %s, %s of %s are left. %s",
                budget.memory(),
                holder,
                FreeMemory.mebibytes(askedBytes),
                FreeMemory.mebibytes(leftBytes),
                FreeMemory.mebibytes(budget.totalBytes()),
                advice(budget.limitedBy(), setting)));
        this.askedBytes = askedBytes;
        this.leftBytes = leftBytes;
        this.totalBytes = budget.totalBytes();
        this.setting = setting;
    }

    /** Returns the refusal of a frame that is too large even for an empty ring. */
    static BudgetExceededException ofFrame(
            MemoryBudget budget, String ring, long frameBytes, long mostBytes, String raise, String setting) {
        return new BudgetExceededException(
                String.format(
                        Locale.ROOT,
                        "Out of %s: a frame may have %s, the %s at most %s. %s",
                        budget.memory(),
                        FreeMemory.mebibytes(frameBytes),
                        ring,
                        FreeMemory.mebibytes(mostBytes),
                        advice(raise, setting)),
                frameBytes,
                mostBytes,
                setting);
    }

    /** Returns the refusal of memory that the budget has left but the JVM has not. */
    static BudgetExceededException ofJvm(
            MemoryBudget budget, String holder, long askedBytes, long leftBytes, String setting) {
        return new BudgetExceededException(
                String.format(
                        Locale.ROOT,
                        "Out of direct memory: %s asks for %s. The budget has %s of %s left, but others in this JVM (the server, another Perch) hold the"
                                + " rest of its direct memory. %s",
                        holder,
                        FreeMemory.mebibytes(askedBytes),
                        FreeMemory.mebibytes(leftBytes),
                        FreeMemory.mebibytes(budget.totalBytes()),
                        advice("-XX:MaxDirectMemorySize", setting)),
                askedBytes,
                leftBytes,
                setting);
    }

    private BudgetExceededException(String message, long askedBytes, long mostBytes, String setting) {
        super(message);
        this.askedBytes = askedBytes;
        this.leftBytes = mostBytes;
        this.totalBytes = mostBytes;
        this.setting = setting;
    }

    private static String advice(String limitedBy, String setting) {
        String raise = "Raise " + limitedBy;
        return setting.equals(limitedBy) ? raise + "." : raise + ", or lower " + setting + ".";
    }

    /** Returns the bytes asked for. */
    public long askedBytes() {
        return askedBytes;
    }

    /** Returns the bytes that were left. */
    public long leftBytes() {
        return leftBytes;
    }

    /** Returns the size of the whole budget in bytes. */
    public long totalBytes() {
        return totalBytes;
    }

    /** Returns the setting that would make the holder smaller. */
    public String setting() {
        return setting;
    }
}
