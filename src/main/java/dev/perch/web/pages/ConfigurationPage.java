package dev.perch.web.pages;

import dev.perch.access.Action;
import dev.perch.config.ConfigException;
import dev.perch.config.PerchConfig;
import dev.perch.config.Setting;
import dev.perch.config.Settings;
import dev.perch.media.Clock;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The page that shows an operator every value of the configuration and its origin. Nothing is changed there: the configuration remains a file.
 */
public final class ConfigurationPage implements Route.Answerer {
    private final PerchConfig config;
    private final Pages pages;
    private final long startMillis;

    public ConfigurationPage(PerchConfig config, Pages pages, Clock clock) {
        this.config = config;
        this.pages = pages;
        startMillis = clock.wallClockMicros() / 1000;
    }

    /** Returns the route. */
    public Route route() {
        return Route.get("/system/configuration", Action.ADMINISTER, this).asCostly();
    }

    /**
     * One value on the page.
     *
     * @param style marks defaults
     */
    record Row(String key, String value, String origin, String detail, String style) {}

    @Override
    public void answer(Exchange exchange) throws IOException {
        List<Row> rows = new ArrayList<>();
        try {
            for (Setting setting : Settings.of(config)) {
                rows.add(new Row(
                        setting.key(),
                        setting.value(),
                        setting.origin().word(),
                        setting.detail(),
                        setting.origin() == Setting.Origin.DEFAULT ? "unsaid" : ""));
            }
        } catch (ConfigException unreadable) {
            Problem.of(500, "The configuration cannot be read any more", String.valueOf(unreadable.getMessage()))
                    .answer(exchange.request(), exchange.response());
            return;
        }
        String file =
                config.file().map(path -> path.toAbsolutePath().toString()).orElse("");
        boolean changed = Settings.changedSince(config, startMillis);
        pages.answer("configuration", "Configuration", List.of(new Table(file, changed, rows)), exchange);
    }

    /**
     * The whole table.
     *
     * @param file empty if there is none
     * @param changed whether the file was written since the program began
     */
    record Table(String file, boolean changed, List<Row> rows) {}
}
