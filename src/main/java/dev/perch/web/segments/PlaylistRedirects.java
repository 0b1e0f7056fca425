package dev.perch.web.segments;

import dev.perch.access.Action;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.Route;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;

/** Leads from the addresses that other programs have for HLS to ours: a player goes on from where it was led. */
public final class PlaylistRedirects implements Route.Answerer {
    /** camera-streamer's, fmp4streamer's and MediaMTX's. */
    private static final List<String> NAMES = List.of("/video.m3u8", "/stream.m3u8", "/index.m3u8");

    private PlaylistRedirects() {}

    /** Returns these addresses. */
    public static List<Route> routes() {
        PlaylistRedirects answerer = new PlaylistRedirects();
        List<Route> routes = new ArrayList<>();
        NAMES.forEach(name -> routes.add(Route.get(Route.CAMERA + name, Action.WATCH, answerer)));
        return routes;
    }

    @Override
    public void answer(Exchange exchange) {
        String path = exchange.request().getServletPath();
        String query = exchange.request().getQueryString();
        // relative, for a proxy may have put the program anywhere (RFC 9110 §10.2.2)
        String ours = path.startsWith("/api/") ? "../" + exchange.camera().id() + "/hls/index.m3u8" : "hls/index.m3u8";
        HttpServletResponse response = exchange.response();
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Location", query == null ? ours : ours + "?" + query);
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(0);
    }
}
