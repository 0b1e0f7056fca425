package dev.perch.app;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers questions of multicast DNS for Moonrakers, at a port of loopback; before each answer it sends what makes no sense. */
final class MdnsResponder implements AutoCloseable {
    private static final String SERVICE = "_moonraker._tcp.local";

    private record Moonraker(String instance, String host, int port) {}

    private final DatagramSocket socket;
    private final boolean additional;
    private final List<Moonraker> all = new CopyOnWriteArrayList<>();
    private final AtomicInteger questions = new AtomicInteger();

    private MdnsResponder(boolean additional) throws IOException {
        this.additional = additional;
        socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    }

    /** @param additional whether the first answer has all, or each record is asked for */
    static MdnsResponder start(String instance, String host, int port, boolean additional) throws IOException {
        MdnsResponder responder = new MdnsResponder(additional);
        responder.also(instance, host, port);
        responder.begin();
        return responder;
    }

    static MdnsResponder silent() throws IOException {
        MdnsResponder responder = new MdnsResponder(/* additional= */ true);
        responder.begin();
        return responder;
    }

    void also(String instance, String host, int port) {
        all.add(new Moonraker(instance, host, port));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort());
    }

    int questions() {
        return questions.get();
    }

    private void begin() {
        Thread thread = new Thread(this::run, "mdns-responder");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        byte[] bytes = new byte[1500];
        try {
            while (true) {
                DatagramPacket question = new DatagramPacket(bytes, bytes.length);
                socket.receive(question);
                questions.incrementAndGet();
                int type = bytes[question.getLength() - 3];
                for (byte[] nonsense : nonsense()) {
                    socket.send(new DatagramPacket(nonsense, nonsense.length, question.getSocketAddress()));
                }
                if (!all.isEmpty()) {
                    byte[] answer = answer(type);
                    socket.send(new DatagramPacket(answer, answer.length, question.getSocketAddress()));
                }
            }
        } catch (IOException closed) {
            questions.get();
        }
    }

    /** Nothing, no answer, a name that points to itself, one that points to the header, and records that are cut off. */
    private static List<byte[]> nonsense() {
        byte[] head = {0, 0, (byte) 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0};
        byte[] circle = Arrays.copyOf(head, 30);
        circle[12] = (byte) 0xC0;
        circle[13] = 12;
        byte[] header = Arrays.copyOf(head, 30);
        header[12] = (byte) 0xC0;
        return List.of(new byte[0], new byte[12], circle, header, Arrays.copyOf(head, 17));
    }

    private byte[] answer(int type) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(0);
        out.writeShort(0x8400);
        out.writeShort(0);
        out.writeShort(all.size() * (additional ? 3 : 1));
        out.writeInt(0);
        for (Moonraker each : all) {
            if (additional || type == 12) {
                record(out, List.of(SERVICE), 12, name(List.of(each.instance(), SERVICE)));
            }
            if (additional || type == 33) {
                ByteArrayOutputStream place = new ByteArrayOutputStream();
                DataOutputStream at = new DataOutputStream(place);
                at.writeInt(0);
                at.writeShort(each.port());
                at.write(name(List.of(each.host(), "local")));
                record(out, List.of(each.instance(), SERVICE), 33, place.toByteArray());
            }
            if (additional || type == 1) {
                record(out, List.of(each.host(), "local"), 1, new byte[] {127, 0, 0, 1});
            }
        }
        return bytes.toByteArray();
    }

    private static void record(DataOutputStream out, List<String> name, int type, byte[] data) throws IOException {
        out.write(name(name));
        out.writeShort(type);
        out.writeShort(0x8001);
        out.writeInt(120);
        out.writeShort(data.length);
        out.write(data);
    }

    /** @param parts the first is one label, whatever is in it */
    private static byte[] name(List<String> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < parts.size(); i++) {
            List<String> labels = i == 0 && parts.size() > 1
                    ? List.of(parts.get(i))
                    : List.of(parts.get(i).split("\\."));
            for (String label : labels) {
                out.write(label.length());
                out.writeBytes(label.getBytes(StandardCharsets.UTF_8));
            }
        }
        out.write(0);
        return out.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
