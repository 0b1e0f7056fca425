package dev.perch.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A list of rules about addresses, of which the first that matches counts. If any rule allows, an address that no rule matches is denied; a list that
 * only denies says nothing about other addresses.
 */
public record AddressRules(List<Rule> rules) {
    public AddressRules {
        rules = List.copyOf(rules);
    }

    /**
     * One rule of the list.
     *
     * @param allows true to allow, false to deny
     * @param all whether it matches every address, known or not
     * @param ranges the addresses that it matches, unless it matches all
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
        /** The list says nothing about the address. */
        SILENT
    }

    /** Returns the list's answer for {@code address}; an empty one is unknown. */
    public Word of(Optional<InetAddress> address) {
        for (Rule rule : rules) {
            if (rule.names(address)) {
                return rule.allows() ? Word.ALLOWED : Word.DENIED;
            }
        }
        return rules.stream().anyMatch(Rule::allows) ? Word.DENIED : Word.SILENT;
    }
}
