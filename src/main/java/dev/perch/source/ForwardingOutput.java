package dev.perch.source;

import dev.perch.media.CaptureException;
import dev.perch.media.FrameSink;
import dev.perch.media.RawPicture;
import dev.perch.media.TrackId;
import java.util.Optional;

/** Passes every call on to another output; subclasses change the calls that concern them. */
abstract class ForwardingOutput implements SourceOutput {
    private final SourceOutput output;

    ForwardingOutput(SourceOutput output) {
        this.output = output;
    }

    @Override
    public FrameSink track(TrackId track) {
        return output.track(track);
    }

    @Override
    public boolean wanted(TrackId track) {
        return output.wanted(track);
    }

    @Override
    public void turned() {
        output.turned();
    }

    @Override
    public void paused(TrackId track) {
        output.paused(track);
    }

    @Override
    public void raw(RawPicture picture) {
        output.raw(picture);
    }

    @Override
    public void ended(Optional<CaptureException> reason) {
        output.ended(reason);
    }
}
