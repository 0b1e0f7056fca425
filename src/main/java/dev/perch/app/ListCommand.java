package dev.perch.app;

import dev.perch.alsa.Microphone;
import dev.perch.alsa.Microphones;
import dev.perch.source.Devices;
import dev.perch.v4l2.SystemCalls;
import java.io.PrintStream;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code perch list}: every video device with its formats, and every microphone with the line of configuration that selects it. */
final class ListCommand {
    private static final System.Logger LOG = System.getLogger(ListCommand.class.getName());

    /** How long a device may be silent: a USB camera may need 5 s for one control that it lacks. */
    private static final int PATIENCE_MILLIS = 20_000;

    private final SystemCalls calls;
    private final PrintStream out;
    private final int patienceMillis;

    ListCommand(SystemCalls calls, PrintStream out) {
        this(calls, out, PATIENCE_MILLIS);
    }

    ListCommand(SystemCalls calls, PrintStream out, int patienceMillis) {
        this.calls = calls;
        this.out = out;
        this.patienceMillis = patienceMillis;
    }

    static int run(PrintStream out) {
        ListCommand command = new ListCommand(SystemCalls.linux(), out);
        List<Path> nodes = Devices.all();
        int status = command.list(nodes);
        command.microphones(Microphones.machine(), nodes);
        return status;
    }

    /** Lists the microphones, each with the cameras that it belongs to. Without microphones, nothing is printed. */
    void microphones(Microphones machine, List<Path> nodes) {
        for (Microphone each : machine.list()) {
            out.println();
            out.println(each.device() + ": " + each.title());
            out.println("  microphone: audio: alsa:" + each.device());
            nodes.stream()
                    .filter(node -> machine.own(node).equals(Optional.of(each)))
                    .findFirst()
                    .ifPresent(node -> out.println("  the own one of " + node + ", where audio: alsa will do"));
        }
    }

    /** Returns the exit status of the process: 0, even if some device could not be asked. */
    int list(List<Path> nodes) {
        if (nodes.isEmpty()) {
            out.println("There is no video device in /dev.");
        }
        String gap = "";
        for (Path node : nodes) {
            out.print(gap);
            report(node).forEach(out::println);
            gap = System.lineSeparator();
        }
        return 0;
    }

    /** Returns the report of a device, but gives up on a driver that does not answer. One that answers, however slowly, may go on: so may a busy machine. */
    private List<String> report(Path node) {
        DeviceReport report = new DeviceReport(calls, node);
        FutureTask<List<String>> question = new FutureTask<>(report::lines);
        Thread thread = new Thread(question, "perch-list-" + node.getFileName());
        thread.setDaemon(true);
        thread.start();
        try {
            return answered(question, report);
        } catch (TimeoutException stuck) {
            return List.of(node.toString(), "  it does not answer");
        } catch (ExecutionException defect) {
            LOG.log(Level.ERROR, "Cannot ask " + node, defect.getCause());
            return List.of(node.toString(), "  " + defect.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private List<String> answered(FutureTask<List<String>> question, DeviceReport report)
            throws TimeoutException, ExecutionException, InterruptedException {
        while (true) {
            int answers = report.answers();
            try {
                return question.get(patienceMillis, TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                if (report.answers() == answers) {
                    throw slow;
                }
            }
        }
    }
}
