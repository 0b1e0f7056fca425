package dev.perch.app;

import dev.perch.config.ConfigException;
import dev.perch.config.ConfigSearch;
import dev.perch.config.PerchConfig;
import dev.perch.v4l2.NativeBindings;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Creates the program when the web application starts and ends it when it stops, in a stock Tomcat and in the embedded one. */
public final class PerchListener implements ServletContextListener {
    /** The context attribute in which the command line passes its configuration; without it the files are searched. */
    static final String CONFIG_ATTRIBUTE = "dev.perch.config";

    private static final Logger LOG = System.getLogger(PerchListener.class.getName());

    /** The beginning of the names of this program's threads. Other threads that began within it, such as the JDK's timer for NIO2, stay. */
    private static final String OWN_THREADS = "perch-";

    /** By then a thread waits only for its turn on a busy machine. */
    private static final long LAST_THREADS_NANOS = 3_000_000_000L;

    private @Nullable Program program;

    @Override
    public void contextInitialized(ServletContextEvent event) {
        ServletContext context = event.getServletContext();
        try {
            program = Program.start(config(context), context);
        } catch (ConfigException e) {
            e.problems().forEach(problem -> LOG.log(Level.ERROR, problem.toString()));
            RefusalServlet.register(context, String.valueOf(e.getMessage()));
        }
    }

    private static PerchConfig config(ServletContext context) throws ConfigException {
        if (context.getAttribute(CONFIG_ATTRIBUTE) instanceof PerchConfig config) {
            return config;
        }
        String catalinaBase = System.getProperty("catalina.base");
        return ConfigSearch.inTomcat(
                        context.getInitParameter(ConfigSearch.CONTEXT_PARAMETER),
                        System.getenv(),
                        catalinaBase == null ? null : Path.of(catalinaBase))
                .load();
    }

    @Override
    public void contextDestroyed(ServletContextEvent event) {
        boolean over = true;
        if (program != null) {
            program.close();
            program = null;
            over = awaitLastThreads();
        }
        // with java -jar, the classes end with the process
        if (PerchListener.class.getClassLoader() == event.getServletContext().getClassLoader()) {
            letGo(over);
        }
    }

    /**
     * Waits for the program's threads to end, because Tomcat looks for remaining threads as soon as this returns. Those that wait for the program's
     * end ({@code exit-…}) do not count: waiting for each other would delay the process by seconds.
     *
     * @return whether all have ended
     */
    private static boolean awaitLastThreads() {
        ClassLoader ours = Thread.currentThread().getContextClassLoader();
        long endNanos = System.nanoTime() + LAST_THREADS_NANOS;
        boolean over = true;
        try {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                boolean own = thread.getName().startsWith(OWN_THREADS) && thread.getContextClassLoader() == ours;
                if (own && thread != Thread.currentThread()) {
                    long leftNanos = endNanos - System.nanoTime();
                    thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
                    over &= !thread.isAlive();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            over = false;
        }
        return over;
    }

    /** Releases everything outside that holds this web application's classes. */
    private static void letGo(boolean threadsOver) {
        if (threadsOver) {
            NativeBindings.undo();
        } else {
            LOG.log(
                    Level.WARNING,
                    "a thread has not ended, perhaps in a driver: this version's memory is not given back");
        }
        ForeignThreads.release(
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !thread.getName().startsWith(OWN_THREADS))
                        .toList(),
                PerchListener.class.getClassLoader());
        RecordMethods.forget(ServletContext.class);
    }
}
