package dev.perch.web.segments;

import dev.perch.access.Action;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Route;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;

/** Leads from the addresses that other programs have for HLS, or for what a browser plays, to ours: a player goes on from where it was led. */
public final class PlaylistRedirects implements Route.Answerer {
    /** camera-streamer's, fmp4streamer's and MediaMTX's. */
    private static final List<String> NAMES = List.of("/video.m3u8", "/stream.m3u8", "/index.m3u8");

    /** camera-streamer's, which leads each browser to what it plays. */
    private static final String VIDEO = "/video";

    private PlaylistRedirects() {}

    /** Returns these addresses. */
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
        // relative, for a proxy may have put the program anywhere (RFC 9110 §10.2.2)
        String playlist =
                path.startsWith("/api/") ? "../" + exchange.camera().id() + "/hls/index.m3u8" : "hls/index.m3u8";
        String ours = path.endsWith(VIDEO) && !safari(exchange) ? "video.mp4" : playlist;
        HttpServletResponse response = exchange.response();
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", query == null ? ours : ours + "?" + query);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(0);
    }

    /** Chromium and all that is made of it name Safari too. */
    private static boolean safari(Exchange exchange) {
        String agent = exchange.request().getHeader("User-Agent");
        return agent != null && agent.contains("Safari/") && !agent.contains("Chrome/") && !agent.contains("Chromium/");
    }
}
