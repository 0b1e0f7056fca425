package dev.perch.app;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import dev.perch.access.UserFile;
import dev.perch.launch.RunningPerch;
import dev.perch.testing.Answer;
import dev.perch.testing.TestUsers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wrong links, names, cookies, forms and keys, each from an address of its own, at a Perch with a Pi Zero's heap: nobody is let in, what is remembered of them does not grow, and a user goes on being served. A
 * million of them by hand: {@code -Dperch.guesses=1000000}.
 */
@Tag("long")
class GuessersIT {
    private static final int GUESSES = Integer.getInteger("perch.guesses", 4_000);
    private static final int GUESSERS = 2;
    private static final int PATIENCE_MILLIS = 60_000;
    private static final long ROOM_BYTES =
            Math.min(28L << 20, (4L << 20) + 64L * GUESSES); // garbage of guesses waits for a full collection
    private static final Set<Integer> REFUSALS = Set.of(401, 403, 429, 503);

    @TempDir
    private Path work;

    private final AtomicInteger made = new AtomicInteger();

    @Test
    void guesses_openNothing_takeNoMemory_andKeepNobodyOut() throws Exception {
        Path users = work.resolve("users");
        UserFile.empty()
                .with(TestUsers.user("ann", 1, "viewer", "correct horse"))
                .write(users);
        Path config = Files.writeString(
                work.resolve("perch.yml"),
                "server: { trusted-proxies: [127.0.0.1] }\nmemory: { budget: 24MiB }\naccess: { users: " + users
                        + " }\ncameras: { front: { demo: true } }\n");
        try (RunningPerch perch = RunningPerch.start(
                Map.of("JDK_JAVA_OPTIONS", String.join(" ", StrangersIT.FLAGS)),
                "--config",
                config.toString(),
                "--address",
                "127.0.0.1",
                "--port",
                "0")) {
            int port = perch.address().getPort();
            List<Long> heap = guessed(port);
            long early = least(heap.subList(0, heap.size() / 3 + 1));
            long late = least(heap.subList(heap.size() * 2 / 3, heap.size()));
            System.getLogger(GuessersIT.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            made + " guesses, " + heap.size() + " answers beside them, heap " + early + ", then "
                                    + late);
            assertTrue(late < early + ROOM_BYTES, () -> "the heap grows from " + early + " to " + late);
            assertFalse(perch.log().contains("java.lang.OutOfMemoryError"), perch::log);
        }
    }

    /** Returns how much of the heap was used, as the user was told again and again meanwhile. */
    private List<Long> guessed(int port) throws Exception {
        List<Long> heap = new ArrayList<>();
        heap.add(heapOf(port)); // the password is known to be right from now on
        ExecutorService threads = Executors.newFixedThreadPool(GUESSERS);
        try {
            List<Future<Map<Integer, Integer>>> all = new ArrayList<>();
            for (int i = 0; i < GUESSERS; i++) {
                all.add(threads.submit(() -> guess(port)));
            }
            while (!all.stream().allMatch(Future::isDone)) {
                heap.add(heapOf(port));
            }
            for (Future<Map<Integer, Integer>> one : all) {
                assertTrue(REFUSALS.containsAll(one.get().keySet()), () -> "answered " + all);
            }
            heap.add(heapOf(port));
            return heap;
        } finally {
            threads.shutdownNow();
        }
    }

    private static long least(List<Long> all) {
        return all.stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    private static long heapOf(int port) throws IOException, JsonParserException {
        Socket socket = Answer.ask(
                port, "GET", "/stats", "1.1", from(192, 168, 7, 7), basic("ann:correct horse"), "Connection: close");
        socket.setSoTimeout(PATIENCE_MILLIS);
        try (Answer answer = Answer.of(socket)) {
            assertTrue(answer.status() == 200, () -> "the user is answered " + answer.statusLine());
            return JsonParser.object()
                    .from(answer.text())
                    .getObject("program")
                    .getObject("memory")
                    .getLong("heapUsedBytes");
        }
    }

    private static String from(int... octets) {
        return "X-Forwarded-For: " + octets[0] + "." + octets[1] + "." + octets[2] + "." + octets[3];
    }

    private static String basic(String text) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Guesses as long as guesses are left. Returns how often each status was answered. */
    private Map<Integer, Integer> guess(int port) throws IOException {
        Map<Integer, Integer> statuses = new TreeMap<>();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        try {
            for (int i = made.getAndIncrement(); i < GUESSES; i = made.getAndIncrement()) {
                Answer answer = guess(socket, i);
                statuses.merge(answer.status(), 1, Integer::sum);
                answer.text();
                if (answer.header("Connection").equalsIgnoreCase("close")) {
                    socket.close();
                    socket = new Socket(InetAddress.getLoopbackAddress(), port);
                }
            }
        } finally {
            socket.close();
        }
        return statuses;
    }

    private static Answer guess(Socket socket, int i) throws IOException {
        String from = from(10, i >> 16 & 255, i >> 8 & 255, i & 255);
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(("guess " + i + " of a token as long as they are").getBytes(StandardCharsets.US_ASCII));
        String may = "/front/may";
        Socket asked = switch (i % 5) {
            case 0 -> Answer.send(socket, "GET", "/~" + forged + may, "1.1", from);
            case 1 -> Answer.send(socket, "GET", may, "1.1", from, basic("eve" + i + ":guess"));
            case 2 -> Answer.send(socket, "GET", may, "1.1", from, "Cookie: perch=" + cookie(forged));
            case 3 -> Answer.send(socket, "GET", may, "1.1", from, "X-Perch-Key: guess" + i);
            default -> form(socket, from, "user=ann&password=guess" + i);
        };
        asked.setSoTimeout(PATIENCE_MILLIS);
        return Answer.of(asked);
    }

    private static String cookie(String forged) {
        return "YW5u.99999999999.1." + forged;
    }

    private static Socket form(Socket socket, String from, String body) throws IOException {
        Answer.send(
                socket,
                "POST",
                "/login",
                "1.1",
                from,
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Length: " + body.length());
        socket.getOutputStream().write(body.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
