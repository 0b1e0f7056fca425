package dev.perch.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.apache.tomcat.util.net.jsse.PEMFile;

/** A certificate and its private key in PEM form: RSA (PKCS #1, PKCS #8) or EC (SEC 1, PKCS #8), as Tomcat reads them. */
final class PemPair {
    private PemPair() {}

    /**
     * Checks that both files can be used and fit together.
     *
     * @throws IOException if not; the message names the file, what was found and what is accepted
     */
    static void check(Path certificate, Path key) throws IOException {
        X509Certificate own = certificate(certificate);
        PrivateKey secret = key(key);
        String algorithm = secret.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        try {
            byte[] message = "perch".getBytes(StandardCharsets.US_ASCII);
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(secret);
            signing.update(message);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            PublicKey known = own.getPublicKey();
            verifying.initVerify(known);
            verifying.update(message);
            if (verifying.verify(signed)) {
                return;
            }
        } catch (GeneralSecurityException unlike) {
            throw new IOException(apart(certificate, key), unlike);
        }
        throw new IOException(apart(certificate, key));
    }

    private static String apart(Path certificate, Path key) {
        return "server.tls.key: " + key + " is not the key of " + certificate
                + ", accepted: the private key of the first certificate in that file";
    }

    /** Returns the first certificate of a file, which is the server's own. */
    static X509Certificate certificate(Path file) throws IOException {
        String accepted =
                ", accepted: a file with -----BEGIN CERTIFICATE-----, the server's own first, its chain behind it";
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(read("certificate", file)))
                            .stream()
                            .findFirst()
                            .orElseThrow(() -> new CertificateException("none"));
        } catch (CertificateException none) {
            throw new IOException("server.tls.certificate: found no certificate in " + file + accepted, none);
        }
    }

    /** Returns all certificates of a file, in order. */
    static X509Certificate[] chain(Path file) throws IOException, CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(read("certificate", file)))
                .toArray(X509Certificate[]::new);
    }

    private static byte[] read(String key, Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new IOException(
                    "server.tls." + key + ": " + file + " cannot be read (" + unreadable
                            + "), accepted: a file that Perch's user may read",
                    unreadable);
        }
    }

    /** Returns the private key of a file. */
    static PrivateKey key(Path file) throws IOException {
        byte[] text = read("key", file);
        try {
            PrivateKey key = new PEMFile(
                            file.toString(),
                            new ByteArrayInputStream(text),
                            /* password= */ null,
                            /* keyAlgorithm= */ null)
                    .getPrivateKey();
            if (key != null) {
                return key;
            }
        } catch (IOException | GeneralSecurityException | RuntimeException unknown) {
            throw new IOException(refused(file), unknown);
        }
        throw new IOException(refused(file));
    }

    private static String refused(Path file) {
        return "server.tls.key: found no key in " + file
                + " that can be used, accepted: an RSA or EC key in PEM form without a password";
    }

    /** Returns the SHA-256 fingerprint of a file's first certificate, as browsers and openssl write it. */
    static String fingerprint(Path certificate) throws IOException {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(certificate(certificate).getEncoded());
            return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
        } catch (GeneralSecurityException unknown) {
            throw new IOException("no fingerprint of " + certificate, unknown);
        }
    }
}
