package dev.perch.guest;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectUniqueId;

import java.util.List;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * The guest's side: runs the named classes with JUnit and writes results.tsv ({@link GuestReport}) in the folder that the host sees. The emulated machine shares
 * the processors of its host with other tests, so that what fails has a second try.
 */
public final class GuestMain {
    /** Where more fail, it is no accident. */
    private static final int MOST_SECOND_TRIES = 5;

    private GuestMain() {}

    public static void main(String... classes) throws Exception {
        GuestReport report = new GuestReport(Guest.out().resolve("results.tsv"));
        int secondTries = 0;
        for (String name : classes) {
            Guest.prepare();
            run(List.of(selectClass(name)), report);
            List<String> failed = report.failed();
            secondTries += failed.size();
            if (!failed.isEmpty() && secondTries <= MOST_SECOND_TRIES) {
                Guest.renewVivid();
                Guest.prepare();
                runAgain(report);
            }
            report.settle();
        }
        System.exit(report.passed() ? 0 : 1);
    }

    /** Runs once more what has failed. */
    static void runAgain(GuestReport report) {
        run(
                report.failed().stream()
                        .map(id -> (DiscoverySelector) selectUniqueId(id))
                        .toList(),
                report);
    }

    static void run(List<DiscoverySelector> tests, GuestReport report) {
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(tests)
                                .filters(EngineFilter.includeEngines("junit-jupiter"))
                                .build(),
                        report);
    }
}
