package dev.perch.config;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Removes the secrets from texts that others may read: the user information and the secret parameters of addresses, stream keys, values behind names
 * such as {@code password}, and what a command's own arguments have of these, wherever it appears. It errs on the side of removing too much.
 * Immutable.
 */
public final class Redaction {
    /** Replaces a secret. */
    public static final String HIDDEN = "***";

    /** A known secret shorter than this is removed only where it stands alone: "abc" is part of other words. */
    private static final int SHORT_SECRET = 6;

    private static final int LONGEST_SECRET = 256;

    private static final Redaction GENERAL = new Redaction(List.of());

    /** The last word of a secret's name, by which the secret is recognized: the name of an option, a parameter, a variable or a header. */
    private static final String SECRET_WORD =
            "(?:pass(?:word|wort|wd|phrase|code|key)?|passw|pwd|pw|loginpas|secret|token|api_?key|keys?|"
                    + "auth|authorization|credentials?|cookie|psk|pin|streamid|streamname|playpath|sig|signature|session|sessionid|sid|nonce|hmac)";

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?:.*[^a-z0-9])?(?:[a-z0-9]*(?:password|passwd|passphrase|secret|token|apikey|streamkey)|"
                    + SECRET_WORD + ")");

    private static final Pattern OPTION = Pattern.compile(
            "(?i)(?<!\\S)(--?(?:[a-z0-9]{1,20}[-_.]){0,6}(?:[a-z0-9]{0,20}(?:password|passwd|passphrase|secret|token|apikey|streamkey)|"
                    + SECRET_WORD + "))(\\s+)(\"[^\"]*\"|'[^']*'|\\S+)");

    private static final Pattern USER_OPTION =
            Pattern.compile("(?i)(?<!\\S)(-u|--user|--proxy-user|-user)(\\s+)([\"']?[^\\s:\"']+:)(\\S+)");

    /** A header whose whole value is secret: authentication schemes have parameters (RFC 9110 §11.4). */
    private static final Pattern HEADER = Pattern.compile(
            "(?i)((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z0-9-]{0,30}(?:key|token|auth))([\"']?\\s*:\\s*).*");

    private static final Pattern SPOKEN = Pattern.compile(
            "(?i)((?:(?<=[\"'])(?:pass|pw|psk|pin)(?=[\"'])|password|passwd|passphrase|pwd|secret|token|api[-_ ]?key|stream ?key)[\"']?\\s*:\\s*)(\"[^\"]*\"|'[^']*'|\\S+)");

    /** An address without its scheme, as programs name a host: {@code user:password@host}. */
    private static final Pattern BARE_USER =
            Pattern.compile("(?<![^\\s\"'(<\\[/=,])([\\w.%+-]{1,64}:)[^\\s@/:]{1,128}(?=@[\\w\\[])");

    /** Such an address as another one's parameter. */
    private static final Pattern ENCODED_USER =
            Pattern.compile("(?i)(%3A(?:%2F|/){2})(?:[^\\s&%]|%(?!40)){1,256}(?=%40|@)");

    private static final Pattern BEARER = Pattern.compile("(?i)(bearer\\s+)\\S{6,}");

    /** The application's name follows the host; the rest is the key. */
    private static final Pattern STREAM_KEY =
            Pattern.compile("(?i)(rtmp(?:s|t|e|te|ts)?://[^/\\s]*/[^/\\s?]+/)[^\\s\"'|]+");

    private final List<UnaryOperator<String>> known;

    private Redaction(Collection<String> secrets) {
        known = secrets.stream()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .map(Redaction::taking)
                .toList();
    }

    /** Returns the redaction of what is secret by its form, in any text. */
    public static Redaction general() {
        return GENERAL;
    }

    /**
     * Returns the redaction that also removes the secrets in {@code words}, a program and its arguments, in whatever form the program prints them.
     */
    public static Redaction ofCommand(List<String> words) {
        return new Redaction(CommandSecrets.of(words));
    }

    private static UnaryOperator<String> taking(String secret) {
        if (secret.length() >= SHORT_SECRET) {
            return text -> text.replace(secret, HIDDEN);
        }
        Pattern alone = Pattern.compile("(?<![\\p{Alnum}])" + Pattern.quote(secret) + "(?![\\p{Alnum}])");
        return text -> alone.matcher(text).replaceAll(HIDDEN);
    }

    /** Returns {@code text}, which must be complete, without its secrets. */
    public String redact(String text) {
        String result = text;
        for (UnaryOperator<String> secret : known) {
            result = secret.apply(result);
        }
        if (result.contains("://")) {
            result = STREAM_KEY.matcher(addresses(result)).replaceAll("$1" + HIDDEN);
        }
        if (result.indexOf('%') >= 0) {
            result = ENCODED_USER.matcher(result).replaceAll("$1" + HIDDEN);
        }
        if (result.indexOf('@') >= 0) {
            result = BARE_USER.matcher(result).replaceAll("$1" + HIDDEN);
        }
        if (result.indexOf('=') >= 0) {
            result = assigned(result);
        }
        if (result.indexOf('-') >= 0) {
            result = OPTION.matcher(result).replaceAll("$1$2" + HIDDEN);
            result = USER_OPTION.matcher(result).replaceAll("$1$2$3" + HIDDEN);
        }
        if (result.indexOf(':') >= 0) {
            result = HEADER.matcher(result).replaceAll("$1$2" + HIDDEN);
            result = SPOKEN.matcher(result).replaceAll("$1" + HIDDEN);
        }
        return BEARER.matcher(result).replaceAll("$1" + HIDDEN);
    }

    /** Returns a stack trace without secrets, because messages of exceptions repeat texts. */
    public String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return redact(trace.toString());
    }

    /**
     * Returns a truncated text without its secrets. The last word is dropped, because the part that reveals a secret may be missing. A long text
     * without signs of addresses or assignments is shortened by the length of a secret.
     */
    public String redactCut(String text) {
        int end = text.length();
        while (end > 0 && !Character.isWhitespace(text.charAt(end - 1))) {
            end--;
        }
        String last = text.substring(end);
        boolean plain = last.length() > LONGEST_SECRET && last.chars().noneMatch(c -> c == ':' || c == '=' || c == '@');
        return redact(text.substring(0, plain ? text.length() - LONGEST_SECRET : end)) + "…";
    }

    /** Removes the user information of each address (RFC 3986 §3.2.1), even with characters that it must not have. */
    private static String addresses(String text) {
        StringBuilder result = new StringBuilder(text.length());
        int from = 0;
        for (int colon = text.indexOf("://"); colon >= 0; colon = text.indexOf("://", from)) {
            int begin = colon + 3;
            int end = endOfWord(text, begin);
            int at = userInformation(text.substring(begin, end));
            result.append(text, from, begin);
            from = begin;
            if (at >= 0) {
                result.append(HIDDEN);
                from = begin + at;
            }
        }
        return result.append(text, from, text.length()).toString();
    }

    private static int endOfWord(String text, int begin) {
        int end = begin;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end))) {
            end++;
        }
        return end;
    }

    /**
     * Returns where the user information ends in the text behind {@code ://}; -1 if there is none. A password may hold any of {@code @ / : # ?}, so
     * the last {@code @} counts, unless only a path holds one.
     */
    static int userInformation(String rest) {
        int last = rest.lastIndexOf('@');
        String authority = rest.replaceFirst("[/?#].*", "");
        if (last < 0) { // a port follows a host; the rest was cut off
            return authority.matches("[^\\[\\]:]+:.*[^0-9:,;.'\")>\\]].*") ? rest.length() : -1;
        }
        boolean plainHost = authority.matches("\\[[0-9A-Fa-f:.]+](:[0-9]{1,5})?|[A-Za-z0-9._-]+");
        return plainHost ? -1 : last;
    }

    /** Removes the values of {@code name=value} whose name is a secret's. */
    private static String assigned(String text) {
        StringBuilder result = new StringBuilder(text.length());
        int from = 0;
        for (int equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', Math.max(from, equals + 1))) {
            if (isSecretName(nameBefore(text, equals))) {
                result.append(text, from, equals + 1).append(HIDDEN);
                from = endOfValue(text, equals + 1);
            }
        }
        return result.append(text, from, text.length()).toString();
    }

    private static String nameBefore(String text, int equals) {
        int end = equals;
        while (end > 0
                && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '"' || text.charAt(end - 1) == '\'')) {
            end--;
        }
        int begin = end;
        while (begin > 0 && end - begin < 64 && isNameCharacter(text.charAt(begin - 1))) {
            begin--;
        }
        return text.substring(begin, end);
    }

    private static boolean isNameCharacter(char character) {
        return Character.isLetterOrDigit(character) || character == '_' || character == '-' || character == '.';
    }

    private static int endOfValue(String text, int begin) {
        int start = begin;
        while (start < text.length() && text.charAt(start) == ' ') {
            start++;
        }
        char quote = start < text.length() ? text.charAt(start) : ' ';
        int closing = quote == '"' || quote == '\'' ? text.indexOf(quote, start + 1) : -1;
        if (closing > 0) {
            return closing + 1;
        }
        int end = start;
        while (end < text.length() && !Character.isWhitespace(text.charAt(end)) && text.charAt(end) != '&') {
            end++;
        }
        return end;
    }

    /** Returns whether {@code name} is a secret's: {@code --rtsp-password}, {@code apiKey}, {@code STREAM_KEY}. */
    static boolean isSecretName(String name) {
        String words = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
        Matcher matcher = SECRET_NAME.matcher(words);
        return matcher.matches();
    }
}
