package dev.perch.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes a self-signed certificate and its key for a home network, by the JDK's keytool, which every runtime has. */
final class TlsCommand {
    private static final String ALIAS = "perch";
    private static final String PASSWORD = "PERCH_STORE_PASSWORD";

    /** The longest validity that Apple's systems accept. */
    private static final String DAYS = "825";

    private TlsCommand() {}

    /** Writes {@code cert.pem} and {@code key.pem} into {@code folder}. Returns the exit status. */
    static int selfSigned(Path folder, List<String> names, PrintStream out, PrintStream err) {
        Path certificate = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        for (Path file : List.of(certificate, key)) {
            if (Files.exists(file)) {
                err.println("perch: " + file + " is there already; remove it first, or name another folder");
                return 1;
            }
        }
        try {
            Files.createDirectories(folder);
            make(folder, names.isEmpty() ? ownNames() : names, certificate, key);
            out.println(certificate.toAbsolutePath() + " and " + key.toAbsolutePath() + " are made, for " + DAYS
                    + " days.");
            out.println("SHA-256 fingerprint: " + PemPair.fingerprint(certificate));
            out.println("server:");
            out.println(
                    "  tls: { certificate: " + certificate.toAbsolutePath() + ", key: " + key.toAbsolutePath() + " }");
            return 0;
        } catch (IOException | GeneralSecurityException failed) {
            err.println("perch: no certificate could be made: " + failed.getMessage());
            return 1;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static List<String> ownNames() throws IOException {
        Set<String> names = new LinkedHashSet<>(Reach.hosts());
        names.add("localhost");
        names.add("127.0.0.1");
        return List.copyOf(names);
    }

    private static void make(Path folder, List<String> names, Path certificate, Path key)
            throws IOException, GeneralSecurityException, InterruptedException {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random); // for a file that is deleted at once
        Path store = folder.resolve(".perch-" + password.substring(0, 8) + ".p12");
        try {
            keytool(store, password, names);
            KeyStore made = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(store)) {
                made.load(in, password.toCharArray());
            }
            PrivateKey secret = (PrivateKey) made.getKey(ALIAS, password.toCharArray());
            write(key, "rw-------", "PRIVATE KEY", secret.getEncoded());
            write(
                    certificate,
                    "rw-r--r--",
                    "CERTIFICATE",
                    made.getCertificate(ALIAS).getEncoded());
        } finally {
            Files.deleteIfExists(store);
        }
    }

    private static void keytool(Path store, String password, List<String> names)
            throws IOException, InterruptedException {
        List<String> alternatives = new ArrayList<>();
        names.forEach(name -> alternatives.add((name.matches("[0-9.]+|.*:.*") ? "IP:" : "DNS:") + name));
        ProcessBuilder keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        DAYS,
                        "-dname",
                        "CN=" + names.get(0),
                        "-ext",
                        "SAN=" + String.join(",", alternatives),
                        "-ext",
                        "EKU=serverAuth",
                        "-storetype",
                        "PKCS12",
                        "-storepass:env",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true);
        keytool.environment().put(PASSWORD, password); // in the environment, which no list of processes shows
        Process running = keytool.start();
        running.getOutputStream().close();
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (running.waitFor() != 0) {
            throw new IOException("keytool says: " + said.strip());
        }
    }

    private static void write(Path file, String permissions, String what, byte[] content) throws IOException {
        String text = "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
                + "\n-----END " + what + "-----\n";
        try (var channel = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions)))) {
            channel.write(StandardCharsets.US_ASCII.encode(text));
        }
    }
}
