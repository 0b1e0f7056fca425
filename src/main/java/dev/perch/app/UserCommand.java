package dev.perch.app;

import dev.perch.access.Grants;
import dev.perch.access.UserFile;
import dev.perch.config.AccessConfig;
import dev.perch.config.ConfigException;
import dev.perch.config.ConfigSearch;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** {@code user add|remove|list|password|sign-out}: edits the file of users. A running Perch reads it again by itself. */
final class UserCommand {
    private static final int SHORTEST_PASSWORD = 8;
    private static final int LONGEST_PASSWORD = 256;

    private final InputStream in;
    private final PrintStream out;

    private UserCommand(InputStream in, PrintStream out) {
        this.in = in;
        this.out = out;
    }

    /** Ends the command with a sentence. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        RefusedException(String sentence) {
            super(sentence);
        }
    }

    /**
     * Executes the command.
     *
     * @param in gives the password if there is no terminal: one line
     * @return the process's exit status: 0 done, 1 not
     */
    static int run(
            CommandLine.User line, Map<String, String> environment, InputStream in, PrintStream out, PrintStream err) {
        try {
            Path file = line.file() == null ? configured(environment) : line.file();
            new UserCommand(in, out).run(line, file);
            return 0;
        } catch (ConfigException wrong) {
            wrong.problems().forEach(err::println);
        } catch (RefusedException refused) {
            err.println("perch: " + refused.getMessage());
        } catch (UserFile.RefusedException refused) {
            err.println("perch: " + refused.getMessage());
        } catch (IOException failed) {
            err.println("perch: the file of users cannot be used: " + failed);
        }
        return 1;
    }

    /** Returns the configured file. */
    private static Path configured(Map<String, String> environment) throws ConfigException, RefusedException {
        return ConfigSearch.alone(null, environment)
                .load(null)
                .access()
                .flatMap(AccessConfig::users)
                .orElseThrow(
                        () -> new RefusedException(
                                "no file of users is configured: access: {users: /etc/perch/users} in perch.yml names it, or --users FILE here"));
    }

    private void run(CommandLine.User line, Path file) throws IOException, RefusedException {
        UserFile before = Files.exists(file) ? UserFile.read(file) : UserFile.empty();
        if (before.secret().isEmpty()) { // a file written by hand
            before = new UserFile(UserFile.empty().secret(), before.users());
        }
        Optional<UserFile.User> known = Optional.ofNullable(before.users().get(line.name()));
        switch (line.what()) {
            case LIST -> list(before);
            case ADD -> {
                if (known.isPresent()) {
                    throw new RefusedException(
                            "there is a user " + line.name() + " already; user password changes the password");
                }
                before.with(UserFile.User.of(line.name(), 1, line.grants(), password()))
                        .write(file);
            }
            case PASSWORD -> {
                UserFile.User user = known.orElseThrow(() -> unknown(line.name(), file));
                before.with(UserFile.User.of(user.name(), user.number() + 1, user.grants(), password()))
                        .write(file);
            }
            case SIGN_OUT -> {
                UserFile.User user = known.orElseThrow(() -> unknown(line.name(), file));
                before.with(new UserFile.User(user.name(), user.number() + 1, user.grants(), user.password()))
                        .write(file);
            }
            case REMOVE -> {
                UserFile.User user = known.orElseThrow(() -> unknown(line.name(), file));
                before.without(user.name()).write(file);
            }
        }
    }

    private static RefusedException unknown(String name, Path file) {
        return new RefusedException("there is no user " + name + " in " + file + "; user list names them");
    }

    private void list(UserFile file) {
        file.users().values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(user -> out.println(user.name() + "\t" + user.grants()));
    }

    /** Returns whether somebody types there. Java 22 and later can tell; older versions have a console only then. */
    private static boolean terminal(Console console) {
        try {
            return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
        } catch (ReflectiveOperationException older) {
            return true;
        }
    }

    /** Returns the password, which a terminal asks for twice without showing it. */
    @SuppressWarnings("SystemConsoleNull") // a newer JVM's console may be no terminal, which is asked
    private String password() throws IOException, RefusedException {
        Console console = System.console();
        String password;
        if (console == null || !terminal(console)) {
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            String line = lines.readLine();
            password = line == null ? "" : line;
        } else {
            char[] first = console.readPassword("Password: ");
            char[] second = console.readPassword("Once more: ");
            if (first == null || !Arrays.equals(first, second)) {
                throw new RefusedException("the two are not the same; nothing is changed");
            }
            password = new String(first);
        }
        if (password.length() < SHORTEST_PASSWORD || password.length() > LONGEST_PASSWORD) {
            throw new RefusedException("a password has " + SHORTEST_PASSWORD + " to " + LONGEST_PASSWORD
                    + " characters; without a terminal it is the first line of the input");
        }
        return password;
    }

    /** Returns the default roles. */
    static Grants viewer() {
        return Grants.read("viewer").orElseThrow();
    }
}
