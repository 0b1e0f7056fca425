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
 * @param retention limits all cameras' recordings together
 * @param rtmp the RTMP port; empty for none
 * @param access who may watch and publish; empty if private addresses may watch
 * @param onEvent the program to run when something happens, with its arguments; empty for none
 * @param mqtt the broker that receives news; empty for none
 * @param state the folder that stores operators' switches; empty for none
 * @param cameras in the order of the file; the first also answers without its name; empty if no file names any, so that the program looks for one
 *     itself
 * @param environment the settings of a camera that the program finds itself
 * @param file the configuration's file; empty for none
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

    /** Creates a configuration with the default retention, which leaves a tenth of the disk free, and without the optional parts. */
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
     * @throws ConfigException with all problems, or if the file cannot be read
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

    /** Returns this configuration with other access rules. */
    public PerchConfig with(AccessConfig other) {
        return new PerchConfig(
                server, memory, retention, rtmp, Optional.of(other), onEvent, mqtt, state, cameras, environment, file);
    }

    /** Returns this configuration with a program to run on events. */
    public PerchConfig withOnEvent(List<String> words) {
        return new PerchConfig(server, memory, retention, rtmp, access, words, mqtt, state, cameras, environment, file);
    }

    /** Returns this configuration with a broker. */
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

    /** Returns this configuration with a folder for operators' switches. */
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

    /** Returns this configuration with other settings for a camera that the program finds itself. */
    PerchConfig with(Environment other) {
        return new PerchConfig(server, memory, retention, rtmp, access, onEvent, mqtt, state, cameras, other, file);
    }

    /** Returns this configuration as if read from {@code path}. */
    PerchConfig readFrom(Path path) {
        return new PerchConfig(
                server, memory, retention, rtmp, access, onEvent, mqtt, state, cameras, environment, Optional.of(path));
    }

    /**
     * The addresses of the standalone program, and who may do what. Inside Tomcat, {@code address} and {@code port} are ignored.
     *
     * @param address an IP address or a host name of this machine
     * @param port 0 to 65535; 0 lets the system choose
     * @param operatorKey lets others than loopback set and delete; empty for nobody
     * @param trustedProxies the proxies whose word on a request's origin is believed
     * @param cors the pages of other networks that may read
     * @param hosts further names by which browsers may call this server
     * @param maxViewers the most viewers at once; empty for as many as memory allows
     * @param maxViewersPerAddress the most viewers from one address; empty for a quarter of those that memory allows
     * @param tls the TLS port; empty for none
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

        /** Creates a server without a viewer limit. */
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

        /** Creates a server that trusts no proxy, and lets pages of the same network read. */
        public ServerConfig(String address, int port, String operatorKey) {
            this(address, port, operatorKey, List.of(), Origins.none());
        }

        /** Returns a server at port 8080 on all addresses, without an operator's key. */
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

        /** Returns this server with another viewer limit; empty for as many as memory allows. */
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

        /** Returns this server with other names. */
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
     * @param budgetBytes its size; empty for {@code auto}, a share of the memory that is free at start
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
