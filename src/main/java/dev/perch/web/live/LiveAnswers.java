package dev.perch.web.live;

import dev.perch.access.Action;
import dev.perch.audience.Admission;
import dev.perch.audience.Audience;
import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.Cameras;
import dev.perch.camera.DerivedPictures;
import dev.perch.camera.PictureRequest;
import dev.perch.camera.UnavailableException;
import dev.perch.camera.Watch;
import dev.perch.feed.Packager;
import dev.perch.media.Encoding;
import dev.perch.media.StreamConfig;
import dev.perch.media.TrackId;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import dev.perch.mjpeg.MultipartFraming;
import dev.perch.mjpeg.PartHeads;
import dev.perch.progressive.AnnexBFraming;
import dev.perch.progressive.FlvFraming;
import dev.perch.progressive.Mp4Framing;
import dev.perch.source.Source;
import dev.perch.web.answer.AsyncRequests;
import dev.perch.web.answer.Callers;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Listening;
import dev.perch.web.answer.LiveAddress;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.ProblemForm;
import dev.perch.web.answer.Refusals;
import dev.perch.web.answer.RequestAdmission;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.Tenure;
import dev.perch.web.line.AnswerLine;
import dev.perch.web.line.Handover;
import dev.perch.web.line.Headers;
import dev.perch.web.line.PortableLine;
import dev.perch.web.line.SocketLine;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Begins the live answers: snapshot.jpg, stream.mjpg, stream.h264, stream.mp4, stream.flv. */
public final class LiveAnswers implements Cameras.Attendant {
    private static final int TLS_RECORD_BYTES = 16 << 10;
    private static final Parameters.Range FPS = new Parameters.Range(0.01, 1000, "frames a second");
    private static final Parameters.Range DURATION = new Parameters.Range(0.001, 1e9, "seconds");
    private static final Parameters.Range MAX_AGE = new Parameters.Range(0, 1e9, "milliseconds");

    /** The heap for a viewer's position in the sound. */
    private static final int SOUND_BYTES = 2 << 10;

    private final Packager partHeads = new PartHeads();
    private final Optional<Handover> handover;
    private final Cameras cameras;
    private final Audience audience;
    private final RequestAdmission admission;
    private final Callers callers;
    private @Nullable DerivedPictures pictures; // guarded by this

    public LiveAnswers(
            Cameras cameras,
            Audience audience,
            RequestAdmission admission,
            Optional<Handover> handover,
            Callers callers) {
        this.admission = admission;
        this.callers = callers;
        this.handover = handover;
        this.cameras = cameras;
        this.audience = audience;
        cameras.all().forEach(this::came);
        cameras.attend(this);
    }

    @Override
    public void came(Camera camera) {
        camera.feeds().stream()
                .filter(feed -> feed.encoding() == Encoding.JPEG)
                .forEach(feed -> feed.attach(partHeads));
    }

    @Override
    public void left(Camera camera) {
        // the audience ends the viewers
    }

    /** Returns the routes of live answers, by Perch's names and by µStreamer's. */
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        for (LiveAddress address : LiveAddress.values()) {
            Route.Answerer answerer = exchange -> answer(address, exchange);
            for (String name : address.names()) {
                routes.add(Route.get(Route.RENDITION + "/" + name, Action.WATCH, answerer));
            }
        }
        return routes;
    }

    private void answer(LiveAddress address, Exchange exchange) throws IOException {
        Camera camera = exchange.camera();
        HttpServletRequest request = exchange.request();
        HttpServletResponse response = exchange.response();
        try {
            if (request.getMethod().equals("HEAD")) {
                head(new TrackId(exchange.rendition(), address.encoding()), address, camera, request, response);
                return;
            }
            Technique technique = technique(address, camera, request);
            Optional<String> shortage = cameras.watch().refusal();
            if (shortage.isPresent()) {
                audience.turnAway();
                Refusals.shortage(shortage.get(), cameras.watch().status().free())
                        .answer(request, response);
                return;
            }
            if (leadsBack(request, camera)) {
                Refusals.loop(camera).answer(request, response);
                return;
            }
            PictureRequest picture = address.encoding() == Encoding.JPEG
                    ? PictureParameters.of(request, camera, exchange.rendition())
                    : PictureRequest.plain(exchange.rendition());
            begin(technique, picture, camera, request, response);
        } catch (DerivedPictures.FullException full) {
            Refusals.of(full).answer(request, response);
        } catch (Parameters.RefusedException refused) {
            Problem.of(400, "Parameter not accepted", String.valueOf(refused.getMessage()))
                    .answer(request, response);
        } catch (UnavailableException unavailable) {
            Refusals.of(unavailable, camera).answer(request, response);
        } catch (BudgetExceededException full) {
            Refusals.of(full).answer(request, response);
        }
    }

    /** Answers HEAD with the head of GET, as far as it is known without starting the camera. */
    private void head(
            TrackId track, LiveAddress address, Camera camera, HttpServletRequest request, HttpServletResponse response)
            throws UnavailableException, Parameters.RefusedException {
        boolean byDefault = address == LiveAddress.MP4
                && StreamLayout.mp4(request, callers, Double.POSITIVE_INFINITY).soundsByDefault();
        boolean audible = Parameters.flag(request, "audio").orElse(byDefault) && Listening.may(request, camera);
        camera.requireOffered(track);
        Headers.endless(request.getProtocol(), response::setHeader);
        response.setContentType(
                switch (address) {
                    case SNAPSHOT -> "image/jpeg";
                    case MJPEG -> MultipartFraming.CONTENT_TYPE;
                    case ANNEX_B -> AnnexBFraming.CONTENT_TYPE;
                    case FLV -> FlvFraming.CONTENT_TYPE;
                    case MP4 ->
                        camera.feed(track)
                                .config()
                                .filter(StreamConfig.H264.class::isInstance)
                                .map(config -> Mp4Framing.contentType(
                                        (StreamConfig.H264) config,
                                        audible ? camera.sound().config().orElse(null) : null))
                                .orElse("video/mp4");
                });
    }

    private Technique technique(LiveAddress address, Camera camera, HttpServletRequest request)
            throws Parameters.RefusedException {
        double duration = Parameters.number(request, "duration", DURATION, Double.POSITIVE_INFINITY);
        return switch (address) {
            case SNAPSHOT -> snapshot(camera, request);
            case MJPEG ->
                MjpegRequest.of(
                        request,
                        partHeads,
                        StreamLayout.parts(request, callers, duration),
                        Parameters.number(request, "fps", FPS, Double.POSITIVE_INFINITY),
                        duration);
            case ANNEX_B -> LiveStream.annexB(duration).named(StreamLayout.filename(request));
            case MP4 -> mp4(request, duration).named(StreamLayout.filename(request));
            case FLV ->
                audible(request, true, LiveStream.flv(StreamLayout.backlog(request, callers, duration), duration));
        };
    }

    private LiveStream mp4(HttpServletRequest request, double duration) throws Parameters.RefusedException {
        Mp4Framing framing = StreamLayout.mp4(request, callers, duration);
        return audible(request, framing.soundsByDefault(), LiveStream.mp4(framing, duration));
    }

    private static LiveStream audible(HttpServletRequest request, boolean byDefault, LiveStream stream)
            throws Parameters.RefusedException {
        return Parameters.flag(request, "audio").orElse(byDefault) ? stream : stream.silent();
    }

    private static Snapshot snapshot(Camera camera, HttpServletRequest request) throws Parameters.RefusedException {
        double maxAgeMillis =
                Parameters.number(request, "max-age", MAX_AGE, Parameters.number(request, "max_delay", MAX_AGE, 0));
        boolean cold = !(camera.state() instanceof CameraState.Live);
        long warmUpNanos = cold ? camera.config().running().warmUp().toNanos() : 0;
        long nowNanos = camera.clock().nanoTime();
        Snapshot plain = new Snapshot(nowNanos, (long) (maxAgeMillis * 1e6), warmUpNanos, camera::firstFrameNanos);
        boolean byItsOldName = request.getParameter("action") != null
                || request.getRequestURI().endsWith("/snapshot");
        return byItsOldName ? plain.withDetails() : plain;
    }

    private void begin(
            Technique technique,
            PictureRequest picture,
            Camera camera,
            HttpServletRequest request,
            HttpServletResponse response)
            throws UnavailableException, DerivedPictures.FullException, BudgetExceededException, IOException {
        camera.requireOffered(new TrackId(picture.rendition(), technique.encoding()));
        // one picture is sent faster than a socket is taken over
        boolean bySocket = !(technique instanceof Snapshot)
                && handover.filter(way -> way.fits(request)).isPresent();
        if (!bySocket) {
            AsyncRequests.require(request);
        }
        Admission entrance =
                technique instanceof Snapshot ? admission.of(request) : admission.ofViewer(request, List.of(camera));
        boolean audible = technique.sound() != null && camera.sound().possible() && Listening.may(request, camera);
        int more = audible ? SOUND_BYTES : 0;
        Lease lease = relayed(
                request,
                camera,
                bySocket ? entrance.bySocket(more) : entrance.byContainer(bufferBytes(technique, request) + more));
        List<Watch> watches = new ArrayList<>();
        boolean begun = false;
        try {
            if (audible) {
                Listening.heard(request);
                watches.add(camera.sound().listen(/* packager= */ null)); // before the pictures, which start the source
            }
            Watch pictures = watch(technique, picture, camera);
            watches.add(0, pictures);
            if (technique.skipsBacklog()) {
                pictures.cursor().skipBacklog();
                camera.requestKeyFrame();
            }
            ReentrantLock lock = new ReentrantLock();
            AnswerLine line = line(lock, bySocket, technique, request, response);
            Tenure tenure = new Tenure(request);
            LiveViewer viewer = new LiveViewer(lock, audience, technique, watches, lease.with(tenure::over), line);
            viewer.refuseAs(ProblemForm.of(request));
            tenure.of(viewer::dismiss);
            viewer.begin();
            begun = true;
        } finally {
            if (!begun) {
                watches.forEach(Watch::close);
                lease.close();
            }
        }
    }

    private static boolean leadsBack(HttpServletRequest request, Camera camera) {
        String relays = request.getHeader(Source.RELAY_HEADER);
        return relays != null && camera.source().leadsBack(relays);
    }

    /** Tells the source of the relays that watch it, for as long as the lease is held. */
    private static Lease relayed(HttpServletRequest request, Camera camera, Lease lease) {
        String relays = request.getHeader(Source.RELAY_HEADER);
        return relays == null ? lease : lease.with(camera.source().watchedBy(relays));
    }

    private Watch watch(Technique technique, PictureRequest picture, Camera camera)
            throws UnavailableException, DerivedPictures.FullException {
        boolean jpeg = technique.encoding() == Encoding.JPEG;
        OptionalLong oldest =
                technique instanceof Snapshot snapshot ? OptionalLong.of(snapshot.oldestNanos()) : OptionalLong.empty();
        if (jpeg && !picture.plain()) {
            return pictures().watch(camera, picture, technique.packager(), oldest);
        }
        return oldest.isPresent()
                ? camera.watchForPicture(picture.rendition(), oldest.getAsLong())
                : camera.watch(new TrackId(picture.rendition(), technique.encoding()), technique.packager());
    }

    /** Returns the derived pictures of all cameras, which most programs never need. */
    private synchronized DerivedPictures pictures() {
        DerivedPictures present = pictures == null ? new DerivedPictures() : pictures;
        pictures = present;
        return present;
    }

    private AnswerLine line(
            ReentrantLock lock,
            boolean bySocket,
            Technique technique,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        Optional<SocketLine> socket = bySocket
                ? handover.flatMap(way -> way.take(request, response, HttpServletResponse.SC_OK))
                : Optional.empty();
        if (socket.isPresent()) {
            socket.get().prepare(lock, audience.closer());
            return socket.get();
        }
        handover.ifPresent(way -> way.warnOfSendBuffers(request));
        return new PortableLine(lock, audience.closer(), AsyncRequests.start(request), bufferBytes(technique, request));
    }

    /** A larger buffer saves nothing over TLS, whose records end there (RFC 8446 §5.1), and each viewer has one. */
    private static int bufferBytes(Technique technique, HttpServletRequest request) {
        return request.isSecure() ? Math.min(TLS_RECORD_BYTES, technique.bufferBytes()) : technique.bufferBytes();
    }
}
