package dev.perch.web.pages;

import dev.perch.access.Action;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.HeldAnswer;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.Route;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** The files under {@code static/} in the WAR: style sheets, scripts, pictures. */
public final class StaticFiles implements Route.Answerer {
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html;charset=utf-8",
            "css", "text/css;charset=utf-8",
            "js", "text/javascript;charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "webmanifest", "application/manifest+json");

    private static final String FOR_GOOD = "max-age=31536000, immutable";

    /**
     * The largest file compressed. Larger ones are other projects' players, which are minified; compressing one takes a Pi a quarter of a second.
     */
    private static final int MOST_COMPRESSED_BYTES = 128 << 10;

    private static final String WORKER = "worker.js";

    private final ServletContext context;
    private final Assets assets;

    /** The files requested so far, compressed; some 70 KB for all of them. */
    private final Map<String, byte[]> compressed = new ConcurrentHashMap<>();

    public StaticFiles(ServletContext context, Assets assets) {
        this.context = context;
        this.assets = assets;
    }

    /** Returns the route. */
    public Route route() {
        return Route.get("/static/*", Action.GREET, this);
    }

    @Override
    public void answer(Exchange exchange) throws IOException {
        String rest = exchange.rest();
        HttpServletRequest request = exchange.request();
        HeldAnswer response = exchange.response();
        boolean versioned = rest.startsWith(Assets.PREFIX) && rest.indexOf('/') > 0;
        String name = versioned ? rest.substring(rest.indexOf('/') + 1) : rest;
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        boolean plain = name.matches("[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*");
        InputStream file = plain && type != null ? context.getResourceAsStream("/static/" + name) : null;
        if (file == null || type == null) {
            Problem.of(404, "Not found", "There is no such file.").answer(request, response);
            return;
        }
        response.setContentType(type);
        if (name.equals(WORKER)) { // the worker lies below the pages that it serves, at an address of this version
            response.setHeader("Service-Worker-Allowed", "../../");
        }
        response.setHeader("Cache-Control", versioned ? ofVersion(rest) : "max-age=300");
        send(name, file, type, request, response);
    }

    /** Returns the path without the version. An open page of another version gets the current files, which must not be cached. */
    private String ofVersion(String rest) throws IOException {
        return rest.startsWith(Assets.PREFIX + assets.version() + "/") ? FOR_GOOD : "no-cache";
    }

    private void send(String name, InputStream file, String type, HttpServletRequest request, HeldAnswer response)
            throws IOException {
        int bytes = file.available(); // the whole file, in a folder or in an archive
        boolean text = !type.equals("image/png") && bytes <= MOST_COMPRESSED_BYTES;
        if (text) {
            response.addHeader("Vary", "Accept-Encoding");
        }
        InputStream body = file;
        if (text && accepts(request)) {
            byte[] packed = compressed(name, file);
            response.setHeader("Content-Encoding", "gzip");
            bytes = packed.length;
            body = new ByteArrayInputStream(packed);
        }
        response.setContentLengthLong(bytes);
        if (request.getMethod().equals("HEAD")) {
            body.close();
        } else {
            response.body(body);
        }
    }

    private static boolean accepts(HttpServletRequest request) {
        String codings = request.getHeader("Accept-Encoding");
        return codings != null && codings.matches("(?i).*\\bgzip\\b(?!\\s*;\\s*q=0(?:\\.0*)?(?![.\\d])).*");
    }

    /** Returns a file compressed; it is compressed at the first request, perhaps by two threads at once. */
    private byte[] compressed(String name, InputStream file) throws IOException {
        byte[] known = compressed.get(name);
        if (known != null) {
            file.close();
            return known;
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (file;
                GZIPOutputStream out = new GZIPOutputStream(packed) {
                    {
                        def.setLevel(Deflater.BEST_COMPRESSION);
                    }
                }) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            out.write(Slim.of(name, text).getBytes(StandardCharsets.UTF_8));
        }
        byte[] bytes = packed.toByteArray();
        compressed.put(name, bytes);
        return bytes;
    }
}
