package dev.perch.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * The names of this machine: the kernel's host name, alone and with the resolver's search domains ({@code pi.fritz.box}). No name server is asked.
 * Loaded when somebody first uses a name with a dot. Safe from any thread.
 */
final class OwnNames {
    private static final System.Logger LOG = System.getLogger(OwnNames.class.getName());
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    private static final Path RESOLVER = Path.of("/etc/resolv.conf");

    /** How long the names are cached: a machine's name and network change seldom. */
    private static final long KEPT_NANOS = 60_000_000_000L;

    private static volatile OwnNames last = new OwnNames(Set.of(), System.nanoTime() - 2 * KEPT_NANOS);

    private final Set<String> names;
    private final long readNanos;

    private OwnNames(Set<String> names, long readNanos) {
        this.names = names;
        this.readNanos = readNanos;
    }

    /**
     * Returns whether {@code host} is one of the names.
     *
     * @param host in lower case, without the final dot
     */
    static boolean has(String host) {
        OwnNames known = last;
        long nowNanos = System.nanoTime();
        if (nowNanos - known.readNanos > KEPT_NANOS) {
            known = new OwnNames(of(lines(HOST_NAME), lines(RESOLVER)), nowNanos);
            last = known;
        }
        return known.names.contains(host);
    }

    /**
     * Returns the names of a machine.
     *
     * @param hostName of {@code /proc/sys/kernel/hostname}
     * @param resolver of {@code /etc/resolv.conf} (resolv.conf(5): domain, search)
     */
    static Set<String> of(List<String> hostName, List<String> resolver) {
        Set<String> names = new HashSet<>();
        String own = hostName.isEmpty() ? "" : hostName.get(0).strip().toLowerCase(Locale.ROOT);
        if (own.isEmpty() || own.equals("(none)")) {
            return names;
        }
        names.add(own);
        String label = own.indexOf('.') < 0 ? own : own.substring(0, own.indexOf('.'));
        for (String line : resolver) {
            StringTokenizer words = new StringTokenizer(line);
            String key = words.hasMoreTokens() ? words.nextToken() : "";
            while (words.hasMoreTokens() && (key.equals("search") || key.equals("domain"))) {
                String domain = LocalNames.bare(words.nextToken());
                names.add(label + "." + domain);
            }
        }
        return names;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        } catch (IOException | UncheckedIOException none) {
            LOG.log(Level.DEBUG, "the machine's names are not known", none);
            return List.of();
        }
    }
}
