package dev.perch.app;

import dev.perch.config.AddressRange;
import dev.perch.config.TlsConfig;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.function.IntSupplier;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/** Redirects requests without TLS to the TLS port, and tells browsers to use only that one, as configured. */
final class SecureValve extends ValveBase {
    private static final int HTTPS_PORT = 443;

    private static final List<String> OF_PROXIES = List.of("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via");

    private final TlsConfig config;
    private final List<AddressRange> trustedProxies;
    private final IntSupplier port;

    /**
     * Creates the valve.
     *
     * @param port gives the TLS port, once it is known
     */
    SecureValve(TlsConfig config, List<AddressRange> trustedProxies, IntSupplier port) {
        super(/* asyncSupported= */ true);
        this.config = config;
        this.trustedProxies = trustedProxies;
        this.port = port;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        if (!request.isSecure() && config.redirect() && !excepted(request)) {
            response.setStatus(308); // RFC 9110 §15.4.9: the method stays
            response.setHeader("Location", location(request));
            response.setHeader("Cache-Control", "no-store");
            response.setContentLength(0);
            response.setHeader("Connection", "close");
            return;
        }
        if (request.isSecure() && config.hsts().isPresent()) {
            response.setHeader(
                    "Strict-Transport-Security",
                    "max-age=" + config.hsts().get().toSeconds()); // RFC 6797 §6.1
        }
        getNext().invoke(request, response);
    }

    /** Returns whether a request is not redirected: proxies have TLS themselves, and bin/perch set speaks to this machine with a key. */
    private boolean excepted(Request request) throws IOException {
        InetAddress peer = InetAddress.getByName(request.getRequest().getRemoteAddr());
        boolean proxied = OF_PROXIES.stream().anyMatch(name -> request.getHeader(name) != null);
        return trustedProxies.stream().anyMatch(range -> range.contains(peer))
                || (peer.isLoopbackAddress() && (proxied || request.getHeader("X-Perch-Key") != null));
    }

    private String location(Request request) {
        String host = request.getServerName();
        String query = request.getQueryString();
        int tls = port.getAsInt();
        return "https://" + (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host)
                + (tls == HTTPS_PORT ? "" : ":" + tls)
                + request.getRequestURI()
                + (query == null ? "" : "?" + query);
    }
}
