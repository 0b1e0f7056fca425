package dev.perch.web.segments;

import dev.perch.access.Action;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Route;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;

/** Redirects other programs' addresses for HLS, or for whatever a browser plays, to Perch's; a player continues from there. */
public final class PlaylistRedirects implements Route.Answerer {
    /** Those of camera-streamer, fmp4streamer and MediaMTX. */
    private static final List<String> NAMES = List.of("/video.m3u8", "/stream.m3u8", "/index.m3u8");

    /** camera-streamer's, which leads each browser to a format that it plays. */
    private static final String VIDEO = "/video";

    private PlaylistRedirects() {}

    /** Returns the routes of these addresses. */
    public static List<Route> routes() {
        PlaylistRedirects answerer = new PlaylistRedirects();
        List<Route> routes = new ArrayList<>();
        NAMES.forEach(name -> routes.add(Route.get(Route.CAMERA + name, Action.WATCH, answerer)));
        routes.add(Route.get(Route.CAMERA + VIDEO, Action.WATCH, answerer));
        return routes;
    }

    @Override
    public void answer(Exchange exchange) {
        String path = exchange.request().getServletPath();
        String query = exchange.request().getQueryString();
        // relative, because a proxy may have put the program anywhere (RFC 9110 §10.2.2)
        String playlist =
                path.startsWith("/api/") ? "../" + exchange.camera().id() + "/hls/index.m3u8" : "hls/index.m3u8";
        String ours = path.endsWith(VIDEO) && !safari(exchange) ? "video.mp4" : playlist;
        HttpServletResponse response = exchange.response();
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", query == null ? ours : ours + "?" + query);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(0);
    }

    /** Returns whether Safari asks; Chromium and its relatives name Safari too. */
    private static boolean safari(Exchange exchange) {
        String agent = exchange.request().getHeader("User-Agent");
        return agent != null && agent.contains("Safari/") && !agent.contains("Chrome/") && !agent.contains("Chromium/");
    }
}
