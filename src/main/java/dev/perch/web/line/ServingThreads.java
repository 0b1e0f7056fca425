package dev.perch.web.line;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.tomcat.util.net.AbstractEndpoint;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * The two threads of each NIO connector of Tomcat without which it serves nobody: one accepts connections, one waits for events. An Error, most often
 * of a full heap, ends such a thread, and Tomcat neither starts another one nor reports it. Used by one thread at a time.
 */
final class ServingThreads {
    private static final System.Logger LOG = System.getLogger(ServingThreads.class.getName());

    /** The roles in the threads' names, which org.apache.tomcat.util.net.NioEndpoint appends to its own name. */
    private static final List<String> ROLES = List.of("-Acceptor", "-Poller");

    /** The checks that a machine busy with its start may need until a thread has begun. */
    private static final int LOOKS_AT_THE_START = 5;

    private final List<AbstractEndpoint<?, ?>> endpoints;
    private final Map<String, @Nullable Thread> seen = new HashMap<>();
    private final Map<String, Integer> absent = new HashMap<>(); // for how many checks
    private final Set<String> begun = new HashSet<>(); // the names whose thread was seen
    private String told = "";

    ServingThreads(List<AbstractEndpoint<?, ?>> endpoints) {
        this.endpoints = endpoints;
    }

    /** Returns which thread has ended while its connector runs, as a sentence, which is logged once; empty if none has. */
    String missing() {
        String missing = "";
        for (AbstractEndpoint<?, ?> endpoint : endpoints) {
            for (String role : ROLES) {
                if (endpoint instanceof NioEndpoint && endpoint.isRunning() && ended(endpoint.getName() + role)) {
                    missing = "Tomcat's thread " + endpoint.getName() + role
                            + " has ended, and no other takes its place: nobody is served at port "
                            + endpoint.getLocalPort() + " until Tomcat is started again.";
                }
            }
        }
        if (!missing.isEmpty() && !missing.equals(told)) {
            LOG.log(Level.ERROR, missing);
        }
        told = missing;
        return missing;
    }

    /**
     * Returns whether the thread was missing at this check and the one before or, if it was never seen, at many: a connector that has just begun may
     * be about to start it.
     */
    private boolean ended(String name) {
        Thread known = seen.get(name);
        if (known == null || !known.isAlive()) {
            known = running(name).orElse(null);
            seen.put(name, known);
        }
        if (known != null) {
            begun.add(name);
        }
        int looks = known == null ? absent.getOrDefault(name, 0) + 1 : 0;
        absent.put(name, looks);
        return looks > (begun.contains(name) ? 1 : LOOKS_AT_THE_START);
    }

    private static Optional<Thread> running(String name) {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] all = new Thread[root.activeCount() + 16];
        int count = root.enumerate(all);
        for (int i = 0; i < count; i++) {
            if (all[i].getName().equals(name)) {
                return Optional.of(all[i]);
            }
        }
        return Optional.empty();
    }
}
