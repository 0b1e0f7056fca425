package dev.perch.config;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the secrets in a command's arguments, in each form in which a program may print them. */
final class CommandSecrets {
    /** Shorter secrets are part of almost any text. */
    private static final int LEAST = 3;

    private static final Pattern SHELL_WORD =
            Pattern.compile("(?:[^\\s\"'\\\\]|\\\\.|\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*')+");
    private static final Pattern SEPARATORS = Pattern.compile("[|;&()<>]+");

    /** Before {@code user:password}; short options stand together in curl's {@code -su}. */
    private static final Pattern USER_OPTION =
            Pattern.compile("-[A-Za-z]{0,6}[uU]|--?(?:user|proxy-user|login|auth|credentials?|userpwd)");

    /** The programs whose option for a password does not tell so by its name. */
    private static final Map<String, String> PASSWORD_OPTIONS =
            Map.of("sshpass", "-p", "mysql", "-p", "mosquitto_sub", "-P", "mosquitto_pub", "-P", "mosquitto_rr", "-P");

    private static final Pattern MEMBER =
            Pattern.compile("\\\\?[\"']([A-Za-z0-9_-]{1,40})\\\\?[\"']\\s*:\\s*\\\\?[\"']([^\"'\\\\]*)");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");
    private static final Pattern STREAM = Pattern.compile("(?i)rtmp[a-z]{0,2}://[^/\\s]*/[^/\\s?]+/(\\S+)");

    private final Set<String> found = new LinkedHashSet<>();

    private CommandSecrets() {}

    static Set<String> of(List<String> words) {
        CommandSecrets secrets = new CommandSecrets();
        secrets.words(words, /* depth= */ 0);
        return secrets.found;
    }

    private void words(List<String> words, int depth) {
        String passwordOption = "";
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            String next = i + 1 < words.size() ? words.get(i + 1) : "";
            addresses(word);
            addresses(decoded(word));
            assigned(word);
            members(word);
            option(word, next);
            passwordOption = PASSWORD_OPTIONS.getOrDefault(word.substring(word.lastIndexOf('/') + 1), passwordOption);
            if (!passwordOption.isEmpty() && word.startsWith(passwordOption)) {
                add(word.equals(passwordOption) ? next : word.substring(passwordOption.length()));
                passwordOption = ""; // the next one is ssh's port
            }
            if (depth < 3 && word.matches("(?s).*[\\s;|&].*")) {
                words(shellWords(word), depth + 1);
            }
        }
    }

    /** Splits a line roughly as a shell does, without expanding anything. */
    private static List<String> shellWords(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = SHELL_WORD.matcher(line);
        while (matcher.find()) {
            String word = matcher.group();
            boolean quoted = word.indexOf('"') >= 0 || word.indexOf('\'') >= 0;
            for (String piece : quoted ? new String[] {word} : SEPARATORS.split(word)) {
                words.add(piece.replaceAll("[\"']|\\\\(?=.)", ""));
            }
        }
        return words;
    }

    private void addresses(String word) {
        for (int colon = word.indexOf("://"); colon >= 0; colon = word.indexOf("://", colon + 3)) {
            String rest = word.substring(colon + 3);
            if (!ADDRESS.matcher(word).lookingAt()) { // an address that is the whole word may have blanks
                rest = rest.replaceFirst("(?s)\\s.*", "");
            }
            int at = Redaction.userInformation(rest);
            if (at > 0) {
                credentials(rest.substring(0, at));
            }
        }
        Matcher stream = STREAM.matcher(word);
        while (stream.find()) {
            add(stream.group(1));
            for (String segment : stream.group(1).split("[/?&]", -1)) {
                add(segment);
            }
        }
    }

    /** Adds a user and a password, or a token alone. */
    private void credentials(String text) {
        int colon = text.indexOf(':');
        add(text);
        add(text.substring((colon >= 0 ? colon : text.indexOf('%')) + 1)); // Samba's user%password
    }

    /** Adds the secrets in {@code --password=X}, {@code PASSWORD=X}, {@code …?user=a&password=X}, {@code Authorization: Basic X}. */
    private void assigned(String word) {
        for (String piece : word.split("[?&,~\\s]+|(?<=[^:]);", -1)) {
            int equals = piece.indexOf('=');
            if (equals > 0 && Redaction.isSecretName(piece.substring(0, equals))) {
                add(piece.substring(equals + 1));
            }
        }
        int equals = word.indexOf('=');
        if (equals > 0 && Redaction.isSecretName(word.substring(0, equals))) {
            add(word.substring(equals + 1));
        }
        int colon = word.indexOf(':');
        if (colon > 0 && Redaction.isSecretName(word.substring(0, colon))) {
            add(word.substring(colon + 1).strip());
            add(word.substring(colon + 1).strip().replaceFirst("(?s).*\\s", ""));
        }
    }

    /** Adds the secrets of JSON. */
    private void members(String word) {
        Matcher matcher = MEMBER.matcher(word);
        while (matcher.find()) {
            if (Redaction.isSecretName(matcher.group(1))) {
                add(matcher.group(2));
            }
        }
    }

    private void option(String word, String next) {
        int equals = word.indexOf('=');
        if (USER_OPTION.matcher(word).matches() && (next.indexOf(':') >= 0 || next.indexOf('%') > 0)) {
            credentials(next);
        } else if (equals > 0
                && word.indexOf(':', equals) > 0
                && USER_OPTION.matcher(word.substring(0, equals)).matches()) {
            credentials(word.substring(equals + 1));
        } else if (word.startsWith("-u") && word.indexOf(':') > 2) {
            credentials(word.substring(2));
        } else if (word.startsWith("-") && word.indexOf('=') < 0 && Redaction.isSecretName(word)) {
            add(next);
        }
    }

    private void add(String secret) {
        String bare = secret.replaceAll("^[\"']|[\"']$", "");
        String ended = bare.replaceFirst("[;|&()]+$", ""); // without what ends a command behind a quoted word
        for (String form :
                new String[] {bare, ended, decoded(bare), decoded(ended), encoded(bare), encoded(decoded(bare))}) {
            if (form.length() >= LEAST && !form.equals(Redaction.HIDDEN)) {
                found.add(form);
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
