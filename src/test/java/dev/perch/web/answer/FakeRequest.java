package dev.perch.web.answer;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A request as the servlet API tells it, without a server. */
public final class FakeRequest {
    private final String peer;
    private final String host;
    private final Map<String, List<String>> headers = new HashMap<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();
    private String method = "GET";
    private String path = "/";

    private FakeRequest(String peer, String host) {
        this.peer = peer;
        this.host = host;
    }

    /** From {@code peer}, which called the server {@code host}. */
    public static FakeRequest from(String peer, String host) {
        return new FakeRequest(peer, host);
    }

    /** From this machine, for {@code path} behind the program's root. */
    public static FakeRequest of(String method, String path) {
        FakeRequest fake = from("127.0.0.1", "localhost");
        fake.method = method;
        fake.path = path;
        return fake;
    }

    public FakeRequest header(String name, String value) {
        headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), none -> new ArrayList<>())
                .add(value);
        return this;
    }

    public FakeRequest parameter(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    FakeRequest attribute(String name, Object value) {
        attributes.put(name, value);
        return this;
    }

    public HttpServletRequest request() {
        HttpServletRequest request = mock(HttpServletRequest.class);
        when(request.getMethod()).thenReturn(method);
        when(request.getServletPath()).thenReturn(path);
        when(request.getRequestURI()).thenReturn("/cams" + path);
        when(request.getContextPath()).thenReturn("/cams");
        when(request.getProtocol()).thenReturn("HTTP/1.1");
        when(request.getRemoteAddr()).thenReturn(peer);
        when(request.getServerName()).thenReturn(host);
        when(request.getLocalPort()).thenReturn(8080);
        when(request.getParameter(anyString())).thenAnswer(call -> parameters.get(call.<String>getArgument(0)));
        when(request.getHeaderNames()).thenAnswer(call -> Collections.enumeration(headers.keySet()));
        when(request.getHeaders(anyString())).thenAnswer(call -> Collections.enumeration(values(call.getArgument(0))));
        when(request.getHeader(anyString()))
                .thenAnswer(
                        call -> values(call.getArgument(0)).stream().findFirst().orElse(null));
        when(request.getContentLengthLong())
                .thenAnswer(call -> values("Content-Length").stream()
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElse(-1));
        when(request.getAttribute(anyString())).thenAnswer(call -> attributes.get(call.<String>getArgument(0)));
        doAnswer(call -> attributes.put(call.getArgument(0), call.getArgument(1)))
                .when(request)
                .setAttribute(anyString(), any());
        return request;
    }

    private List<String> values(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
    }
}
