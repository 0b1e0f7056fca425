package dev.perch.mqtt;

import dev.perch.camera.Camera;
import dev.perch.camera.CameraState;
import dev.perch.camera.UnavailableException;
import dev.perch.config.CameraConfig;
import dev.perch.media.Clock;
import dev.perch.memory.BudgetExceededException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A camera, and what was published about it. Used by one thread. */
final class KnownCamera implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(KnownCamera.class.getName());

    private final Camera camera;
    private final Announcement announcement;
    private final Optional<String> discovery;
    private final Optional<Duration> every;
    private final Clock clock;
    private boolean announced;
    private @Nullable CameraState told;
    private long pictureDueNanos;
    private @Nullable PictureWait wait;
    private String logged = "";

    /**
     * Creates it with nothing published.
     *
     * @param discovery the beginning of Home Assistant's topics
     * @param every how often a picture is sent
     */
    KnownCamera(Camera camera, Announcement announcement, Optional<String> discovery, Optional<Duration> every) {
        this.camera = camera;
        this.announcement = announcement;
        this.discovery = discovery;
        this.every = every;
        this.clock = camera.clock();
        this.pictureDueNanos = clock.nanoTime();
    }

    Camera camera() {
        return camera;
    }

    /** Forgets what was published, because the broker is another one or has lost it. */
    void forget() {
        announced = false;
        told = null;
        close();
    }

    /** Publishes what has changed, and a picture that has come. Does not wait for the camera. */
    void tell(Connection connection, PictureBuffer buffer) throws MqttException {
        Topics topics = announcement.topics();
        if (!announced && discovery.isPresent()) {
            connection.keep(sensorTopic(discovery.get()), announcement.sensor(camera));
            if (every.isPresent()) {
                connection.keep(pictureTopic(discovery.get()), announcement.pictures(camera));
            }
        }
        announced = true;
        CameraState state = camera.state();
        if (state != told) {
            connection.keep(topics.state(camera.id()), Announcement.state(state));
            if (state instanceof CameraState.Private && !(told instanceof CameraState.Private)) {
                pictureDueNanos = clock.nanoTime(); // the card replaces the last picture at once
            }
            told = state;
        }
        if (every.isPresent()) {
            picture(connection, buffer, every.get().toNanos());
        }
    }

    private void picture(Connection connection, PictureBuffer buffer, long everyNanos) throws MqttException {
        String trouble = "";
        try {
            boolean turning = camera.hidden() && !camera.covered(); // the camera is just becoming private
            if (wait == null && !turning && clock.nanoTime() - pictureDueNanos >= 0) {
                pictureDueNanos = clock.nanoTime() + everyNanos;
                wait = new PictureWait(camera, clock);
            }
            PictureWait waiting = wait;
            if (waiting == null) {
                return;
            }
            int bytes = waiting.copyTo(buffer);
            if (bytes > 0) {
                close();
                // not retained: a broker would show it while the camera is private
                connection.publish(
                        announcement.topics().picture(camera.id()), /* retained= */ false, buffer.bytes(), bytes);
            } else if (waiting.over()) {
                close();
                trouble = waiting.superseded() ? "" : "the camera gave none within 10 s";
            } else {
                return;
            }
        } catch (UnavailableException none) {
            trouble = String.valueOf(none.getMessage());
        } catch (BudgetExceededException full) {
            close();
            trouble = String.valueOf(full.getMessage());
        }
        if (!trouble.isEmpty() && !trouble.equals(logged)) {
            LOG.log(Level.WARNING, CameraConfig.called(camera.id()) + ": no picture goes to MQTT: " + trouble);
        }
        logged = trouble;
    }

    /** Publishes that the camera no longer exists. */
    void gone(Connection connection) throws MqttException {
        if (discovery.isPresent()) {
            connection.keep(sensorTopic(discovery.get()), "");
            connection.keep(pictureTopic(discovery.get()), "");
        }
        connection.keep(announcement.topics().state(camera.id()), "");
    }

    private String sensorTopic(String begin) {
        return announcement.topics().config(begin, Announcement.BINARY_SENSOR, camera.id());
    }

    private String pictureTopic(String begin) {
        return announcement.topics().config(begin, Announcement.CAMERA, camera.id());
    }

    /** Releases the camera. */
    @Override
    public void close() {
        PictureWait waiting = wait;
        wait = null;
        if (waiting != null) {
            waiting.close();
        }
    }
}
