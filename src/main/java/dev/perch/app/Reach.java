package dev.perch.app;

import dev.perch.config.PerchConfig;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.TlsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lists the addresses at which people reach the server, for people. */
final class Reach {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    /** Exists if the program runs that announces a machine's name in its network (RFC 6762). */
    private static final Path AVAHI = Path.of("/run/avahi-daemon/socket");

    /** The interfaces to this machine's own containers and virtual machines. */
    private static final List<String> INNER = List.of("docker", "br-", "veth", "virbr", "lxc");

    private static final String RULED = "Who can watch stands in the configuration, under access.";

    private Reach() {}

    /** Returns the address for this machine itself, or the configured one. */
    static String here(ServerConfig server, int port) {
        return url(listensEverywhere(server.address()) ? "localhost" : server.address(), port);
    }

    /**
     * Returns where other machines reach the server, and who may watch.
     *
     * @param ruled whether the configuration says who
     */
    static String others(ServerConfig server, boolean ruled, int port) throws IOException {
        String address = server.address();
        if (!listensEverywhere(address)) {
            boolean loopback = InetAddress.getByName(address).isLoopbackAddress();
            if (loopback && server.trustedProxies().isEmpty()) {
                return "Only this machine can watch.";
            }
            return (loopback ? "Others come through the proxies of trusted-proxies. " : "")
                    + (ruled ? RULED : "Private addresses can watch.");
        }
        return sentence(hosts(), ruled, port);
    }

    static String sentence(List<String> hosts, boolean ruled, int port) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < hosts.size(); i++) {
            words.append(i == 0 ? "Others find it at " : i == hosts.size() - 1 ? " and " : ", ")
                    .append(url(hosts.get(i), port));
        }
        return words.append(hosts.isEmpty() ? "" : ". ")
                .append(ruled ? RULED : "Private addresses can watch; --address 127.0.0.1 keeps it to this machine.")
                .toString();
    }

    private static boolean listensEverywhere(String address) {
        return address.equals("0.0.0.0") || address.equals("::");
    }

    private static String url(String host, int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + "/";
    }

    /** Returns this machine's name, unless it has none of its own, and its addresses in networks. */
    static List<String> hosts() throws IOException {
        List<String> hosts = new ArrayList<>();
        String name = Files.readString(HOST_NAME).strip();
        if (!name.isEmpty() && !name.startsWith("localhost")) {
            hosts.add(Files.exists(AVAHI) && !name.contains(".") ? name + ".local" : name);
        }
        for (NetworkInterface each : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (each.isUp() && !each.isLoopback() && !isInner(each.getName())) {
                addAddresses(each, hosts);
            }
        }
        return hosts;
    }

    private static boolean isInner(String name) {
        for (String prefix : INNER) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Adds the IPv4 addresses of an interface; nobody types IPv6 addresses. */
    private static void addAddresses(NetworkInterface one, List<String> hosts) {
        for (InetAddress address : Collections.list(one.getInetAddresses())) {
            if (address instanceof Inet4Address && !address.isLinkLocalAddress()) {
                hosts.add(address.getHostAddress());
            }
        }
    }

    /** Logs the TLS address, and the fingerprint by which to check a browser's warning about a self-signed certificate. */
    static void log(ServerConfig server, TlsConfig tls, int port) throws IOException {
        System.getLogger(Main.class.getName())
                .log(
                        Level.INFO,
                        "TLS: {0}, SHA-256 fingerprint of its certificate {1}",
                        here(server, port).replaceFirst("^http:", "https:"),
                        PemPair.fingerprint(tls.certificate()));
    }

    /** Logs both addresses, the first with the time that the start took. */
    static void log(PerchConfig config, int port, long millis) {
        System.Logger log = System.getLogger(Main.class.getName());
        log.log(Level.INFO, "Perch is at {0}, started in {1} ms", here(config.server(), port), Long.toString(millis));
        try {
            log.log(Level.INFO, others(config.server(), config.access().isPresent(), port));
        } catch (IOException hidden) {
            log.log(Level.DEBUG, "the addresses of this machine cannot be had", hidden);
        }
    }
}
