package dev.perch.app;

import dev.perch.access.Grants;
import dev.perch.access.UserFile;
import dev.perch.config.PerchConfig.ServerConfig;
import dev.perch.config.Redaction;
import dev.perch.config.SourceConfig;
import dev.perch.config.SourceWord;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The words of one command line, read once from left to right. */
final class CommandLineReader {
    private static final Set<String> OPTIONS = Set.of("--config", "--port", "--address");
    private static final Set<String> USER_OPTIONS = Set.of("--users", "--role");
    private static final List<String> COMMANDS =
            List.of("check", "list", "set", "register", "recordings", "user", "tls", "rehearse");

    private final List<String> words;
    private final Map<String, String> options = new HashMap<>();
    private @Nullable SourceConfig source;

    CommandLineReader(List<String> words) {
        this.words = words;
    }

    CommandLine read() {
        if (words.contains("--help") || words.contains("-h")) {
            return new CommandLine.Help();
        }
        if (words.contains("--version")) {
            return words.size() == 1
                    ? new CommandLine.Version()
                    : new CommandLine.Wrong("--version stands alone, found: " + String.join(" ", words));
        }
        try {
            return switch (words.isEmpty() ? "" : words.get(0)) {
                case "check" -> check();
                case "list" -> alone(new CommandLine.Devices());
                case "set" -> set();
                case "recordings" -> recordings();
                case "user" -> user();
                case "tls" -> tls();
                case "register" -> register();
                case "rehearse" -> alone(new CommandLine.Rehearse());
                default -> serve();
            };
        } catch (WordException e) {
            return new CommandLine.Wrong(e.sentence);
        }
    }

    private CommandLine check() throws WordException {
        if (words.size() != 2) {
            throw new WordException("check takes one file, such as: check conf/perch.yml");
        }
        return new CommandLine.Check(path(words.get(1)));
    }

    private CommandLine recordings() throws WordException {
        if (words.size() != 3 || !Set.of("check", "repair").contains(words.get(1))) {
            throw new WordException(
                    "recordings takes check or repair and a folder, such as: recordings check /var/lib/perch");
        }
        return new CommandLine.Recordings(path(words.get(2)), words.get(1).equals("repair"));
    }

    private CommandLine tls() throws WordException {
        String accepted =
                ", accepted: tls self-signed FOLDER [NAME…], such as: tls self-signed /etc/perch pi.local 192.168.1.5";
        if (words.size() < 3 || !words.get(1).equals("self-signed")) {
            throw new WordException("tls takes self-signed and a folder" + accepted);
        }
        List<String> names = words.subList(3, words.size());
        for (String name : names) {
            if (!ServerConfig.isAddress(name)) {
                throw new WordException("tls: found \"" + name + "\"" + accepted);
            }
        }
        return new CommandLine.SelfSigned(path(words.get(2)), names);
    }

    private CommandLine user() throws WordException {
        String accepted =
                ", accepted: user add|remove|list|password|sign-out [--users FILE] [--role ROLE] NAME, which has up to 64 of A to Z, a to z, 0 to 9 and behind the first . _ - @";
        Optional<CommandLine.User.What> what = Stream.of(CommandLine.User.What.values())
                .filter(each -> words.size() > 1 && each.word().equals(words.get(1)))
                .findFirst();
        if (what.isEmpty()) {
            throw new WordException("user: found \"" + (words.size() > 1 ? words.get(1) : "") + "\"" + accepted);
        }
        String name = "";
        for (Iterator<String> rest = words.subList(2, words.size()).iterator(); rest.hasNext(); ) {
            String word = rest.next();
            if (word.startsWith("-")) {
                option(word, rest, USER_OPTIONS);
            } else if (name.isEmpty() && word.matches(UserFile.NAME)) {
                name = word;
            } else {
                throw new WordException("user: found \"" + word + "\"" + accepted);
            }
        }
        boolean listed = what.get() == CommandLine.User.What.LIST;
        if (listed != name.isEmpty()) {
            throw new WordException(
                    "user " + what.get().word() + (listed ? " takes no name" : " takes a name") + accepted);
        }
        String role = options.get("--role");
        if (role != null && what.get() != CommandLine.User.What.ADD) {
            throw new WordException("--role: only user add takes it; remove the user and add it anew");
        }
        Grants grants = role == null
                ? UserCommand.viewer()
                : Grants.read(role)
                        .orElseThrow(() ->
                                new WordException("--role: found \"" + role + "\", accepted: " + Grants.ACCEPTED));
        String file = options.get("--users");
        return new CommandLine.User(what.get(), file == null ? null : path(file), name, grants);
    }

    private CommandLine set() throws WordException {
        Map<String, String> controls = new LinkedHashMap<>();
        String camera = "";
        for (Iterator<String> rest = words.subList(1, words.size()).iterator(); rest.hasNext(); ) {
            String word = rest.next();
            int equals = word.indexOf('=');
            if (word.equals("--port") || word.startsWith("--port=")) {
                option(word, rest);
            } else if (camera.isEmpty() && word.matches("[a-z0-9][a-z0-9-]*")) {
                camera = word;
            } else if (equals > 0 && !word.startsWith("-")) {
                controls.put(word.substring(0, equals), word.substring(equals + 1));
            } else {
                throw new WordException("set: found \"" + word + "\", accepted: set [--port N] CAMERA NAME=VALUE…");
            }
        }
        if (camera.isEmpty() || controls.isEmpty()) {
            throw new WordException("set takes a camera and what to set, such as: set front brightness=140");
        }
        return new CommandLine.Set(port().orElse(ServerConfig.defaults().port()), camera, controls);
    }

    private CommandLine register() throws WordException {
        String accepted =
                ", accepted: register [--port N] moonraker [URL], such as: register moonraker http://printer:7125";
        String service = "";
        Optional<URI> moonraker = Optional.empty();
        for (Iterator<String> rest = words.subList(1, words.size()).iterator(); rest.hasNext(); ) {
            String word = rest.next();
            if (word.equals("--port") || word.startsWith("--port=")) {
                option(word, rest);
            } else if (service.isEmpty() && word.equals("moonraker")) {
                service = word;
            } else if (!service.isEmpty() && word.matches("https?://[A-Za-z0-9.\\[\\]:-]+/?")) {
                moonraker = Optional.of(URI.create(word));
            } else {
                throw new WordException("register: found \"" + word + "\"" + accepted);
            }
        }
        if (service.isEmpty()) {
            throw new WordException("register: nothing says with what" + accepted);
        }
        return new CommandLine.Register(port().orElse(ServerConfig.defaults().port()), moonraker);
    }

    private CommandLine alone(CommandLine command) throws WordException {
        if (words.size() != 1) {
            throw new WordException(words.get(0) + " takes no more words, found: " + words.get(1));
        }
        return command;
    }

    private CommandLine serve() throws WordException {
        for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
            String word = rest.next();
            if (word.startsWith("-")) {
                option(word, rest);
            } else {
                source(word);
            }
        }
        String config = options.get("--config");
        return new CommandLine.Serve(config == null ? null : path(config), port(), address(), source);
    }

    /** Reads {@code --name value} or {@code --name=value}. */
    private void option(String word, Iterator<String> rest) throws WordException {
        option(word, rest, OPTIONS);
    }

    private void option(String word, Iterator<String> rest, Set<String> known) throws WordException {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        if (!known.contains(name)) {
            throw new WordException("unknown option " + name + ", accepted: "
                    + (known.contains("--role")
                            ? "--users FILE, --role ROLE"
                            : "--config FILE, --port N, --address A, --version, --help"));
        }
        if (equals < 0 && !rest.hasNext()) {
            throw new WordException(name + " needs a value behind it");
        }
        if (options.put(name, equals < 0 ? rest.next() : word.substring(equals + 1)) != null) {
            throw new WordException(name + " is given twice");
        }
    }

    private void source(String word) throws WordException {
        if (source != null) {
            throw new WordException("one source only, found " + source + " and " + word
                    + "; several cameras are named in a configuration file");
        }
        source = SourceWord.read(word).orElseThrow(() -> new WordException(refusal(word)));
    }

    private static String refusal(String word) {
        if (COMMANDS.contains(word)) {
            return "\"" + word + "\" is a command, and stands first: " + word
                    + " [OPTION…]; --help tells what it takes";
        }
        String accepted = SourceWord.accepted(word);
        return word.contains("://")
                ? "\"" + word + "\" is no address that is read, accepted: " + accepted
                : "\"" + word + "\" is neither a source (" + accepted + ") nor a command ("
                        + String.join(", ", COMMANDS.subList(0, COMMANDS.size() - 1)) + ")";
    }

    private OptionalInt port() throws WordException {
        String text = options.get("--port");
        if (text == null) {
            return OptionalInt.empty();
        }
        if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > 65535) {
            throw new WordException(
                    "--port: found \"" + text + "\", accepted: a whole number from 0 to 65535 (0: any free port)");
        }
        return OptionalInt.of(Integer.parseInt(text));
    }

    private @Nullable String address() throws WordException {
        String text = options.get("--address");
        if (text != null && !ServerConfig.isAddress(text)) {
            throw new WordException("--address: found \"" + text
                    + "\", accepted: an IP address or a host name, without port, such as 0.0.0.0 or 127.0.0.1");
        }
        return text;
    }

    private static Path path(String text) throws WordException {
        if (text.isEmpty()) {
            throw new WordException("a file's name is empty");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new WordException("\"" + text + "\" is no path");
        }
    }

    /** Ends the reading with a sentence for the user. */
    private static final class WordException extends Exception {
        private final String sentence;

        WordException(String sentence) {
            super(sentence);
            this.sentence = Redaction.general().redact(sentence);
        }
    }
}
