package dev.perch.codec;

import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import dev.perch.media.RawPicture;
import dev.perch.memory.BudgetExceededException;
import dev.perch.memory.Lease;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A derivation's workers: each takes frames from its inlet and handles them as its policy says, until it is stopped or fails. There is one worker, or
 * more if pictures come faster than one can encode and the policy allows it.
 */
final class DerivationLoop implements Derivation {
    /** The number of pictures, about a second's, after which the loop decides whether another worker would help. */
    static final int PICTURES_A_LOOK = 30;

    /** The number of these that must have been left out for that. */
    private static final int LEFT_OUT = PICTURES_A_LOOK / 10;

    private static final System.Logger LOG = System.getLogger(DerivationLoop.class.getName());

    private final DerivationSpec spec;
    private final String name;
    private final Supplier<Policy> policies;
    private final List<Worker> workers = new CopyOnWriteArrayList<>();
    private final End end = new End();
    private int mostWorkers; // guarded by this, like the next four
    private int running;
    private int leaving; // the workers among these that found no memory
    private boolean stopped;
    private boolean told;

    // used by the thread that gives pictures
    private int given;
    private long supersededBefore;
    private boolean warm;

    private DerivationLoop(DerivationSpec spec, String name, int mostWorkers, Supplier<Policy> policies) {
        this.spec = spec;
        this.name = name;
        this.mostWorkers = mostWorkers;
        this.policies = policies;
    }

    /**
     * Starts one worker.
     *
     * @param name of the worker's thread
     * @param mostWorkers the most workers at the same time
     * @param policies makes one for each worker; their inlets share the input
     */
    static Derivation start(DerivationSpec spec, String name, int mostWorkers, Supplier<Policy> policies) {
        DerivationLoop loop = new DerivationLoop(spec, name, mostWorkers, policies);
        loop.startWorker();
        return loop;
    }

    private synchronized void startWorker() {
        if (stopped || running >= mostWorkers) {
            return;
        }
        Worker worker = new Worker(policies.get(), workers.isEmpty() ? name : name + "-" + (workers.size() + 1));
        workers.add(worker);
        running++;
        boolean started = false;
        try {
            worker.thread.start();
            started = true;
        } catch (OutOfMemoryError noThread) {
            if (running == 1) {
                throw noThread;
            }
            mostWorkers = running - 1;
            LOG.log(Level.WARNING, "{0}: no more than {1} workers: {2}", name, mostWorkers, noThread.getMessage());
        } finally {
            if (!started) {
                workers.remove(worker);
                running--;
                worker.policy.inlet.close();
            }
        }
    }

    private final class Worker {
        private final Policy policy;
        private final Thread thread;
        private boolean leaving; // guarded by the loop

        Worker(Policy policy, String name) {
            this.policy = policy;
            this.thread = new Thread(this::work, name);
            thread.setDaemon(true);
        }

        private void work() {
            try (Inlet inlet = policy.inlet;
                    @Nullable Lease heap = lease()) {
                LOG.log(Level.DEBUG, "{0} holds {1} bytes", thread.getName(), heap == null ? 0 : heap.bytes());
                policy.begin();
                boolean more = true;
                while (more && !inlet.stopped()) {
                    InputFrame frame = inlet.take(policy.patienceMillis());
                    next(frame);
                    more = frame != null || policy.patienceMillis() > 0;
                }
            } catch (CaptureException trouble) {
                failed(this, policy.told(trouble));
            } catch (RuntimeException | Error defect) {
                spec.arenas().budget().faults().tell("the encoder of " + spec.camera(), defect);
                LOG.log(Level.ERROR, thread.getName() + " failed; this is a bug in Perch.", defect);
                failed(
                        this,
                        new CaptureException(
                                Kind.FAULT, "Making " + spec.to() + " ended by a defect of Perch.", defect));
            } finally {
                policy.endRun();
                ended(this);
            }
        }

        private void next(@Nullable InputFrame frame) throws CaptureException {
            try {
                policy.next(frame);
            } finally {
                if (frame != null) {
                    frame.handBack();
                }
            }
        }

        private void lookAfter(long nowNanos) {
            if (policy.hangs(nowNanos)) {
                kill();
            }
        }

        /** Ends a waiting put. The worker then ends, or reports its failure. */
        private void kill() {
            EncoderRun present = policy.run();
            if (present != null) {
                Thread killer = new Thread(present::kill, thread.getName() + "-end");
                killer.setDaemon(true);
                killer.start();
            }
        }
    }

    private @Nullable Lease lease() throws CaptureException {
        if (spec.heapBytes() == 0) {
            return null;
        }
        try {
            String setting = "cameras." + spec.camera() + ".size";
            return spec.arenas().budget().lease(spec.camera() + " encoder", spec.heapBytes(), setting);
        } catch (BudgetExceededException full) {
            throw new CaptureException(Kind.NO_ROOM, String.valueOf(full.getMessage()), full);
        }
    }

    /** Handles a worker's failure. One that finds no memory leaves the work to the others, if there are any. */
    private void failed(Worker worker, CaptureException trouble) {
        synchronized (this) {
            if (stopped || told) {
                return; // an end that was asked for breaks things too
            }
            if (trouble.kind() == Kind.NO_ROOM && running - leaving > 1) {
                worker.leaving = true;
                leaving++;
                mostWorkers = running - leaving;
                LOG.log(
                        Level.INFO,
                        "{0}: no more than {1} workers, for want of memory: {2}",
                        worker.thread.getName(),
                        mostWorkers,
                        trouble.getMessage());
                return;
            }
            told = true;
        }
        spec.failed().accept(trouble);
        endAll();
    }

    private void ended(Worker worker) {
        boolean last;
        synchronized (this) {
            running--;
            leaving -= worker.leaving ? 1 : 0;
            last = running == 0;
        }
        if (last) {
            endAll();
            end.tell();
        }
    }

    private void endAll() {
        synchronized (this) {
            stopped = true;
        }
        workers.forEach(worker -> worker.policy.inlet.stop());
    }

    @Override
    public void accept(RawPicture picture) {
        Worker first = workers.get(0);
        first.policy.inlet.give(picture);
        lookAfter();
        if (++given == PICTURES_A_LOOK) {
            given = 0;
            grow(first.policy.superseded());
        }
    }

    /** Starts another worker when pictures are left out for lack of one; not in the first second, in which the JVM compiles. */
    private void grow(long superseded) {
        if (warm && superseded - supersededBefore >= LEFT_OUT) {
            startWorker();
        }
        warm = true;
        supersededBefore = superseded;
    }

    @Override
    public void frameCame() {
        workers.get(0).policy.inlet.wake();
        lookAfter();
    }

    private void lookAfter() {
        long nowNanos = System.nanoTime();
        for (int i = 0; i < workers.size(); i++) {
            workers.get(i).lookAfter(nowNanos);
        }
    }

    @Override
    public void requestKeyFrame() {
        workers.forEach(worker -> worker.policy.requestKeyFrame());
    }

    @Override
    public void stop() {
        synchronized (this) {
            if (stopped) {
                return;
            }
        }
        endAll();
        workers.forEach(Worker::kill);
    }

    @Override
    public boolean over() {
        return end.told();
    }

    @Override
    public long superseded() {
        return workers.get(0).policy.superseded();
    }

    @Override
    public Figures figures() {
        return spec.sink().figures();
    }

    @Override
    public boolean awaitOver(long millis) {
        return end.await(millis);
    }
}
