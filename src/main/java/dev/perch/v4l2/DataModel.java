package dev.perch.v4l2;

import java.util.Locale;

/**
 * The sizes that decide a struct's layout on a machine.
 *
 * @param longBytes size and alignment of {@code unsigned long} and of pointers
 * @param timevalBytes size of {@code struct timeval}: two {@code long}, or two 64-bit numbers
 * @param wideAlignmentBytes alignment of a 64-bit number inside a struct: 8, but 4 on i386
 */
record DataModel(int longBytes, int timevalBytes, int wideAlignmentBytes) {
    /** 64-bit Linux, everywhere. */
    static final DataModel LP64 = new DataModel(8, 16, 8);

    /** 32-bit Linux with the old 32-bit time_t. */
    static final DataModel ILP32_TIME32 = new DataModel(4, 8, 8);

    /** 32-bit Linux with 64-bit time_t. */
    static final DataModel ILP32_TIME64 = new DataModel(4, 16, 8);

    /**
     * Returns the data model of this process. On 32 bits the ioctl number, not the C library's time_t, chooses the kernel's v4l2_buffer. Perch takes
     * the 64-bit time, which every kernel since 5.6 has; only kernels built with COMPAT_32BIT_TIME have the other.
     *
     * @param pointerBytes size of the JVM's pointers
     * @param arch {@code os.arch}
     */
    static DataModel of(int pointerBytes, String arch) {
        if (pointerBytes == 8) {
            return LP64;
        }
        boolean x86 = arch.toLowerCase(Locale.ROOT).matches("i[3-6]86|x86");
        return x86 ? new DataModel(4, 16, 4) : ILP32_TIME64;
    }
}
