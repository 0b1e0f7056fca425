package dev.perch.app;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Looks for Moonrakers in this network by multicast DNS: asks once from its own port, so that answers come to this program alone (RFC 6762 §5.1,
 * §6.7). Moonraker announces itself if its configuration has a section [zeroconf].
 */
final class MoonrakerSearch {
    /** The service name of Moonraker's component zeroconf. */
    static final String SERVICE = "_moonraker._tcp.local";

    /** The multicast group of mDNS (RFC 6762 §3). */
    static final InetSocketAddress EVERYBODY = new InetSocketAddress("224.0.0.251", 5353);

    private static final System.Logger LOG = System.getLogger(MoonrakerSearch.class.getName());

    /** How long further answers may take after the first. */
    private static final long OTHERS_NANOS = 1_000_000_000L;

    private static final int MOST_BYTES = 9000; // RFC 6762 §17
    private static final int MOST_MESSAGES = 64;
    private static final int MOST_FOUND = 16;

    private final InetSocketAddress group;
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> instances = new LinkedHashSet<>();
    private final Map<String, MdnsMessage.Place> places = new TreeMap<>();
    private final Map<String, String> addresses = new TreeMap<>();

    private MoonrakerSearch(InetSocketAddress group) {
        this.group = group;
    }

    /**
     * Returns the address of each Moonraker that answers within {@code millis}.
     *
     * @param group the address to ask, usually {@link #EVERYBODY}
     */
    static List<URI> find(InetSocketAddress group, int millis) {
        MoonrakerSearch search = new MoonrakerSearch(group);
        try (DatagramSocket socket = new DatagramSocket(0)) {
            search.run(socket, System.nanoTime() + millis * 1_000_000L);
        } catch (IOException without) {
            LOG.log(Level.DEBUG, "nobody can be asked by multicast DNS", without);
        }
        return search.found();
    }

    private void run(DatagramSocket socket, long endNanos) throws IOException {
        ask(socket, SERVICE, MdnsMessage.question(SERVICE));
        byte[] bytes = new byte[MOST_BYTES];
        long lastNanos = endNanos;
        for (int i = 0; i < MOST_MESSAGES; i++) {
            long left = (lastNanos - System.nanoTime()) / 1_000_000L;
            if (left <= 0) {
                return;
            }
            socket.setSoTimeout((int) left);
            DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
            try {
                socket.receive(packet);
            } catch (SocketTimeoutException nobodyElse) {
                return;
            }
            Optional<MdnsMessage> message = MdnsMessage.read(bytes, packet.getLength());
            if (message.isPresent()) {
                take(message.get(), socket);
                if (!found().isEmpty()) {
                    lastNanos = Math.min(endNanos, System.nanoTime() + OTHERS_NANOS);
                }
            }
        }
    }

    private void take(MdnsMessage message, DatagramSocket socket) throws IOException {
        message.instances().stream()
                .filter(name -> name.endsWith("." + SERVICE))
                .forEach(instances::add);
        places.putAll(message.places());
        addresses.putAll(message.addresses());
        for (String instance : instances.stream().limit(MOST_FOUND).toList()) {
            MdnsMessage.Place place = places.get(instance);
            if (place == null) {
                ask(socket, instance, MdnsMessage.questionWhere(instance));
            } else if (!addresses.containsKey(place.host())) {
                ask(socket, place.host(), MdnsMessage.questionAddress(place.host()));
            }
        }
    }

    /** Asks in each network of this machine, once. */
    private void ask(DatagramSocket socket, String name, byte[] question) throws IOException {
        if (asked.size() > 2 * MOST_FOUND || !asked.add(name)) {
            return;
        }
        DatagramPacket packet = new DatagramPacket(question, question.length, group);
        if (!group.getAddress().isMulticastAddress()) {
            socket.send(packet);
            return;
        }
        for (NetworkInterface network : networks()) {
            try {
                socket.setOption(StandardSocketOptions.IP_MULTICAST_IF, network);
                socket.send(packet);
            } catch (IOException closed) {
                LOG.log(Level.DEBUG, "nobody can be asked at " + network.getName(), closed);
            }
        }
    }

    private static List<NetworkInterface> networks() throws SocketException {
        List<NetworkInterface> networks = new ArrayList<>();
        for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            if (network.isUp() && !network.isLoopback() && network.supportsMulticast()) {
                networks.add(network);
            }
        }
        return networks;
    }

    private List<URI> found() {
        return instances.stream()
                .limit(MOST_FOUND)
                .map(places::get)
                .filter(place -> place != null && addresses.containsKey(place.host()))
                .map(place -> URI.create("http://" + addresses.get(place.host()) + ":" + place.port()))
                .distinct()
                .toList();
    }
}
