package dev.perch.web.answer;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a request says of who sent it, without a server. */
public final class FakeRequest {
    private final String peer;
    private final String host;
    private final Map<String, List<String>> headers = new HashMap<>();
    private final Map<String, Object> attributes = new HashMap<>();

    private FakeRequest(String peer, String host) {
        this.peer = peer;
        this.host = host;
    }

    /** From {@code peer}, which called the server {@code host}. */
    public static FakeRequest from(String peer, String host) {
        return new FakeRequest(peer, host);
    }

    public FakeRequest header(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), none -> new ArrayList<>())
                .add(value);
        return this;
    }

    FakeRequest attribute(String name, Object value) {
        attributes.put(name, value);
        return this;
    }

    public HttpServletRequest request() {
        return (HttpServletRequest) Proxy.newProxyInstance(
                FakeRequest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getRemoteAddr" -> peer;
                    case "getServerName" -> host;
                    case "getLocalPort" -> 8080;
                    case "getHeaderNames" -> Collections.enumeration(headers.keySet());
                    case "getHeaders" -> Collections.enumeration(values(arguments[0]));
                    case "getHeader" ->
                        values(arguments[0]).stream().findFirst().orElse(null);
                    case "setAttribute" -> attributes.put(String.valueOf(arguments[0]), arguments[1]);
                    case "getAttribute" -> attributes.get(String.valueOf(arguments[0]));
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private List<String> values(Object name) {
        return headers.getOrDefault(String.valueOf(name).toLowerCase(Locale.ROOT), List.of());
    }
}
