package dev.perch.web.line;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One connection as Apache's mod_proxy_ajp makes it to a Tomcat: AJP/1.3, packet by packet. */
final class AjpClient implements AutoCloseable {
    private static final int TO_CONTAINER = 0x1234;
    private static final int FROM_CONTAINER = 'A' << 8 | 'B';
    private static final int FORWARD_REQUEST = 2;
    private static final int SEND_BODY_CHUNK = 3;
    private static final int SEND_HEADERS = 4;
    private static final int END_RESPONSE = 5;
    private static final int GET = 2;
    private static final int NO_TEXT = 0xFFFF;
    private static final int CODED = 0xA0;
    private static final int ARE_DONE = 0xFF;

    private final Socket socket;
    private final DataInputStream in;

    /** One answer; the names of fields that the protocol has numbers for are left out. */
    record Reply(int status, List<String> fields, String body) {
        Reply {
            fields = List.copyOf(fields);
        }
    }

    AjpClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Sends a GET; headers as name, value, name, value. */
    void get(String target, String... headers) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(body);
        out.writeByte(FORWARD_REQUEST);
        out.writeByte(GET);
        String[] parts = target.split("\\?", 2);
        for (String text : List.of("HTTP/1.1", parts[0], "127.0.0.1", "localhost", "localhost")) {
            text(out, text);
        }
        out.writeShort(80);
        out.writeBoolean(/* TLS */ false);
        out.writeShort(1 + headers.length / 2);
        text(out, "Host");
        text(out, "localhost");
        for (String word : headers) {
            text(out, word);
        }
        if (parts.length > 1) {
            out.writeByte(/* query_string */ 5);
            text(out, parts[1]);
        }
        out.writeByte(ARE_DONE);
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(packet);
        head.writeShort(TO_CONTAINER);
        head.writeShort(body.size());
        head.write(body.toByteArray());
        socket.getOutputStream().write(packet.toByteArray());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        out.writeShort(text.length());
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        out.writeByte(0);
    }

    /** Reads an answer to its end. */
    Reply reply() throws IOException {
        int status = 0;
        List<String> fields = new ArrayList<>();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            assertEquals(FROM_CONTAINER, in.readUnsignedShort());
            in.readUnsignedShort();
            int kind = in.readUnsignedByte();
            switch (kind) {
                case SEND_HEADERS -> {
                    assertEquals(0, status, "one head");
                    status = in.readUnsignedShort();
                    text();
                    for (int left = in.readUnsignedShort(); left > 0; left--) {
                        int length = in.readUnsignedShort();
                        String name = length >>> 8 == CODED ? "" : text(length) + ": ";
                        fields.add(name + text());
                    }
                }
                case SEND_BODY_CHUNK -> {
                    body.write(in.readNBytes(in.readUnsignedShort()));
                    in.readUnsignedByte();
                }
                case END_RESPONSE -> {
                    in.readBoolean();
                    return new Reply(status, fields, body.toString(StandardCharsets.ISO_8859_1));
                }
                default -> throw new IOException("kind=" + kind);
            }
        }
    }

    private String text() throws IOException {
        return text(in.readUnsignedShort());
    }

    private String text(int length) throws IOException {
        if (length == NO_TEXT) {
            return "";
        }
        String text = new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
        in.readUnsignedByte();
        return text;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
