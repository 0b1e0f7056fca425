package dev.perch.web;

import dev.perch.camera.Cameras;
import dev.perch.memory.SystemMemory;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRegistration;
import java.util.Optional;

/** The program's outside, from start to end: the servlets and everybody they serve. */
public final class Site implements AutoCloseable {
    private final Audience audience;
    private final SegmentAnswers segments;

    private Site(Audience audience, SegmentAnswers segments) {
        this.audience = audience;
        this.segments = segments;
    }

    /**
     * Registers the servlets with {@code context}, which is being initialized.
     *
     * @param version of the program, for people
     * @param operatorKey what lets others than this machine change things; empty: nothing does
     */
    public static Site open(Cameras cameras, String version, String operatorKey, ServletContext context) {
        Audience audience = new Audience();
        Optional<Handover> handover = Handover.find(context);
        Admission admission = new Admission(cameras.pool().budget(), SystemMemory.heap());
        LiveAnswers live = new LiveAnswers(cameras, audience, admission, handover);
        SegmentAnswers segments = new SegmentAnswers(cameras, admission);
        MemorySheds.register(cameras, audience, segments);
        ServletRegistration.Dynamic front = context.addServlet(
                "perch",
                new FrontServlet(
                        cameras,
                        live,
                        new WebSockets(cameras, audience, admission, handover),
                        new ControlsAnswers(new Operator(operatorKey)),
                        new Pages(cameras, version, context),
                        new Monitors(cameras, new Numbers(cameras, audience, admission, version)),
                        new StaticFiles(context),
                        segments));
        front.setAsyncSupported(true);
        front.addMapping("/");
        return new Site(audience, segments);
    }

    /** Begins what runs without being asked for; to be called every second or so. Does not wait. */
    public void tend() {
        segments.tend();
    }

    /** Ends every answer that is under way. */
    @Override
    public void close() {
        segments.close();
        audience.close();
    }
}
