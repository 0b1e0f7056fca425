package dev.perch.media;

/** Passes frames on, and tells of H.264 how its pictures are to be held. For one thread. */
public final class HeldSink extends ForwardingSink {
    private Orientation held;

    public HeldSink(FrameSink sink, Orientation held) {
        super(sink);
        this.held = held;
    }

    /** Sets how pictures are held from the next configuration on. */
    public void hold(Orientation next) {
        held = next;
    }

    @Override
    public void configure(StreamConfig config) {
        boolean turns = !held.upright() && config instanceof StreamConfig.H264;
        super.configure(turns ? ((StreamConfig.H264) config).held(held) : config);
    }
}
