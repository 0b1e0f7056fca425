package dev.perch.camera;

import dev.perch.media.CaptureException;
import dev.perch.source.SourceControls;
import dev.perch.v4l2.Control;
import dev.perch.v4l2.ControlException;
import dev.perch.v4l2.ControlSetting;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads and sets the controls of a camera's device, on its own thread, which ends when idle. A stuck device holds up that thread, never a request.
 */
public final class CameraControls implements AutoCloseable {
    /** A USB camera answers in milliseconds, and for a control that it lacks after 5 s at worst. */
    private static final long PATIENCE_MILLIS = 6_000;

    private static final int MAX_WAITING = 8;
    private static final long IDLE_SECONDS = 5;

    private final String description;
    private final SourceControls controls;
    private final ThreadPoolExecutor worker;

    CameraControls(String cameraId, String description, SourceControls controls) {
        this.description = description;
        this.controls = controls;
        this.worker = new ThreadPoolExecutor(
                1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "perch-" + cameraId + "-controls");
                    thread.setDaemon(true);
                    return thread;
                });
        worker.allowCoreThreadTimeOut(true);
    }

    /**
     * Returns all controls with their current values. Waits a few seconds for the device at most.
     *
     * @throws CaptureException if the device cannot be opened, fails or does not answer
     */
    public List<Control> read() throws CaptureException {
        try {
            return answer(controls::read);
        } catch (ControlException impossible) {
            throw new IllegalStateException("reading sets nothing", impossible);
        }
    }

    /**
     * Sets controls in this order, now and at every later start of the camera until the program ends.
     *
     * @return all controls with their values afterwards
     * @throws ControlException if a setting is not accepted; the message says what is
     * @throws CaptureException if the device cannot be opened, fails or does not answer
     */
    public List<Control> set(List<ControlSetting> settings) throws ControlException, CaptureException {
        return answer(() -> {
            controls.set(settings);
            return controls.read();
        });
    }

    private List<Control> answer(Callable<List<Control>> question) throws ControlException, CaptureException {
        try {
            Future<List<Control>> asked = worker.submit(question);
            try {
                return asked.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            } finally {
                asked.cancel(false); // a request that has not begun must not run later
            }
        } catch (TimeoutException | RejectedExecutionException stuck) {
            throw new CaptureException(CaptureException.Kind.FAULT, description + " does not answer.", stuck);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CaptureException cause) {
                throw cause;
            }
            if (failed.getCause() instanceof ControlException cause) {
                throw cause;
            }
            throw new IllegalStateException("asking " + description + " failed", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CaptureException(CaptureException.Kind.FAULT, "The server is stopping.", interrupted);
        }
    }

    /** Accepts no more requests; one that is under way ends by itself. */
    @Override
    public void close() {
        worker.shutdown();
    }
}
