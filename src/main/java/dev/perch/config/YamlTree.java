package dev.perch.config;

import java.util.Objects;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ParserException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlVersionException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Parses text into YAML nodes, each with its line and column. Follows aliases, within bounds. Does not guess types: a scalar is its text.
 */
final class YamlTree {
    /** The file has four levels; the composer recurses for each level, so the depth limits its stack. */
    private static final int MAX_DEPTH = 16;

    private YamlTree() {}

    /** Returns the root node; empty if the text has only comments. */
    static Optional<Node> compose(String file, String text) throws ConfigException {
        refuseUnprintable(file, text);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file)
                .setUseMarks(true)
                .setAllowNonScalarKeys(true) // refused later, with their place among all problems
                .build();
        StreamReader reader = new StreamReader(settings, text);
        Parser parser = new ParserImpl(settings, reader);
        try {
            return new Composer(settings, new ShallowParser(parser)).getSingleNode();
        } catch (MarkedYamlEngineException e) {
            throw syntax(file, e);
        } catch (YamlVersionException e) {
            Problems problems = new Problems(file);
            problems.whole("not YAML: the directive %YAML asks for another version, accepted: 1.2");
            throw problems.exception();
        } catch (IllegalArgumentException e) { // thrown by snakeyaml-engine for "\x at the end of the text
            Problems problems = new Problems(file);
            problems.at(reader.getMark().orElseThrow(), "not YAML: found an escape or a number that is incomplete");
            throw problems.exception();
        } catch (YamlEngineException e) {
            Problems problems = new Problems(file);
            problems.whole("not YAML: " + Text.oneLine(String.valueOf(e.getMessage())));
            throw problems.exception();
        }
    }

    private static ConfigException syntax(String file, MarkedYamlEngineException e) {
        Problems problems = new Problems(file);
        String context = Text.oneLine(Objects.requireNonNullElse(e.getContext(), ""));
        String message = "not YAML: " + Text.oneLine(String.valueOf(e.getProblem()))
                + (context.isEmpty() ? "" : " (" + context + ")");
        e.getProblemMark()
                .or(e::getContextMark)
                .ifPresentOrElse(mark -> problems.at(mark, message), () -> problems.whole(message));
        return problems.exception();
    }

    /** Refuses characters that are not printable (YAML 1.2 §5.1). The parser's own error has no line. */
    private static void refuseUnprintable(String file, String text) throws ConfigException {
        int line = 1;
        int column = 1;
        int previous = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(previous)) {
            int character = text.codePointAt(i);
            if (!StreamReader.isPrintable(character)) {
                Problems problems = new Problems(file);
                problems.at(line, column, "not YAML: the character %s is not printable".formatted(Text.hex(character)));
                throw problems.exception();
            }
            boolean lineEnds = character == '\r' || character == '\n';
            boolean secondOfPair = character == '\n' && previous == '\r';
            line += lineEnds && !secondOfPair ? 1 : 0;
            column = lineEnds ? 1 : column + 1;
            previous = character;
        }
    }

    /** Refuses nodes deeper than {@link #MAX_DEPTH}. */
    private static final class ShallowParser implements Parser {
        private final Parser parser;
        private int depth;

        ShallowParser(Parser parser) {
            this.parser = parser;
        }

        @Override
        public boolean hasNext() {
            return parser.hasNext();
        }

        @Override
        public boolean checkEvent(Event.ID choice) {
            return parser.checkEvent(choice);
        }

        @Override
        public Event peekEvent() {
            return parser.peekEvent();
        }

        @Override
        public Event next() {
            Event event = parser.next();
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > MAX_DEPTH) {
                throw new ParserException("nested deeper than " + MAX_DEPTH + " levels", event.getStartMark());
            }
            return event;
        }
    }
}
