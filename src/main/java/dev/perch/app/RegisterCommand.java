package dev.perch.app;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** {@code register moonraker [URL]}: adds the cameras of the Perch that runs on this machine to a Moonraker, for Mainsail and Fluidd. */
final class RegisterCommand {
    private static final int PATIENCE_MILLIS = 10_000;

    /** The rate at which Mainsail and Fluidd reload a snapshot (target_fps). */
    private static final int FPS = 15;

    private static final int SEARCH_MILLIS = 3_000;

    /**
     * The places to look for a Moonraker when none is named.
     *
     * @param local on this machine
     * @param group the multicast DNS group to ask when none is there
     */
    record Places(URI local, InetSocketAddress group) {
        static final Places USUAL = new Places(URI.create("http://localhost:7125"), MoonrakerSearch.EVERYBODY);
    }

    private RegisterCommand() {}

    /** Runs the command with the usual places. */
    static int run(CommandLine.Register register, PrintStream out, PrintStream err) {
        return run(register, Places.USUAL, out, err);
    }

    /**
     * Prints a line for each camera to {@code out}, or the reason to {@code err}.
     *
     * @return the process's exit status: 0 registered, 1 not
     */
    static int run(CommandLine.Register register, Places places, PrintStream out, PrintStream err) {
        JsonArray cameras;
        try {
            cameras = ask("GET", URI.create("http://127.0.0.1:" + register.port() + "/stats"), "")
                    .getArray("cameras", new JsonArray());
        } catch (ConnectException nobody) {
            err.println(
                    "perch: no Perch listens at port " + register.port() + " of this machine; --port N names another");
            return 1;
        } catch (IOException failed) {
            err.println("perch: " + failed.getMessage());
            return 1;
        }
        Optional<URI> found = register.moonraker().or(() -> found(places, err));
        return found.isPresent() ? tell(found.get(), register.port(), cameras, out, err) : 1;
    }

    /** Returns the only Moonraker that is there. */
    private static Optional<URI> found(Places places, PrintStream err) {
        if (listens(places.local())) {
            return Optional.of(places.local());
        }
        List<URI> all = MoonrakerSearch.find(places.group(), SEARCH_MILLIS);
        if (all.size() == 1) {
            return Optional.of(all.get(0));
        }
        if (all.isEmpty()) {
            err.println("perch: no Moonraker listens at " + places.local()
                    + ", and none answers by mDNS in this network; register moonraker URL names one");
        } else {
            err.println("perch: several Moonrakers answer by mDNS: "
                    + all.stream().map(URI::toString).collect(Collectors.joining(", "))
                    + "; register moonraker URL names one");
        }
        return Optional.empty();
    }

    private static boolean listens(URI address) {
        try (Socket way = new Socket(address.getHost(), address.getPort())) {
            return way.isConnected();
        } catch (IOException nobody) {
            return false;
        }
    }

    private static int tell(URI moonraker, int port, JsonArray cameras, PrintStream out, PrintStream err) {
        try {
            String here = "http://" + ownName(moonraker) + ":" + port + "/";
            for (Object each : cameras) {
                JsonObject camera = (JsonObject) each;
                ask("POST", moonraker.resolve("/server/webcams/item"), webcam(camera, here));
                out.println("perch: " + moonraker + " knows camera " + camera.getString("id") + " as \""
                        + camera.getString("title") + "\": " + here + camera.getString("id") + "/stream.mjpg");
            }
            return 0;
        } catch (ConnectException nobody) {
            err.println("perch: no Moonraker listens at " + moonraker + "; register moonraker URL names another");
        } catch (IOException failed) {
            err.println("perch: " + failed.getMessage());
        }
        return 1;
    }

    /** Returns a webcam in the form of Moonraker's API; it replaces one of the same name. */
    private static String webcam(JsonObject camera, String here) {
        String address = here + camera.getString("id") + "/";
        return JsonWriter.string()
                .object()
                .value("name", camera.getString("title"))
                .value("service", "mjpegstreamer")
                .value("stream_url", address + "stream.mjpg")
                .value("snapshot_url", address + "snapshot.jpg")
                .value("target_fps", FPS)
                .value("enabled", true)
                .end()
                .done();
    }

    /**
     * Returns the address by which browsers reach this machine: the one that leads to Moonraker or, if Moonraker runs here too, the mDNS name.
     */
    private static String ownName(URI moonraker) throws IOException {
        int port = moonraker.getPort() < 0 ? 80 : moonraker.getPort();
        try (Socket way = new Socket(moonraker.getHost(), port)) {
            InetAddress own = way.getLocalAddress();
            if (own.isLoopbackAddress()) {
                String name = InetAddress.getLocalHost().getHostName();
                return name.indexOf('.') < 0 ? name + ".local" : name;
            }
            String text = own.getHostAddress();
            return text.indexOf(':') < 0 ? text : "[" + text + "]";
        }
    }

    private static JsonObject ask(String method, URI address, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
        connection.setConnectTimeout(PATIENCE_MILLIS);
        connection.setReadTimeout(PATIENCE_MILLIS);
        connection.setRequestMethod(method);
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        int status = connection.getResponseCode();
        InputStream said = status < 400 ? connection.getInputStream() : connection.getErrorStream();
        String text = said == null ? "" : new String(said.readAllBytes(), StandardCharsets.UTF_8);
        if (status >= 400) {
            throw new IOException(address + " answers " + status + " " + text);
        }
        try {
            return JsonParser.object().from(text);
        } catch (JsonParserException otherwise) {
            throw new IOException(address + " answers with something else than JSON", otherwise);
        }
    }
}
