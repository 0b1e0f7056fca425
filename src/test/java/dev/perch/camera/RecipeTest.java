package dev.perch.camera;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perch.media.Encoding;
import dev.perch.media.TrackId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecipeTest {
    private static final TrackId H264 = TrackId.main(Encoding.H264);
    private static final TrackId JPEG = TrackId.main(Encoding.JPEG);
    private static final TrackId AAC = TrackId.main(Encoding.AAC);
    private static final TrackId SMALL = new TrackId("small", Encoding.JPEG);

    @Test
    void of_isMadeOfRawPicturesFirst_thenOfTheOtherTracks() {
        assertEquals(
                List.of(new Recipe(H264, Optional.empty()), new Recipe(H264, Optional.of(JPEG))),
                Recipe.of(H264, List.of(H264, JPEG, AAC)));
        assertEquals(
                List.of(
                        new Recipe(JPEG, Optional.empty()),
                        new Recipe(JPEG, Optional.of(H264)),
                        new Recipe(JPEG, Optional.of(SMALL))),
                Recipe.of(JPEG, List.of(H264, JPEG, SMALL)));
    }

    @Test
    void of_sound_isNotMadeOfPictures() {
        assertEquals(List.of(), Recipe.of(AAC, List.of(H264, JPEG, AAC)));
    }

    @Test
    void singly_isAJpegOfAStreamThatHasToBeDecodedFromAKeyFrame() {
        assertTrue(new Recipe(JPEG, Optional.of(H264)).singly());
        assertFalse(new Recipe(JPEG, Optional.empty()).singly());
        assertFalse(new Recipe(SMALL, Optional.of(JPEG)).singly());
        assertFalse(new Recipe(H264, Optional.of(JPEG)).singly());
    }
}
