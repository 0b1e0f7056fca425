package dev.perch.app;

import dev.perch.guest.Guest;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/** Sees whether class loaders are collected. */
final class LoaderWatch {
    private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

    void add(ClassLoader loader) {
        if (loaders.stream().noneMatch(each -> each.get() == loader)) {
            loaders.add(new WeakReference<>(loader));
        }
    }

    int seen() {
        return loaders.size();
    }

    /**
     * Waits until none is left.
     *
     * @param each done before each look
     */
    void awaitNone(Runnable each) {
        Guest.await("the end of the class loaders", () -> {
            each.run();
            System.gc();
            return loaders.stream().allMatch(loader -> loader.get() == null);
        });
    }
}
