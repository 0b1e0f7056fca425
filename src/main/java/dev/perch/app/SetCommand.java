package dev.perch.app;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** {@code set CAMERA NAME=VALUE…}: sets controls of a camera of the Perch that runs on this machine. */
final class SetCommand {
    private static final int PATIENCE_MILLIS = 10_000;

    private SetCommand() {}

    /**
     * Prints nothing when all is set, else the reason to {@code err}.
     *
     * @return the process's exit status: 0 set, 1 not
     */
    static int run(CommandLine.Set set, Map<String, String> environment, PrintStream err) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create("http://127.0.0.1:" + set.port() + "/" + set.camera() + "/controls")
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(PATIENCE_MILLIS);
            connection.setReadTimeout(PATIENCE_MILLIS);
            connection.setRequestMethod("PUT");
            connection.setDoOutput(true);
            Optional<String> key = KeyFile.find(environment, set.port());
            key.ifPresent(known -> connection.setRequestProperty("X-Perch-Key", known));
            connection.getOutputStream().write(json(set.controls()).getBytes(StandardCharsets.UTF_8));
            int status = connection.getResponseCode();
            if (status == HttpURLConnection.HTTP_OK) {
                return 0;
            }
            err.println("perch: " + status + " " + text(connection.getErrorStream())
                    + (refused(status) && key.isEmpty()
                            ? "\nperch: no key file for port " + set.port()
                                    + " was found that this user may read; root may"
                            : ""));
        } catch (ConnectException nobody) {
            err.println("perch: no Perch listens at port " + set.port() + " of this machine; --port N names another");
        } catch (IOException failed) {
            err.println("perch: " + failed.getMessage());
        }
        return 1;
    }

    private static boolean refused(int status) {
        return status == HttpURLConnection.HTTP_FORBIDDEN || status == HttpURLConnection.HTTP_UNAUTHORIZED;
    }

    private static String json(Map<String, String> controls) {
        JsonStringWriter json = JsonWriter.string().object();
        controls.forEach(json::value);
        return json.end().done();
    }

    private static String text(InputStream body) throws IOException {
        if (body == null) {
            return "";
        }
        try (body) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
