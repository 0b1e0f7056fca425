package dev.perch.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSearchTest {
    @TempDir
    Path directory = Path.of("");

    private Path option = Path.of("");
    private Path variable = Path.of("");
    private Path parameter = Path.of("");
    private Path base = Path.of("");
    private Path system = Path.of("");

    @BeforeEach
    void writeAllFiles() throws IOException {
        option = write("option.yml", 1);
        variable = write("variable.yml", 2);
        parameter = write("parameter.yml", 3);
        base = directory.resolve("tomcat");
        write("tomcat/conf/perch.yml", 4);
        system = write("etc/perch.yml", 5);
    }

    @Test
    void load_allThere_optionWins() throws ConfigException {
        assertEquals(1, port(search(option, variable.toString(), parameter.toString())));
    }

    @Test
    void load_noOption_variableWins() throws ConfigException {
        assertEquals(2, port(search(null, variable.toString(), parameter.toString())));
    }

    @Test
    void load_emptyVariable_contextParameterWins() throws ConfigException {
        assertEquals(3, port(search(null, "", parameter.toString())));
    }

    @Test
    void load_relativeContextParameter_isUnderTomcatsBase() throws ConfigException {
        assertEquals(4, port(search(null, "", "conf/perch.yml")));
    }

    @Test
    void load_nothingNamed_tomcatsBaseThenTheSystemWins() throws ConfigException, IOException {
        assertEquals(4, port(search(null, "", null)));
        Files.delete(base.resolve("conf/perch.yml"));
        assertEquals(5, port(search(null, "", null)));
        Files.delete(system);
        assertEquals(Optional.empty(), search(null, "", null).find());
        assertEquals(PerchConfig.defaults(), search(null, "", null).load());
    }

    @Test
    void alone_catalinaBase_isThatOfTheEnvironment() throws ConfigException {
        ConfigSearch search = ConfigSearch.alone(null, Map.of("CATALINA_BASE", base.toString()));
        assertEquals(Optional.of(base.resolve("conf/perch.yml")), search.find());
    }

    @Test
    void find_namedFileAbsent_saysWhoNamedIt() {
        Path absent = directory.resolve("absent.yml");
        assertEquals(absent + ": does not exist (named by --config)", refusal(search(absent, "", null)));
        assertEquals(
                absent + ": does not exist (named by the environment variable PERCH_CONFIG)",
                refusal(search(null, absent.toString(), null)));
        assertEquals(
                absent + ": does not exist (named by the context parameter dev.perch.config)",
                refusal(search(null, "", absent.toString())));
    }

    @Test
    void find_namedFileUnusable_saysWhy() {
        assertEquals(
                directory + ": is a directory, not a file (named by --config)", refusal(search(directory, "", null)));
        assertEquals(
                "a<U+0000>b: is no path (named by the environment variable PERCH_CONFIG)",
                refusal(search(null, "a\0b", null)));
    }

    private ConfigSearch search(@Nullable Path named, String inEnvironment, @Nullable String inContext) {
        return new ConfigSearch(named, Map.of("PERCH_CONFIG", inEnvironment), inContext, base, system);
    }

    private static String refusal(ConfigSearch search) {
        return String.valueOf(assertThrows(ConfigException.class, search::find).getMessage());
    }

    private static int port(ConfigSearch search) throws ConfigException {
        return search.load().server().port();
    }

    private Path write(String name, int port) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, "server: { port: " + port + " }");
    }
}
