package dev.perch.app;

import dev.perch.config.TlsConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A certificate and its key, loaded again when their files change. */
final class CertificateFiles {
    private static final System.Logger LOG = System.getLogger(CertificateFiles.class.getName());
    private static final long LOOK_SECONDS = 2;

    /** Loads the files, which must fit together. */
    interface Loading {
        void load() throws IOException, GeneralSecurityException;
    }

    /** The state of the two files that can be seen without reading them. */
    private record Stamp(List<FileTime> modified, List<Long> sizes, List<Path> real) {
        static Stamp of(TlsConfig config) throws IOException {
            Path certificate = config.certificate().toRealPath();
            Path key = config.key().toRealPath();
            return new Stamp(
                    List.of(Files.getLastModifiedTime(certificate), Files.getLastModifiedTime(key)),
                    List.of(Files.size(certificate), Files.size(key)),
                    List.of(certificate, key));
        }
    }

    private final TlsConfig config;
    private final String where;
    private final Loading loading;
    private @Nullable Stamp loaded; // used by the executor's thread once it runs, like the next
    private String told = "";

    /**
     * Records the state of the files, which are about to be loaded.
     *
     * @param where their use, for the log
     * @throws IOException if they cannot be used; the message says what was found
     */
    CertificateFiles(TlsConfig config, String where, Loading loading) throws IOException {
        this.config = config;
        this.where = where;
        this.loading = loading;
        this.loaded = Stamp.of(config);
        PemPair.check(config.certificate(), config.key());
    }

    /** Checks for changed files until {@code executor} ends. */
    void watch(ScheduledExecutorService executor) {
        ScheduledFuture<?> unused =
                executor.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Loads the files if they have changed. Files that do not fit together yet are tried again. */
    private void look() {
        try {
            Stamp present = Stamp.of(config);
            if (present.equals(loaded)) {
                return;
            }
            PemPair.check(config.certificate(), config.key());
            loading.load();
            loaded = present;
            told = "";
            LOG.log(
                    Level.INFO,
                    "{0}: the certificate was replaced; its fingerprint is {1}",
                    where,
                    PemPair.fingerprint(config.certificate()));
        } catch (IOException | GeneralSecurityException | RuntimeException unfit) {
            String why = String.valueOf(unfit.getMessage());
            if (!why.equals(told)) {
                told = why;
                LOG.log(Level.WARNING, "{0}: the certificate before is kept: {1}", where, why);
            }
        }
    }
}
