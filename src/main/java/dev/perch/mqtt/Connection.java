package dev.perch.mqtt;

import dev.perch.config.MqttConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a broker. It subscribes to nothing, so whatever the broker sends only shows that it is alive, and is dropped. Used by one thread,
 * except {@link #cut}, which any may call.
 */
final class Connection {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final int CONNECT_MILLIS = 10_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final long PING_NANOS = 15_000_000_000L;

    /** The silence after which the connection counts as dead, as a broker judges a client (§3.1.2.10). */
    private static final long SILENCE_NANOS = 45_000_000_000L;

    private final MqttConfig config;
    private final Socket plain = new Socket(); // under TLS, whose close waits for a blocked write
    private final byte[] thrownAway = new byte[256];
    private @Nullable InputStream in;
    private @Nullable OutputStream out;
    private long heardNanos;
    private long pingedNanos;

    /** Creates a connection that is not open yet. */
    Connection(MqttConfig config) {
        this.config = config;
    }

    /**
     * Connects, and waits for the broker's answer.
     *
     * @param client the identifier, of 1 to 23 letters and digits (§3.1.3.1)
     * @param will the topic to which the broker publishes {@code offline} when this client is gone
     * @throws MqttException if the broker cannot be reached, or refuses
     */
    void open(String client, String will, long nowNanos) throws MqttException {
        try {
            plain.connect(new InetSocketAddress(config.host(), config.port()), CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(CONNECT_MILLIS);
            Socket socket = config.tls() ? secured(plain, config) : plain;
            InputStream answers = socket.getInputStream();
            OutputStream packets = socket.getOutputStream();
            packets.write(Packets.connect(
                    client, KEEP_ALIVE_SECONDS, config.user(), config.password(), will, Topics.OFFLINE));
            greeted(answers.readNBytes(Packets.CONNACK_BYTES));
            in = answers;
            out = packets;
            heardNanos = nowNanos;
            pingedNanos = nowNanos;
        } catch (UnknownHostException unknown) {
            throw new MqttException("the host " + config.host() + " is not known", unknown);
        } catch (IOException unreachable) {
            throw new MqttException(config + " cannot be reached: " + unreachable.getMessage(), unreachable);
        }
    }

    /** Adds TLS. The host's name is checked against the certificate, and sent to servers with several names (RFC 6066 §3). */
    private static Socket secured(Socket plain, MqttConfig config) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured =
                (SSLSocket) factory.createSocket(plain, config.host(), config.port(), /* autoClose= */ true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        boolean named = config.host().chars().anyMatch(Character::isLetter)
                && config.host().indexOf(':') < 0;
        if (named) {
            parameters.setServerNames(List.of(new SNIHostName(config.host())));
        }
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private void greeted(byte[] answer) throws MqttException {
        if (answer.length < Packets.CONNACK_BYTES || answer[0] != Packets.CONNACK || answer[1] != 2) {
            throw new MqttException(config + " does not answer as an MQTT broker");
        }
        String refusal = Packets.refusal(answer[3] & 0xFF);
        if (!refusal.isEmpty()) {
            throw new MqttException(config + " refuses: " + refusal);
        }
    }

    /** Publishes a text that the broker retains. */
    void keep(String topic, String text) throws MqttException {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        publish(topic, /* retained= */ true, payload, payload.length);
    }

    /** Publishes the first {@code count} of {@code bytes}. Waits for a slower broker. */
    void publish(String topic, boolean retained, byte[] bytes, int count) throws MqttException {
        byte[] head = Packets.publish(topic, retained, count);
        write(head, head.length);
        write(bytes, count);
    }

    private void write(byte[] bytes, int count) throws MqttException {
        try {
            Objects.requireNonNull(out, "it is not open").write(bytes, 0, count);
        } catch (IOException gone) {
            throw new MqttException("the connection was cut: " + gone.getMessage(), gone);
        }
    }

    /**
     * Waits at most {@code millis} for bytes from the broker, and pings it now and then.
     *
     * @throws MqttException if it is gone
     */
    void attend(int millis, long nowNanos) throws MqttException {
        if (nowNanos - pingedNanos >= PING_NANOS) {
            pingedNanos = nowNanos;
            write(Packets.PINGREQ, Packets.PINGREQ.length);
        }
        try {
            plain.setSoTimeout(millis);
            if (Objects.requireNonNull(in, "it is not open").read(thrownAway) < 0) {
                throw new MqttException("the broker has closed the connection");
            }
            heardNanos = nowNanos;
        } catch (SocketTimeoutException silent) {
            if (nowNanos - heardNanos > SILENCE_NANOS) {
                throw new MqttException("the broker is silent", silent);
            }
        } catch (IOException gone) {
            throw new MqttException("the connection was cut: " + gone.getMessage(), gone);
        }
    }

    /** Disconnects, so that the broker does not publish the will, and closes. */
    void leave() {
        try {
            write(Packets.DISCONNECT, Packets.DISCONNECT.length);
        } catch (MqttException gone) {
            LOG.log(Level.DEBUG, "the broker was gone before", gone);
        }
        cut();
    }

    /** Closes at once, even during a blocked write. */
    void cut() {
        quietly(plain);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            LOG.log(Level.DEBUG, "a connection did not close in order", gone);
        }
    }
}
