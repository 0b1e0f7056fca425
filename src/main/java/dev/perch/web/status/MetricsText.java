package dev.perch.web.status;

/** Writes Prometheus' text format, version 0.0.4: families of samples, each with help and type. */
final class MetricsText {
    private final StringBuilder text = new StringBuilder(8 << 10);
    private String family = "";

    /** Begins a family of values that rise and fall. */
    MetricsText gauge(String name, String help) {
        return family(name, "gauge", help);
    }

    /** Begins a family of counts that only rise. */
    MetricsText counter(String name, String help) {
        return family(name, "counter", help);
    }

    /** Begins a family of counts by upper bound. */
    MetricsText histogram(String name, String help) {
        return family(name, "histogram", help);
    }

    private MetricsText family(String name, String type, String help) {
        family = name;
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        return this;
    }

    /**
     * Adds a sample of the family.
     *
     * @param labels names and values alternating
     */
    MetricsText value(double value, String... labels) {
        return sample("", value, labels);
    }

    /** Adds a sample of the family with a whole number. */
    MetricsText value(long value, String... labels) {
        return value((double) value, labels);
    }

    /** Adds a sample of the family whose name has a suffix. */
    MetricsText sample(String ending, double value, String... labels) {
        text.append(family).append(ending);
        for (int i = 0; i + 1 < labels.length; i += 2) {
            text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"");
            escape(labels[i + 1]);
            text.append('"');
        }
        if (labels.length > 0) {
            text.append('}');
        }
        text.append(' ').append(number(value)).append('\n');
        return this;
    }

    private void escape(String label) {
        for (int i = 0; i < label.length(); i++) {
            char c = label.charAt(i);
            switch (c) {
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                case '\n' -> text.append("\\n");
                default -> text.append(c);
            }
        }
    }

    /** Returns a number in the format; a whole one without a fraction. */
    static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
        return whole ? Long.toString((long) value) : Double.toString(value);
    }

    /** Returns the whole text. */
    @Override
    public String toString() {
        return text.toString();
    }
}
