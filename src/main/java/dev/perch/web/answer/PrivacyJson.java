package dev.perch.web.answer;

import com.grack.nanojson.JsonStringWriter;
import dev.perch.camera.Privacy;
import java.time.Instant;
import java.util.Optional;

/** A camera's privacy as JSON, for /stats and for its own address. */
public final class PrivacyJson {
    private PrivacyJson() {}

    /**
     * Writes the members {@code private}, {@code reason}, {@code switched} and {@code until}.
     *
     * @param privacy empty for a camera that never was private
     */
    public static void write(JsonStringWriter json, Optional<Privacy> privacy) {
        json.value("private", privacy.map(Privacy::on).orElse(false))
                .value("reason", privacy.map(Privacy::reason).orElse(""))
                .value("switched", privacy.map(Privacy::switched).orElse(false))
                .value(
                        "until",
                        privacy.flatMap(Privacy::until).map(Instant::toString).orElse(null));
    }
}
