package dev.perch.web.pages;

import jakarta.servlet.ServletContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The version of the static files: a checksum of all of them, which is part of their addresses. Browsers may cache such a file for ever, and a page
 * of a new version never runs an old module. Computed at the first page.
 */
public final class Assets {
    /** The beginning of a version's folder; no file's name begins so. */
    static final String PREFIX = "v.";

    private static final String FOLDER = "/static/";

    private final ServletContext context;
    private @Nullable String version; // guarded by this

    public Assets(ServletContext context) {
        this.context = context;
    }

    /** Returns the folder of this version, from the program's root, with a final slash. */
    String folder() throws IOException {
        return "static/" + PREFIX + version() + "/";
    }

    /** Returns the version, eight hexadecimal digits. */
    synchronized String version() throws IOException {
        String known = version;
        if (known == null) {
            CRC32 sum = new CRC32();
            add(FOLDER, sum);
            known = String.format("%08x", sum.getValue());
            version = known;
        }
        return known;
    }

    private void add(String folder, CRC32 sum) throws IOException {
        Set<String> paths = context.getResourcePaths(folder);
        if (paths == null) {
            return;
        }
        byte[] piece = new byte[8192];
        for (String path : new TreeSet<>(paths)) {
            sum.update(path.getBytes(StandardCharsets.UTF_8));
            if (path.endsWith("/")) {
                add(path, sum);
                continue;
            }
            try (InputStream file = context.getResourceAsStream(path)) {
                for (int read = file == null ? -1 : file.read(piece); read >= 0; read = file.read(piece)) {
                    sum.update(piece, 0, read);
                }
            }
        }
    }
}
