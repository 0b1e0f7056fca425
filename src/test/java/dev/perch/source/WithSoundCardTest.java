package dev.perch.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What stands between a camera and its source passes everything on. */
class WithSoundCardTest {
    private static Set<String> methods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> missing(Class<?> all, Class<?> some) {
        Set<String> missing = methods(all);
        missing.removeAll(methods(some));
        return missing;
    }

    /** A method that is added to the interface with a default has to be added here too. */
    @Test
    void eachMethodOfTheSource_andOfItsOutput_isPassedOn() {
        assertEquals(Set.of(), missing(Source.class, WithSoundCard.class));
        assertEquals(Set.of(), missing(SourceOutput.class, ForwardingOutput.class));
    }
}
