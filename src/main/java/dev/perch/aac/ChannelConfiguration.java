package dev.perch.aac;

/** Values of channelConfiguration (ISO/IEC 14496-3:2009 Table 1.19): 1 to 6 are the number of channels, 7 has eight. */
final class ChannelConfiguration {
    private ChannelConfiguration() {}

    /** Returns the number of channels of a configuration, 0 for a reserved one. */
    static int channels(int configuration) {
        if (configuration <= 6) {
            return configuration;
        }
        return configuration == 7 ? 8 : 0;
    }

    /** Returns the configuration with {@code channels} channels, 0 if there is none. */
    static int of(int channels) {
        if (channels < 1 || channels > 8 || channels == 7) {
            return 0;
        }
        return channels == 8 ? 7 : channels;
    }
}
