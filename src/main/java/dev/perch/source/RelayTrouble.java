package dev.perch.source;

import dev.perch.config.Redaction;
import dev.perch.http.HttpAnswer;
import dev.perch.http.HttpFormatException;
import dev.perch.media.CaptureException;
import dev.perch.media.CaptureException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Explains in plain words why a server gives no picture.
 *
 * @param name the server's name, for everybody
 */
record RelayTrouble(String name) {
    private static final int READ_BYTES = 4096;
    private static final int MOST_DETAIL = 300;

    /** The sentence in a problem (RFC 9457), as Perch answers. */
    private static final Pattern DETAIL = Pattern.compile("\"detail\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /** Returns why an answer holds no stream. */
    CaptureException of(HttpAnswer answer, Redaction redaction) {
        int status = answer.status();
        String told = told(answer, redaction);
        if (status == 401) {
            return new CaptureException(
                    Kind.NOT_PERMITTED, name + " refuses the user name or password, or asks for one." + told);
        }
        if (status == 403) {
            return new CaptureException(Kind.NOT_PERMITTED, name + " forbids access (403)." + told);
        }
        if (status == 404 || status == 410) {
            return new CaptureException(
                    Kind.ABSENT, name + " is not there: the server knows no such path (" + status + ")." + told);
        }
        String what = status >= 500 ? " is not given now (" : " is not given: the server refuses the request (";
        return new CaptureException(Kind.FAULT, name + what + status + ")." + told);
    }

    /** Returns the server's own explanation if it is a sentence, preceded by a blank. */
    private static String told(HttpAnswer answer, Redaction redaction) {
        if (!answer.mediaType().endsWith("json")) {
            return "";
        }
        byte[] bytes = new byte[READ_BYTES];
        int filled = 0;
        try {
            for (int count = 0; count >= 0 && filled < READ_BYTES; ) {
                filled += count;
                count = answer.body().read(bytes, filled, READ_BYTES - filled);
            }
        } catch (IOException cut) {
            System.getLogger(RelayTrouble.class.getName())
                    .log(System.Logger.Level.DEBUG, "a refusal did not come whole", cut);
        }
        Matcher detail = DETAIL.matcher(new String(bytes, 0, filled, StandardCharsets.UTF_8));
        if (!detail.find()) {
            return "";
        }
        String sentence =
                redaction.redact(detail.group(1).replaceAll("\\\\(.)", "$1").replaceAll("\\p{Cntrl}", " "));
        return " It says: \"" + (sentence.length() > MOST_DETAIL ? sentence.substring(0, MOST_DETAIL) + "…" : sentence)
                + "\"";
    }

    /** Returns why nothing comes, or nothing any more. */
    CaptureException of(IOException broken, boolean begun) {
        if (broken instanceof HttpFormatException format) {
            return new CaptureException(Kind.FAULT, name + " " + format.getMessage(), broken);
        }
        if (broken instanceof UnknownHostException) {
            return new CaptureException(
                    Kind.ABSENT, name + " cannot be reached: no host of that name is known.", broken);
        }
        if (broken instanceof NoRouteToHostException) {
            return new CaptureException(
                    Kind.ABSENT, name + " cannot be reached: there is no route to that host.", broken);
        }
        if (broken instanceof ConnectException) {
            return new CaptureException(
                    Kind.ABSENT, name + " cannot be reached: nothing listens at that address and port.", broken);
        }
        if (broken instanceof SocketTimeoutException) {
            return new CaptureException(
                    Kind.FAULT, name + (begun ? " has sent nothing for too long." : " does not answer."), broken);
        }
        if (broken instanceof SSLException) {
            return new CaptureException(
                    Kind.NOT_PERMITTED,
                    name
                            + " is not trusted, or speaks no TLS that this Java knows: its certificate has to be of a known"
                            + " authority, or in the Java's trust store.",
                    broken);
        }
        if (broken instanceof EOFException) {
            return new CaptureException(
                    Kind.FAULT, name + (begun ? " has broken the stream off." : " has closed the connection."), broken);
        }
        return new CaptureException(Kind.FAULT, name + " was lost: the connection broke.", broken);
    }
}
