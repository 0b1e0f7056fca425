package dev.perch.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Who is let in by the address that they come from: a list of rules, of which the first that names the address counts. Whom no rule names is refused
 * as soon as one rule allows anybody; a list that only denies says nothing of the others.
 */
public record AddressRules(List<Rule> rules) {
    public AddressRules {
        rules = List.copyOf(rules);
    }

    /**
     * One line of the list.
     *
     * @param allows false: it denies
     * @param all whether it names every address, also one that is not known
     * @param ranges the addresses that it names, where it does not name all
     */
    public record Rule(boolean allows, boolean all, List<AddressRange> ranges) {
        public Rule {
            ranges = List.copyOf(ranges);
        }

        private boolean names(Optional<InetAddress> address) {
            return all || (address.isPresent() && ranges.stream().anyMatch(range -> range.contains(address.get())));
        }
    }

    /** The answer of the list. */
    public enum Word {
        ALLOWED,
        DENIED,
        /** The list says nothing of the address. */
        SILENT
    }

    /** Returns what the list says of {@code address}; empty: it is not known. */
    public Word of(Optional<InetAddress> address) {
        for (Rule rule : rules) {
            if (rule.names(address)) {
                return rule.allows() ? Word.ALLOWED : Word.DENIED;
            }
        }
        return rules.stream().anyMatch(Rule::allows) ? Word.DENIED : Word.SILENT;
    }
}
