package dev.perch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every class that takes memory that could hold media is on a list, with the lease that covers it or with the reason why it needs none. A new
 * one fails this test: it takes an arena ({@code ArenaPool.take}) or a lease ({@code MemoryBudget.lease}) first, and comes onto the list then.
 */
class MediaMemoryTest {
    /** Calls that take memory of any size, as owner and name; arrays of bytes are found beside them. */
    private static final Set<String> TAKES = Set.of(
            "java/nio/ByteBuffer allocateDirect",
            "java/nio/ByteBuffer allocate",
            "java/nio/channels/FileChannel map",
            "com/sun/jna/Memory <init>",
            "com/sun/jna/Native malloc",
            "sun/misc/Unsafe allocateMemory",
            "dev/perch/v4l2/SystemCalls mmap",
            "dev/perch/v4l2/LibC$Calls mmap",
            "java/io/ByteArrayOutputStream <init>",
            "java/io/InputStream readAllBytes",
            "java/io/InputStream readNBytes",
            "java/nio/file/Files readAllBytes",
            "java/util/Arrays copyOf",
            "java/util/Arrays copyOfRange",
            "java/awt/image/BufferedImage <init>");

    private static final String LEASED_BY_CALLER = "its owner leases capacityBytes(): ";
    private static final String STRUCTS = "structs for ioctl, some hundred bytes a device";

    /** Class by class: the lease that covers what it takes, or why it needs none. */
    private static final Map<String, String> ALLOWED = Map.ofEntries(
            Map.entry("memory/DirectMemory", "the arenas themselves, each leased by ArenaPool before it is taken"),
            // driver buffers
            Map.entry(
                    "v4l2/BufferQueue",
                    "the driver's buffers, each leased before it is requested; beside them structs"),
            Map.entry("v4l2/M2mQueue", "the codec's buffers, each leased before it is mapped; beside them structs"),
            Map.entry("v4l2/LibC", "mmap for the two above; eight bytes for WakeUp"),
            Map.entry("v4l2/CaptureSession", STRUCTS),
            Map.entry("v4l2/ControlValues", STRUCTS),
            Map.entry("v4l2/Device", STRUCTS),
            Map.entry("v4l2/ExtensionUnit", STRUCTS + "; a USB descriptor of at most 64 KiB, read once"),
            Map.entry("v4l2/H264Unit", STRUCTS),
            Map.entry("v4l2/M2mCodec", STRUCTS),
            Map.entry("v4l2/QueueBuffer", STRUCTS),
            Map.entry("v4l2/SourceChanges", STRUCTS),
            // sound cards
            Map.entry("alsa/LibAsound", "a pointer"),
            Map.entry("alsa/OpenPcm", "descriptors for poll and numbers, some hundred bytes a card"),
            Map.entry("alsa/Negotiation", "libasound's structs of some hundred bytes, while a card is opened"),
            Map.entry("alsa/TimeSpec", "16 bytes"),
            Map.entry("alsa/PcmCapture", "a block of at most 4,096 frames, bytes and samples, while a card is open"),
            Map.entry("codec/AacEncoder", "heapBytes(), in PcmToAac's lease"),
            Map.entry("codec/PcmPipe", "likewise: what ffmpeg has not read"),
            Map.entry("codec/EvenSamples", "4 KiB and a block of the card's"),
            Map.entry("codec/WavHead", "44 bytes"),
            // what a source gathers on the heap
            Map.entry("h264/AccessUnitSplitter", LEASED_BY_CALLER + "CommandReader, GatherMemory"),
            Map.entry("h264/NalTable", "4 KiB, where a device gives H.264"),
            Map.entry("h264/BitReader", "an empty buffer in the place of none"),
            Map.entry("h264/NalWriter", "a parameter set, when a new one has come damaged"),
            Map.entry("aac/AdtsSplitter", LEASED_BY_CALLER + "PcmToAac; 16 KiB, always"),
            Map.entry("aac/BitWriter", "a description of some bytes, or a silent frame of at most 32"),
            Map.entry("h264/AvcConfiguration", "two parameter sets, not frames"),
            Map.entry("flv/TagBody", "descriptions, at most TrackReader.HELD_BYTES, its owner's to lease"),
            Map.entry("flv/ScriptTags", "metadata, likewise"),
            Map.entry("flv/AmfReader", "texts of the values that it is given, each no longer than they are"),
            Map.entry("flv/AmfWriter", "a command or metadata, some hundred bytes"),
            Map.entry("flv/FlvReader", "a tag's head of 11 bytes"),
            Map.entry("flv/FlvWriter", "descriptions, not frames"),
            Map.entry("rtmp/Heap", "drawn from the session's RtmpMemory before it is taken"),
            Map.entry("rtmp/Outbox", "nothing at first, then Heap's"),
            Map.entry("rtmp/Handshake", "two packets of 1,536 bytes while a client is greeted"),
            Map.entry("rtmp/Digest", "likewise"),
            Map.entry("rtmp/ChunkReader", "a chunk's header of at most 18 bytes"),
            Map.entry("rtmp/RtmpSession", "control messages of at most ten bytes"),
            Map.entry("ingest/RtmpPort", "64 KiB that all connections are read into, where RTMP is configured"),
            Map.entry("ingest/TlsChannel", "a record in and a record out, in the connection's lease"),
            Map.entry("push/TagStream", "a frame, in its own lease"),
            Map.entry("push/FlvTarget", "a frame, in its own lease"),
            Map.entry("push/RtmpTarget", "a frame, in its own lease"),
            Map.entry("push/ServerConnection", "4 KiB for what a server says"),
            Map.entry("mqtt/PictureBuffer", "a picture, in its own lease, where a broker is configured"),
            Map.entry("mqtt/Connection", "256 bytes, for what a broker says"),
            Map.entry("mqtt/Packets", "a packet's head, or a text of some hundred bytes"),
            Map.entry("web/answer/ShortBody", "a PUT's body of at most 64 KiB, for two seconds"),
            Map.entry("ingest/RtmpPlayer", "descriptions of the tracks, in the player's lease"),
            Map.entry("push/HttpTarget", "an answer of at most 4 KiB"),
            Map.entry("jpeg/JpegSplitter", LEASED_BY_CALLER + "CommandReader, FfmpegRun"),
            Map.entry("source/GatherMemory", "an empty buffer in the place of none; else an arena"),
            Map.entry("jpeg/JpegScanner", "an empty buffer in the place of none"),
            Map.entry("source/CommandReader", "READ_BYTES, in the camera's command lease"),
            Map.entry("source/GrowingFile", "READ_BYTES, in the camera's stream lease"),
            Map.entry("source/TailFinder", "half a MiB, at the start of a growing file"),
            Map.entry("source/MovieHeld", "heads of boxes and a track's header, some 90 bytes, when a file is opened"),
            Map.entry("source/RelaySession", "READ_BYTES and what its reader holds, in the camera's relay lease"),
            Map.entry("mp4/MovieReader", LEASED_BY_CALLER + "RelaySession; heads of fragments, not frames"),
            Map.entry("mp4/BoxWalk", "an empty buffer in the place of none"),
            Map.entry("mp4/SourceTrack", "a name of four bytes"),
            Map.entry("source/MultipartReader", "a line of 256 bytes, in the camera's relay lease"),
            Map.entry("source/RelayTrouble", "4 KiB of a refusal, once"),
            Map.entry("http/HttpInput", "4 KiB a request, in its owner's lease"),
            Map.entry("http/HttpRequest", "a number of eight bytes"),
            Map.entry("http/HttpAddress", "an address of the configuration, or a bounded header"),
            Map.entry("source/FlvPipe", "READ_BYTES, in the camera's stream lease"),
            Map.entry("camera/Standby", "two frames while a camera is away, in the lease of the push"),
            Map.entry("source/PublishedTransport", "a queue and two pieces, in the lease of the body"),
            Map.entry("source/PublishedBody", "4 KiB and what a splitter holds, in its own lease"),
            Map.entry("web/ingest/BodyPublisher", "16 KiB, in the lease of the request that waits"),
            Map.entry("source/FirstBytes", "at most 4 KiB of text, at the start"),
            Map.entry("source/DemoLoop", "a record's head of some bytes; frames go to the demo's arena"),
            Map.entry("source/DemoSound", "a frame's size of two bytes; frames go to the demo's arena"),
            // codecs
            Map.entry("codec/FfmpegRun", "heapBytes(), in DerivationLoop's lease"),
            Map.entry("codec/ImageIoEncoder", "the picture and what ImageIO makes of it, in its own lease"),
            Map.entry("codec/TurboJpegDecoder", "pointers and rows; the image and its planes are arenas"),
            Map.entry("codec/TurboJpegMemory", "a header's four numbers; images are arenas"),
            Map.entry("codec/TurboJpegTurn", "three pointers; images are arenas, libturbojpeg's coefficients leased"),
            Map.entry("picture/ChannelChanger", "a few rows; the picture is an arena"),
            Map.entry("codec/TurboJpegEncoder", "three pointers; its planes are an arena"),
            Map.entry("codec/YcbcrPlanes", "a few rows; its owners' leases are of whole pictures"),
            // made once, or a bounded head
            Map.entry("h264/CavlcTables", "some hundred bytes of tables, where a camera is private"),
            Map.entry("h264/StillPicture", "a card of some kB, while a camera is private"),
            Map.entry("jpeg/BaselineWriter", "a placeholder of at most some ten kB, while a camera is away"),
            Map.entry("media/Bytes", "parameter sets and heads, not frames"),
            Map.entry(
                    "camera/SoundKeeper", "a frame behind a hole in the sound, 8 KiB at most, until it has its place"),
            Map.entry("cmaf/SoundSegmenter", "the head of one fragment, 140 bytes a camera"),
            Map.entry("cmaf/Segmenter", "the head of one fragment, 140 bytes a camera"),
            Map.entry(
                    "mp4/BoxWriter",
                    "an init segment or a moof, not frames; a recording's index of some bytes a frame"),
            Map.entry("mp4/RecordingHead", "16 bytes of a file's head"),
            Map.entry("record/Catalogue", "some fifty bytes a recorded file"),
            Map.entry("record/ClosedHooks", "a byte, the mark of a file"),
            Map.entry("web/recordings/DiskGate", "a byte, where one alone is asked for"),
            Map.entry("record/FileParts", "a byte, where one alone is asked for"),
            Map.entry("record/Clip", "an empty buffer in the place of none"),
            Map.entry("record/Playback", "an init segment"),
            Map.entry("web/recordings/FileAnswer", "an empty buffer in front of a file"),
            Map.entry("record/PictureFile", "a snapshot's head of 16 KiB, and its comment"),
            Map.entry(
                    "record/Still",
                    "what a thumbnail is made of, one at a time, 24 KiB; 64 that are remembered, 1 MiB"),
            Map.entry("web/recordings/Pictures", "an empty buffer in front of a file"),
            Map.entry(
                    "web/recordings/WindowClip", "heads of fragments, one at a time; media stay in the window's lease"),
            Map.entry("record/RecordedFile", "heads of fragments, 4 KiB at a time, of at most 1 MiB"),
            Map.entry(
                    "record/RecordingFile",
                    "the head of a fragment, 8 KiB a camera; frames lie in Blocks, which are leased"),
            Map.entry("feed/Heads", "at most 128 KiB a feed and packager: as many heads as the frame table has places"),
            // in the viewer's lease
            Map.entry("feed/Outgoing", "512 bytes, in the viewer's lease"),
            Map.entry("progressive/FlvFraming", "what a stream begins with, once, in the viewer's lease"),
            Map.entry("progressive/TagFraming", "the descriptions of both tracks, once, in the viewer's lease"),
            Map.entry("web/line/TomcatRequest", "a byte, to ask whether a client is still there"),
            Map.entry("web/line/ResponseBytes", "8 KiB in a container that is not Tomcat, in the viewer's lease"),
            Map.entry("web/answer/HeldAnswer", "a page or JSON, leased once its client is slower than the answer"),
            Map.entry("web/answer/HeldBody", "8 KiB, in the same lease"),
            Map.entry("web/line/SocketLine", "the head and the init segment, in the viewer's lease"),
            Map.entry("web/line/UpgradeLine", "16 KiB, in the viewer's lease"),
            Map.entry("websocket/ClientFrames", "a control frame, in the viewer's lease"),
            Map.entry("websocket/MessageHeads", "an init segment, in the viewer's lease"),
            Map.entry("websocket/ServerFrames", "texts and control frames, in the viewer's lease"),
            // no media
            Map.entry("access/Passwords", "a salt and what is made of a password, one at a time"),
            Map.entry("access/Signer", "a secret and signatures of some bytes"),
            Map.entry("app/PemPair", "a certificate and its key, when they have changed"),
            Map.entry("app/MdnsMessage", "a message of at most 9,000 bytes, in the program on the command line"),
            Map.entry("app/MoonrakerSearch", "likewise"),
            Map.entry("app/RegisterCommand", "the server's answer, in the program on the command line"),
            Map.entry("app/TlsCommand", "a key and a certificate, in the program on the command line"),
            Map.entry("web/pages/Assets", "8 KiB, once at the first page"),
            Map.entry("web/pages/StaticFiles", "a text compressed, of 128 KiB at most before that, while it is sent"),
            Map.entry("audience/AddressShares", "the first eight bytes of an address"),
            Map.entry("app/KeyFile", "the operator's key, some bytes"),
            Map.entry("app/SetCommand", "the server's answer, in the program on the command line"),
            Map.entry("memory/KernelFile", "8 KiB for the files of /proc"),
            Map.entry("process/ErrorLines", "a line of a program's stderr"),
            Map.entry("config/ConfigFile", "perch.yml, at most 256 KiB, while it is read"),
            Map.entry("app/CommandAnswers", "the version's file, some bytes"));

    @Test
    void whoeverTakesMemory_isOnTheListWithItsLease() throws IOException {
        Map<String, Set<String>> takers = takers(Path.of("target/classes/dev/perch"));
        assertTrue(takers.size() > 20, "the classes are found: " + takers);
        Map<String, Set<String>> unlisted = new TreeMap<>(takers);
        unlisted.keySet().removeAll(ALLOWED.keySet());
        assertEquals(Map.of(), unlisted, "take an arena or a lease first, then name it in the list above");
        Set<String> gone = new TreeSet<>(ALLOWED.keySet());
        gone.removeAll(takers.keySet());
        assertEquals(Set.of(), gone, "these take no memory any more: strike them off the list");
    }

    /** Every kind of taking is seen; the test's own class has one of each. */
    @Test
    void plantedTakers_areFound() throws IOException {
        Map<String, Set<String>> takers =
                takers(Path.of("target/test-classes/dev/perch/MediaMemoryTest$Planted.class"));
        assertEquals(
                Set.of("ByteBuffer.allocateDirect", "ByteBuffer.allocate", "Arrays.copyOf", "new byte[]"),
                takers.get("MediaMemoryTest"));
    }

    static final class Planted {
        private Planted() {}

        static Object[] take(int sizeBytes) {
            return new Object[] {
                new byte[sizeBytes],
                ByteBuffer.allocate(sizeBytes),
                ByteBuffer.allocateDirect(sizeBytes),
                Arrays.copyOf(new byte[1], sizeBytes)
            };
        }
    }

    private static Map<String, Set<String>> takers(Path classes) throws IOException {
        Map<String, Set<String>> takers = new TreeMap<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".class")).toList()) {
                ClassReader reader = new ClassReader(Files.readAllBytes(file));
                String name = reader.getClassName().replaceFirst("\\$.*", "").substring("dev/perch/".length());
                reader.accept(new Scan(takers.computeIfAbsent(name, key -> new TreeSet<>())), 0);
            }
        }
        takers.values().removeIf(Set::isEmpty);
        return takers;
    }

    private static final class Scan extends ClassVisitor {
        private final Set<String> found;

        Scan(Set<String> found) {
            super(Opcodes.ASM9);
            this.found = found;
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            return new MethodVisitor(Opcodes.ASM9) {
                @Override
                public void visitMethodInsn(
                        int opcode, String owner, String called, String calledDescriptor, boolean ofInterface) {
                    if (TAKES.contains(owner + " " + called)
                            && (!owner.equals("java/util/Arrays") || calledDescriptor.startsWith("([B"))) {
                        found.add(owner.substring(owner.lastIndexOf('/') + 1) + "." + called);
                    }
                }

                @Override
                public void visitIntInsn(int opcode, int operand) {
                    if (opcode == Opcodes.NEWARRAY && (operand == Opcodes.T_BYTE || operand == Opcodes.T_SHORT)) {
                        found.add("new byte[]");
                    }
                }
            };
        }
    }
}
