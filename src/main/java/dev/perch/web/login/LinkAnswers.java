package dev.perch.web.login;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import dev.perch.access.Access;
import dev.perch.access.Action;
import dev.perch.access.Links;
import dev.perch.config.AddressRange;
import dev.perch.web.answer.Exchange;
import dev.perch.web.answer.LinkPath;
import dev.perch.web.answer.Listening;
import dev.perch.web.answer.Parameters;
import dev.perch.web.answer.Problem;
import dev.perch.web.answer.RequestBody;
import dev.perch.web.answer.Route;
import dev.perch.web.answer.ShortBody;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers /{camera}/links, where an operator creates, lists and revokes signed links, and /{camera}/may, where a proxy asks before it serves from its
 * cache.
 */
public final class LinkAnswers {
    private static final int MAX_BODY_BYTES = 4 << 10;
    private static final long LEAST_SECONDS = 10;
    private static final long MOST_SECONDS = 366L * 24 * 3600;
    private static final long DEFAULT_SECONDS = 24 * 3600;

    private static final String ACCEPTED =
            "; accepted: a JSON object with \"seconds\" (10 to 31622400; 86400), \"actions\" (a list of watch, replay, export, and listen beside one of them; [\"watch\", \"listen\"]) and \"address\" (an IP address or a network; everywhere), each if wanted.";

    private final Access access;

    public LinkAnswers(Access access) {
        this.access = access;
    }

    /** Returns the routes. */
    public List<Route> routes() {
        String links = Route.CAMERA + "/links";
        return List.of(
                Route.get(links, Action.ADMINISTER, this::list),
                Route.post(links, Action.ADMINISTER, this::make),
                new Route("DELETE", links + "/*", Action.ADMINISTER, this::revoke, /* costly= */ false),
                Route.get(Route.CAMERA + "/may", Action.WATCH, LinkAnswers::may));
    }

    /** Answers a proxy that asks before it serves from its cache. Answers without sound are cached separately. */
    private static void may(Exchange exchange) {
        boolean listens = Listening.may(exchange.request(), exchange.camera());
        exchange.response().setHeader("X-Perch-Listen", listens ? "yes" : "no");
        Headers.media(exchange.response()::setHeader);
        exchange.response().setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    private void list(Exchange exchange) throws IOException {
        Links links = access.links();
        JsonStringWriter json = JsonWriter.string().object().array("links");
        for (Links.Link link : links.of(exchange.camera().id())) {
            json.object();
            write(json, link);
            json.end();
        }
        ShortBody.answer(json.end().end().done(), exchange.response());
    }

    private static void write(JsonStringWriter json, Links.Link link) {
        json.value("id", link.id())
                .value("ends", Instant.ofEpochSecond(link.endSeconds()).toString())
                .array("actions");
        link.actions().stream().sorted().forEach(action -> json.value(action.word()));
        json.end().value("address", link.address().isEmpty() ? null : link.address());
    }

    private void make(Exchange exchange) throws IOException {
        HttpServletRequest request = exchange.request();
        try {
            // a form, the only thing that a page of another site can send without a preflight, has another type
            if (!String.valueOf(request.getContentType()).startsWith("application/json")) {
                throw new Parameters.RefusedException("The body's type is not application/json" + ACCEPTED);
            }
            JsonObject wanted = object(ShortBody.read(request, MAX_BODY_BYTES));
            Links links = access.links();
            String camera = exchange.camera().id();
            Links.Link link = links.make(camera, actions(wanted), address(wanted), seconds(wanted));
            JsonStringWriter json = JsonWriter.string().object();
            write(json, link);
            json.value("path", LinkPath.of(links.token(link)) + camera + "/").value("kept", links.kept());
            exchange.response().setStatus(HttpServletResponse.SC_CREATED);
            ShortBody.answer(json.end().done(), exchange.response());
        } catch (Parameters.RefusedException refused) {
            RequestBody.leaveUnread(request, exchange.response());
            Problem.of(400, "Not a link", String.valueOf(refused.getMessage())).answer(request, exchange.response());
        } catch (Links.FullException full) {
            Problem.of(409, "Too many links", String.valueOf(full.getMessage())).answer(request, exchange.response());
        }
    }

    private void revoke(Exchange exchange) throws IOException {
        RequestBody.leaveUnread(exchange.request(), exchange.response());
        if (access.links().revoke(exchange.camera().id(), exchange.rest())) {
            exchange.response().setStatus(HttpServletResponse.SC_NO_CONTENT);
        } else {
            Problem.of(404, "No such link", "Camera " + exchange.camera().id() + " has no link of this id.")
                    .answer(exchange.request(), exchange.response());
        }
    }

    private static JsonObject object(String body) throws Parameters.RefusedException {
        try {
            return JsonParser.object().from(body);
        } catch (JsonParserException malformed) {
            throw new Parameters.RefusedException("The body is no JSON object" + ACCEPTED);
        }
    }

    private static Set<Action> actions(JsonObject wanted) throws Parameters.RefusedException {
        if (!wanted.has("actions")) {
            return Set.of(Action.WATCH, Action.LISTEN);
        }
        JsonArray words = wanted.getArray("actions", new JsonArray());
        return Links.actions(words.stream().map(String::valueOf).toList())
                .orElseThrow(() -> new Parameters.RefusedException("\"actions\" is none of these" + ACCEPTED));
    }

    private static Optional<AddressRange> address(JsonObject wanted) throws Parameters.RefusedException {
        if (!wanted.has("address")) {
            return Optional.empty();
        }
        Optional<AddressRange> range = AddressRange.of(wanted.getString("address", ""));
        if (range.isEmpty()) {
            throw new Parameters.RefusedException("\"address\" is none" + ACCEPTED);
        }
        return range;
    }

    private static long seconds(JsonObject wanted) throws Parameters.RefusedException {
        if (!wanted.has("seconds")) {
            return DEFAULT_SECONDS;
        }
        long seconds = wanted.getLong("seconds", -1);
        if (seconds < LEAST_SECONDS || seconds > MOST_SECONDS) {
            throw new Parameters.RefusedException("\"seconds\" is out of range" + ACCEPTED);
        }
        return seconds;
    }
}
