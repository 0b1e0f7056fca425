package dev.perch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** The table of rooms: which package may import which. */
@AnalyzeClasses(packages = "dev.perch", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {
    /** Leaves out the tests, wherever they were compiled to. */
    static final class WithoutTests implements ImportOption {
        private static final String TESTS = ArchitectureTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();

        @Override
        public boolean includes(Location location) {
            return !location.contains(TESTS);
        }
    }

    private static final Map<String, String> ROOMS = new TreeMap<>(Map.ofEntries(
            Map.entry("media", ""),
            Map.entry("memory", ""),
            Map.entry("config", ""),
            Map.entry("process", "config"),
            Map.entry("ffmpeg", "config process"),
            Map.entry("http", ""),
            Map.entry("h264", "media"),
            Map.entry("jpeg", "media"),
            Map.entry("aac", "media"),
            Map.entry("flv", "media h264 aac"),
            Map.entry("mp4", "media h264 aac"),
            Map.entry("rtmp", "media flv"),
            Map.entry("v4l2", "media memory"),
            Map.entry("alsa", "media memory v4l2"), // whose system calls and bindings it shares
            Map.entry("feed", "media memory"),
            Map.entry("picture", "media memory jpeg"),
            Map.entry("codec", "media memory config process ffmpeg v4l2 h264 jpeg aac flv picture"),
            Map.entry("source", "media memory config process ffmpeg http v4l2 alsa h264 jpeg aac flv mp4 codec"),
            Map.entry("camera", "media memory config process ffmpeg h264 jpeg aac mp4 v4l2 feed codec source picture"),
            Map.entry("progressive", "media memory h264 aac flv mp4 feed"),
            Map.entry("mjpeg", "media memory jpeg feed"),
            Map.entry("websocket", "media memory mp4 feed progressive mjpeg"),
            Map.entry("cmaf", "media memory config h264 aac mp4 feed"),
            // the window lives while its camera is watched
            Map.entry("window", "media memory config h264 aac mp4 feed camera cmaf"),
            Map.entry("hls", "media memory config mp4 feed cmaf window"),
            Map.entry("dash", "media memory config mp4 feed cmaf window"),
            Map.entry("access", "config"),
            Map.entry("audience", "media memory feed source camera progressive"),
            Map.entry("ingest", "media memory config flv rtmp feed source camera progressive audience access"),
            Map.entry("record", "media memory config process h264 aac mp4 feed cmaf camera"),
            Map.entry("push", "media memory config process aac flv rtmp feed camera"),
            Map.entry("mqtt", "media memory config feed camera")));

    /** The folders of web: which of them uses which. The package itself joins them, so that none of them uses it. */
    private static final Map<String, String> WEB_FOLDERS = new TreeMap<>(Map.of(
            "line", "",
            "answer", "line",
            "live", "line answer",
            "segments", "line answer",
            "status", "line answer",
            "pages", "line answer status",
            "recordings", "line answer",
            "controls", "line answer",
            "login", "line answer",
            "ingest", "line answer"));

    @ArchTest
    static void eachFolderOfWebUsesOnlyWhatTheTableNames(JavaClasses all) {
        WEB_FOLDERS.forEach((folder, allowed) -> {
            Set<String> used = new HashSet<>(Set.of("dev.perch.web." + folder));
            Arrays.stream(allowed.split(" "))
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> used.add("dev.perch.web." + name));
            noClasses()
                    .that()
                    .resideInAPackage("dev.perch.web." + folder)
                    .should()
                    .dependOnClassesThat(DescribedPredicate.describe(
                            "are elsewhere in web",
                            known -> known.getPackageName().startsWith("dev.perch.web")
                                    && !known.getPackageName().startsWith("dev.perch.websocket")
                                    && !used.contains(known.getPackageName())))
                    .check(all);
        });
    }

    @ArchTest
    static final ArchRule webHasNoOtherFolders = classes()
            .that()
            .resideInAPackage("dev.perch.web..")
            .should()
            .resideInAnyPackage(Stream.concat(
                            Stream.of("dev.perch.web"),
                            WEB_FOLDERS.keySet().stream().map(folder -> "dev.perch.web." + folder))
                    .toArray(String[]::new));

    @ArchTest
    static final ArchRule onlyLineTouchesTomcat = noClasses()
            .that()
            .resideInAPackage("dev.perch.web..")
            .and()
            .resideOutsideOfPackage("dev.perch.web.line")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache..");

    @ArchTest
    static void eachRoomImportsOnlyWhatTheTableNames(JavaClasses all) {
        ROOMS.forEach((room, allowed) -> {
            List<String> packages = new ArrayList<>(List.of("dev.perch." + room + "..", "java..", "org.jspecify.."));
            Arrays.stream(allowed.split(" "))
                    .filter(name -> !name.isEmpty())
                    .forEach(name -> packages.add("dev.perch." + name + ".."));
            if (room.equals("config")) {
                packages.add("org.snakeyaml..");
            }
            if (room.equals("v4l2") || room.equals("alsa") || room.equals("codec")) {
                packages.add("com.sun.jna..");
            }
            if (Set.of("http", "source", "push", "ingest", "mqtt").contains(room)) {
                packages.add("javax.net.ssl..");
            }
            if (room.equals("mqtt")) {
                packages.add("com.grack.nanojson..");
            }
            if (room.equals("access")) {
                packages.add("javax.crypto..");
            }
            if (room.equals("codec")) {
                packages.add("javax.imageio..");
            }
            classes()
                    .that()
                    .resideInAPackage("dev.perch." + room + "..")
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(packages.toArray(String[]::new))
                    .allowEmptyShould(true)
                    .check(all);
        });
    }

    @ArchTest
    static final ArchRule onlyAppJoinsTheProgram = noClasses()
            .that()
            .resideOutsideOfPackage("dev.perch.app..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.perch.app..");

    @ArchTest
    static final ArchRule onlyV4l2AndCodecTouchNative = noClasses()
            .that()
            .resideOutsideOfPackages("dev.perch.v4l2..", "dev.perch.alsa..", "dev.perch.codec..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..");

    @ArchTest
    static final ArchRule servletApiStaysAtTheEdge = noClasses()
            .that()
            .resideOutsideOfPackages("dev.perch.web..", "dev.perch.app..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jakarta..", "org.apache.catalina..", "org.apache.coyote..", "org.apache.tomcat..");

    @ArchTest
    static final ArchRule bytesLayersDoNoIoAndReadNoClock = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.perch.media..",
                    "dev.perch.h264..",
                    "dev.perch.jpeg..",
                    "dev.perch.aac..",
                    "dev.perch.flv..",
                    "dev.perch.mp4..",
                    "dev.perch.rtmp..")
            .and()
            .haveNameNotMatching("dev\\.perch\\.media\\.Clock\\$1") // the machine's clock, for others to read
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.file..", "java.util.concurrent..")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    /** What is told of a camera is gathered once, by CameraFacts: else the page and the JSON of one moment differ. */
    @ArchTest
    static final ArchRule onlyFactsAskTheCamera = noClasses()
            .that()
            .haveNameMatching(
                    "dev\\.perch\\.web\\.(pages\\.(CameraView|Snippets|ProgramSnippets)|status\\.(CameraJson|Health)).*")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("dev.perch.camera.Camera");

    /** A thread that starts in a constructor may meet fields that are not set yet, and parts that are not wired. */
    @ArchTest
    static final ArchRule noThreadStartsInAConstructor = constructors()
            .should(new ArchCondition<JavaConstructor>("start no thread") {
                @Override
                public void check(JavaConstructor constructor, ConditionEvents events) {
                    constructor.getMethodCallsFromSelf().stream()
                            .filter(ArchitectureTest::startsAThread)
                            .forEach(call -> events.add(SimpleConditionEvent.violated(call, call.getDescription())));
                }
            });

    private static boolean startsAThread(JavaMethodCall call) {
        boolean begins = call.getName().equals("start");
        boolean ours = call.getTargetOwner().getPackageName().startsWith("dev.perch");
        return (begins && (ours || call.getTargetOwner().isAssignableTo(Thread.class)))
                || (call.getTargetOwner().isAssignableTo(Executor.class)
                        && call.getName().matches("execute|submit|schedule.*|invoke.*|prestart.*"));
    }

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("dev.perch.(*)..").should().beFreeOfCycles();
}
