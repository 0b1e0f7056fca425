package dev.perch.app;

import dev.perch.config.ConfigException;
import dev.perch.config.ConfigSearch;
import dev.perch.config.PerchConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the program when the web application starts and ends it when it stops, in a stock Tomcat and in the embedded one. */
public final class PerchListener implements ServletContextListener {
    /** The context attribute by which the command line hands its configuration over; without it the files are searched. */
    static final String CONFIG_ATTRIBUTE = "dev.perch.config";

    private static final Logger LOG = System.getLogger(PerchListener.class.getName());

    /** A thread waits for nothing by then but its turn on a busy machine. */
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
        if (program != null) {
            program.close();
            program = null;
            awaitLastThreads();
        }
    }

    /** A thread that has said its last word takes a moment to end, and Tomcat looks for threads that are left as soon as this returns. */
    private static void awaitLastThreads() {
        ClassLoader ours = Thread.currentThread().getContextClassLoader();
        long endNanos = System.nanoTime() + LAST_THREADS_NANOS;
        try {
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                long leftMillis = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
                if (thread != Thread.currentThread() && thread.getContextClassLoader() == ours && leftMillis > 0) {
                    thread.join(leftMillis);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
