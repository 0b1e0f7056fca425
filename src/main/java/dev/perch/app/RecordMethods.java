package dev.perch.app;

import java.lang.System.Logger.Level;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.runtime.ObjectMethods;
import java.util.List;

/**
 * The JDK's generator of {@code equals}, {@code hashCode} and {@code toString} for records. Its constants keep the type that they were last adapted
 * to ({@code MethodHandle.asTypeCache}), and with it the class loader of the last record, as long as the JVM runs.
 */
final class RecordMethods {
    private static final System.Logger LOG = System.getLogger(RecordMethods.class.getName());

    private RecordMethods() {}

    /**
     * Makes the JDK forget this program's records, by generating methods once more as for a record with one component.
     *
     * @param outside remembered instead: a class whose loader stays. It must be the container's, not the JDK's: later JDKs remember the last of their
     *     own classes separately.
     */
    static void forget(Class<?> outside) {
        MethodHandle component = MethodHandles.identity(outside);
        try {
            for (MethodType method : List.of(
                    MethodType.methodType(boolean.class, outside, Object.class),
                    MethodType.methodType(int.class, outside),
                    MethodType.methodType(String.class, outside))) {
                ObjectMethods.bootstrap(MethodHandles.lookup(), name(method), method, outside, "it", component);
            }
        } catch (Throwable refused) { // as the method declares it
            LOG.log(Level.DEBUG, "the JDK may remember a record of this version", refused);
        }
    }

    private static String name(MethodType method) {
        Class<?> returned = method.returnType();
        return returned == boolean.class ? "equals" : returned == int.class ? "hashCode" : "toString";
    }
}
