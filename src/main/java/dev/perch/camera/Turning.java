package dev.perch.camera;

import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import java.util.Map;

/** Who turns the pictures of one encoding. */
public enum Turning {
    /** The device's driver. */
    DRIVER,
    /** The player, by the track's matrix. */
    MATRIX,
    /** A worker, which moves the blocks of JPEG images. */
    TRANSFORM,
    /** The encoder that makes these frames from others anyway. */
    ENCODER;

    /** Returns who turns the pictures of a running session, by encoding. */
    static Map<Encoding, Turning> of(CameraSession session, Tracks tracks) {
        if (!tracks.turns()) {
            return Map.of(Encoding.H264, DRIVER, Encoding.JPEG, DRIVER);
        }
        boolean h264 = session.gives(TrackId.main(Encoding.H264));
        boolean jpeg = session.gives(new TrackId(Tracks.CAPTURED, Encoding.JPEG));
        return Map.of(Encoding.H264, h264 ? MATRIX : ENCODER, Encoding.JPEG, jpeg ? TRANSFORM : ENCODER);
    }
}
