package dev.perch.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The whole configuration, immutable.
 *
 * @param retention what is deleted of all cameras' recordings together
 * @param rtmp where RTMP is spoken; empty: nowhere
 * @param access who may watch and publish; empty: private addresses watch
 * @param onEvent the program that is run when something happens, with its arguments; empty: none is
 * @param mqtt the broker that is told of the cameras; empty: none is
 * @param state the folder where what operators switch is kept; empty: nowhere
 * @param cameras in the order of the file; the first also answers without its name; empty when no file names any: then the program
 *     looks for one itself
 * @param environment what counts for a camera that the program finds itself
 * @param file that it was read from; empty: from none
 */
public record PerchConfig(
        ServerConfig server,
        MemoryConfig memory,
        Retention retention,
        Optional<RtmpConfig> rtmp,
        Optional<AccessConfig> access,
        List<String> onEvent,
        Optional<MqttConfig> mqtt,
        Optional<Path> state,
        List<CameraConfig> cameras,
        Environment environment,
        Optional<Path> file) {
    public PerchConfig {
        onEvent = List.copyOf(onEvent);
        cameras = List.copyOf(cameras);
    }

    /** Leaves the disk a tenth free. */
    public PerchConfig(ServerConfig server, MemoryConfig memory, List<CameraConfig> cameras) {
        this(server, memory, Retention.OF_ALL, cameras);
    }

    PerchConfig(ServerConfig server, MemoryConfig memory, Retention retention, List<CameraConfig> cameras) {
        this(
                server,
                memory,
                retention,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                cameras,
                Environment.NONE,
                Optional.empty());
    }

    /** Returns the configuration of a program without a file. */
    public static PerchConfig defaults() {
        return new PerchConfig(ServerConfig.defaults(), MemoryConfig.defaults(), List.of());
    }

    /**
     * Reads and checks {@code file}.
     *
     * @throws ConfigException with everything that is wrong with it; also when it cannot be read
     */
    public static PerchConfig load(Path file) throws ConfigException {
        return ConfigFile.load(file);
    }

    /** Returns this configuration with another server section. */
    public PerchConfig withServer(ServerConfig other) {
        return new PerchConfig(
                other, memory, retention, rtmp, access, onEvent, mqtt, state, cameras, environment, file);
    }

    /** Returns this configuration with other cameras. */
    public PerchConfig withCameras(List<CameraConfig> others) {
        return new PerchConfig(
                server, memory, retention, rtmp, access, onEvent, mqtt, state, others, environment, file);
    }

    /** Returns this configuration with RTMP. */
    public PerchConfig with(RtmpConfig other) {
        return new PerchConfig(
                server,
                memory,
                retention,
                Optional.of(other),
                access,
                onEvent,
                mqtt,
                state,
                cameras,
                environment,
                file);
    }

    /** Returns this configuration with rules who may watch and publish. */
    public PerchConfig with(AccessConfig other) {
        return new PerchConfig(
                server, memory, retention, rtmp, Optional.of(other), onEvent, mqtt, state, cameras, environment, file);
    }

    /** Returns this configuration with a program that is run when something happens. */
    public PerchConfig withOnEvent(List<String> words) {
        return new PerchConfig(server, memory, retention, rtmp, access, words, mqtt, state, cameras, environment, file);
    }

    /** Returns this configuration with a broker that is told of the cameras. */
    public PerchConfig with(MqttConfig other) {
        return new PerchConfig(
                server,
                memory,
                retention,
                rtmp,
                access,
                onEvent,
                Optional.of(other),
                state,
                cameras,
                environment,
                file);
    }

    /** Returns this configuration, what operators switch kept in {@code folder}. */
    public PerchConfig keptIn(Path folder) {
        return new PerchConfig(
                server,
                memory,
                retention,
                rtmp,
                access,
                onEvent,
                mqtt,
                Optional.of(folder),
                cameras,
                environment,
                file);
    }

    /** Returns this configuration with {@code other} for a camera that the program finds itself. */
    PerchConfig with(Environment other) {
        return new PerchConfig(server, memory, retention, rtmp, access, onEvent, mqtt, state, cameras, other, file);
    }

    /** Returns this configuration as read from {@code path}. */
    PerchConfig readFrom(Path path) {
        return new PerchConfig(
                server, memory, retention, rtmp, access, onEvent, mqtt, state, cameras, environment, Optional.of(path));
    }

    /**
     * The addresses of the program that runs alone, and who may do what. Inside Tomcat, {@code address} and {@code port} do not count.
     *
     * @param address an IP address or a host name of this machine
     * @param port 0 to 65535; 0 lets the system choose
     * @param operatorKey what lets others than loopback set and delete; empty: nothing does
     * @param trustedProxies whose word is taken for where a request comes from
     * @param cors which pages of elsewhere may read
     * @param hosts the names by which browsers may call this server, beside those that nobody else can own
     * @param maxViewers how many may watch at once; empty for as many as there is memory for
     * @param maxViewersPerAddress how many viewers may come from one address; empty: a quarter of those that there is memory for
     * @param tls at a port of its own; empty for none
     */
    public record ServerConfig(
            String address,
            int port,
            String operatorKey,
            List<AddressRange> trustedProxies,
            Origins cors,
            Set<String> hosts,
            OptionalInt maxViewers,
            OptionalInt maxViewersPerAddress,
            Optional<TlsConfig> tls) {
        public ServerConfig {
            if (maxViewersPerAddress.isPresent() && maxViewersPerAddress.getAsInt() < 1) {
                throw new IllegalArgumentException("at least one viewer: maxViewersPerAddress=" + maxViewersPerAddress);
            }
            trustedProxies = List.copyOf(trustedProxies);
            hosts = Set.copyOf(hosts);
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("port is out of range: port=" + port);
            }
            if (!isAddress(address)) {
                throw new IllegalArgumentException("no address to listen at: address=" + address);
            }
        }

        /** Leaves the number of viewers to the memory there is. */
        public ServerConfig(
                String address, int port, String operatorKey, List<AddressRange> trustedProxies, Origins cors) {
            this(
                    address,
                    port,
                    operatorKey,
                    trustedProxies,
                    cors,
                    Set.of(),
                    OptionalInt.empty(),
                    OptionalInt.empty(),
                    Optional.empty());
        }

        /** Trusts no proxy, and lets pages of the same network read. */
        public ServerConfig(String address, int port, String operatorKey) {
            this(address, port, operatorKey, List.of(), Origins.none());
        }

        /** Returns a server at port 8080 of all addresses, without an operator's key. */
        public static ServerConfig defaults() {
            return new ServerConfig("0.0.0.0", 8080, "");
        }

        /** Returns whether {@code text} has the form of an IP address or a host name. Asks no name server. */
        public static boolean isAddress(String text) {
            return Addresses.read(text).isPresent();
        }

        /** Returns this server at another address. */
        public ServerConfig withAddress(String other) {
            return new ServerConfig(
                    other, port, operatorKey, trustedProxies, cors, hosts, maxViewers, maxViewersPerAddress, tls);
        }

        /** Returns this server at another port. */
        public ServerConfig withPort(int other) {
            return new ServerConfig(
                    address, other, operatorKey, trustedProxies, cors, hosts, maxViewers, maxViewersPerAddress, tls);
        }

        /** Returns this server for at most so many viewers at once; empty for as many as there is memory for. */
        public ServerConfig watchedBy(OptionalInt most) {
            return new ServerConfig(
                    address, port, operatorKey, trustedProxies, cors, hosts, most, maxViewersPerAddress, tls);
        }

        /** Returns this server with TLS. */
        public ServerConfig with(TlsConfig other) {
            return new ServerConfig(
                    address,
                    port,
                    operatorKey,
                    trustedProxies,
                    cors,
                    hosts,
                    maxViewers,
                    maxViewersPerAddress,
                    Optional.of(other));
        }

        /** Returns this server, called by {@code others} too. */
        public ServerConfig calledBy(Set<String> others) {
            return new ServerConfig(
                    address, port, operatorKey, trustedProxies, cors, others, maxViewers, maxViewersPerAddress, tls);
        }

        /** Returns the text for logs, without the key. */
        @Override
        public String toString() {
            return "ServerConfig[address=" + address + ", port=" + port + ", operatorKey="
                    + (operatorKey.isEmpty() ? "none" : "set") + ", trustedProxies=" + trustedProxies + ", cors=" + cors
                    + ", hosts=" + hosts + ", maxViewers=" + maxViewers + ", maxViewersPerAddress="
                    + maxViewersPerAddress
                    + tls.map(known -> ", tls=" + known).orElse("") + "]";
        }
    }

    /**
     * The media memory of the whole program.
     *
     * @param budgetBytes at most so much; empty is {@code auto}: a share of what the machine has free at start
     */
    public record MemoryConfig(OptionalLong budgetBytes) {
        public MemoryConfig {
            if (budgetBytes.isPresent() && budgetBytes.getAsLong() <= 0) {
                throw new IllegalArgumentException("a budget is above 0: budgetBytes=" + budgetBytes);
            }
        }

        /** Returns {@code auto}. */
        public static MemoryConfig defaults() {
            return new MemoryConfig(OptionalLong.empty());
        }
    }
}
