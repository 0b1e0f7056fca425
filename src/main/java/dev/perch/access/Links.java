package dev.perch.access;

import dev.perch.config.AddressRange;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.function.LongSupplier;

/**
 * Signed links: whoever has one sees a camera without a name, until the link expires or is revoked. A link's token states its purpose and is signed,
 * and valid links are listed. The list is in a file, or ends with the program. Safe from any thread.
 */
public final class Links {
    private static final System.Logger LOG = System.getLogger(Links.class.getName());

    /** The actions that a link may allow. */
    private static final Set<Action> POSSIBLE = EnumSet.of(Action.WATCH, Action.LISTEN, Action.REPLAY, Action.EXPORT);

    private static final int MOST = 500;
    private static final int LONGEST_TOKEN = 400;
    private static final int ID_BYTES = 9;

    private final Optional<Path> file;
    private final LongSupplier seconds;
    private Signer signer = new Signer(Signer.secret()); // guarded by this, like the next two
    private String secret = "";
    private final Map<String, Link> listed = new LinkedHashMap<>();

    /**
     * One link.
     *
     * @param endSeconds since 1970
     * @param address the only origin from which it is valid; empty for any
     */
    public record Link(String id, long endSeconds, String camera, Set<Action> actions, String address) {
        public Link {
            actions = Set.copyOf(actions);
        }

        /** Returns the text to sign. */
        private String text() {
            String place =
                    Base64.getUrlEncoder().withoutPadding().encodeToString(address.getBytes(StandardCharsets.UTF_8));
            return id + "." + endSeconds + "." + camera + "." + words() + "." + (place.isEmpty() ? "-" : place);
        }

        /** Returns the names of the actions, separated by hyphens. */
        public String words() {
            return String.join("-", actions.stream().sorted().map(Action::word).toList());
        }
    }

    /** Thrown when there are too many links at once; the message is a sentence. */
    public static final class FullException extends Exception {
        private static final long serialVersionUID = 1;

        FullException() {
            super("There are " + MOST + " links already: take one back, or wait for the end of one.");
        }
    }

    /**
     * Creates the list.
     *
     * @param file stores the links; empty if they end with the program
     */
    Links(Optional<Path> file) {
        this(file, () -> System.currentTimeMillis() / 1000);
    }

    Links(Optional<Path> file, LongSupplier seconds) {
        this.file = file;
        this.seconds = seconds;
        file.ifPresentOrElse(this::load, () -> secret(Signer.secret()));
    }

    private synchronized void secret(String text) {
        secret = text;
        signer = new Signer(text);
    }

    /** Returns whether links outlive the program. */
    public boolean kept() {
        return file.isPresent();
    }

    /** Returns the actions of these names; empty if one is not an action that a link may allow. */
    public static Optional<Set<Action>> actions(List<String> words) {
        Set<Action> actions = EnumSet.noneOf(Action.class);
        for (String word : words) {
            Optional<Action> action =
                    POSSIBLE.stream().filter(each -> each.word().equals(word)).findFirst();
            if (action.isEmpty()) {
                return Optional.empty();
            }
            actions.add(action.get());
        }
        boolean nothingToHear = actions.isEmpty() || actions.equals(EnumSet.of(Action.LISTEN));
        return nothingToHear ? Optional.empty() : Optional.of(actions);
    }

    /**
     * Creates a link that is valid for {@code lastsSeconds}.
     *
     * @throws FullException if there are too many
     * @throws IOException if it cannot be stored
     */
    public synchronized Link make(String camera, Set<Action> actions, Optional<AddressRange> address, long lastsSeconds)
            throws FullException, IOException {
        forgetEnded();
        if (listed.size() >= MOST) {
            throw new FullException();
        }
        Link link = new Link(
                Signer.random(ID_BYTES),
                seconds.getAsLong() + lastsSeconds,
                camera,
                actions,
                address.map(AddressRange::toString).orElse(""));
        listed.put(link.id(), link);
        save();
        return link;
    }

    /** Returns the token for {@code link}, to be used in addresses. */
    public synchronized String token(Link link) {
        return link.text() + "." + signer.sign(link.text());
    }

    /** Returns the valid links to {@code camera}, the one that expires first in front. */
    public synchronized List<Link> of(String camera) {
        forgetEnded();
        return listed.values().stream()
                .filter(link -> link.camera().equals(camera))
                .sorted(Comparator.comparingLong(Link::endSeconds))
                .toList();
    }

    /**
     * Revokes a link. Returns false if {@code camera} has none of this id.
     *
     * @throws IOException if the change cannot be stored
     */
    public synchronized boolean revoke(String camera, String id) throws IOException {
        Link link = listed.get(id);
        if (link == null || !link.camera().equals(camera)) {
            return false;
        }
        listed.remove(id);
        save();
        return true;
    }

    private void forgetEnded() {
        long now = seconds.getAsLong();
        listed.values().removeIf(link -> link.endSeconds() <= now);
    }

    /** Returns whether {@code token} allows {@code caller} to do {@code action} with {@code camera}; empty for the program as a whole. */
    synchronized boolean allows(String token, Caller caller, Action action, Optional<String> camera) {
        int dot = token.lastIndexOf('.');
        if (dot < 0
                || token.length() > LONGEST_TOKEN
                || !signer.signed(token.substring(0, dot), token.substring(dot + 1))) {
            return false;
        }
        Link link = listed.get(token.substring(0, token.indexOf('.')));
        if (link == null || !link.text().equals(token.substring(0, dot)) || link.endSeconds() <= seconds.getAsLong()) {
            return false;
        }
        boolean figures = action == Action.METRICS && link.actions().contains(Action.WATCH);
        boolean here = camera.isEmpty() ? figures : camera.get().equals(link.camera());
        return here && (figures || link.actions().contains(action)) && fromThere(link.address(), caller);
    }

    private static boolean fromThere(String range, Caller caller) {
        return range.isEmpty()
                || AddressRange.of(range)
                        .filter(known ->
                                caller.address().filter(known::contains).isPresent()
                                        && caller.told().stream().allMatch(known::contains))
                        .isPresent();
    }

    /** Returns the camera in a token, valid or not; empty if it names none. */
    static Optional<String> cameraOf(String token) {
        StringTokenizer words = new StringTokenizer(token, ".");
        if (words.countTokens() != 6) {
            return Optional.empty();
        }
        words.nextToken();
        words.nextToken();
        return Optional.of(words.nextToken());
    }

    // ---- the file: a line with the secret, one for each link

    private synchronized void load(Path from) {
        secret(Signer.secret());
        try {
            for (String line : Files.readAllLines(from)) {
                StringTokenizer words = new StringTokenizer(line);
                if (words.countTokens() == 2 && words.nextToken().equals("secret")) {
                    secret(words.nextToken());
                } else if (words.countTokens() == 5) {
                    read(words).ifPresent(link -> listed.put(link.id(), link));
                }
            }
        } catch (NoSuchFileException none) {
            LOG.log(Level.DEBUG, "no links yet", none);
        } catch (IOException unreadable) {
            LOG.log(
                    Level.ERROR,
                    "The links that were made before do not count: " + from + " cannot be read: " + unreadable);
        }
    }

    private static Optional<Link> read(StringTokenizer words) {
        String id = words.nextToken();
        String end = words.nextToken();
        String camera = words.nextToken();
        List<String> actions = new ArrayList<>();
        new StringTokenizer(words.nextToken(), "-").asIterator().forEachRemaining(word -> actions.add(word.toString()));
        String address = words.nextToken();
        return end.matches("[0-9]{1,12}")
                ? actions(actions)
                        .map(known ->
                                new Link(id, Long.parseLong(end), camera, known, address.equals("-") ? "" : address))
                : Optional.empty();
    }

    private void save() throws IOException {
        if (file.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder("secret ").append(secret).append('\n');
        for (Link link : listed.values()) {
            text.append(link.id())
                    .append(' ')
                    .append(link.endSeconds())
                    .append(' ')
                    .append(link.camera())
                    .append(' ')
                    .append(link.words())
                    .append(' ')
                    .append(link.address().isEmpty() ? "-" : link.address())
                    .append('\n');
        }
        PrivateFile.write(file.get(), text.toString().getBytes(StandardCharsets.UTF_8));
    }
}
