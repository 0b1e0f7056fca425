package dev.perch.web.login;

import dev.perch.web.answer.PlainPage;
import dev.perch.web.line.Headers;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** The login page: a form without a script. */
final class LoginPage {
    private static final String STYLE = PlainPage.STYLE
            + "h1{font-size:1.5rem;margin:0 0 1rem}form{display:grid;gap:.25rem;width:min(20rem,85vw)}"
            + "input,button{font:inherit;padding:.6rem .75rem;border-radius:.4rem;border:1px solid #6b7b80;background:#fff;color:inherit}"
            + "button{margin-top:1rem;background:#1f6b7a;border-color:#1f6b7a;color:#fff}"
            + "input:focus-visible,button:focus-visible{outline:3px solid #e0a526;outline-offset:2px}"
            + "label{margin-top:.5rem}p{margin:0;color:#9b1c1c}"
            + "@media(prefers-color-scheme:dark){body{background:#12191b;color:#e6edec}input{background:#1c2629}p{color:#ff9b9b}}";

    /** The languages of the page; a form without a script has them from here. */
    enum Tongue {
        ENGLISH("en", "Name", "Password", "Log in"),
        GERMAN("de", "Name", "Passwort", "Anmelden");

        private final String language;
        private final String name;
        private final String password;
        private final String button;

        Tongue(String language, String name, String password, String button) {
            this.language = language;
            this.name = name;
            this.password = password;
            this.button = button;
        }

        /** Returns the first that there is, by the languages that a browser prefers. */
        static Tongue of(List<Locale> preferred) {
            for (Locale each : preferred) {
                for (Tongue tongue : values()) {
                    if (tongue.language.equals(each.getLanguage())) {
                        return tongue;
                    }
                }
            }
            return ENGLISH;
        }
    }

    /** Why an attempt did not count, in each language. */
    record Trouble(String english, String german) {
        static final Trouble NONE = new Trouble("", "");

        /** Returns what the server says of a fault, which is English everywhere. */
        static Trouble inEnglish(String text) {
            return new Trouble(text, text);
        }

        private String in(Tongue tongue) {
            return tongue == Tongue.GERMAN ? german : english;
        }
    }

    private LoginPage() {}

    /**
     * Returns the page.
     *
     * @param trouble why the last attempt did not count
     * @param to where the browser goes on, an address below the program's root
     */
    static String html(Trouble trouble, String to, Tongue tongue) {
        String why = trouble.in(tongue);
        return "<!DOCTYPE html>\n<html lang=\"" + tongue.language + "\">\n<head>\n<meta charset=\"utf-8\" />\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<title>" + tongue.button
                + " · Perch</title>\n"
                + "<link rel=\"icon\" type=\"image/svg+xml\" href=\"static/perch.svg\" />\n<style>" + STYLE
                + "</style>\n</head>\n<body>\n<main>\n<h1>Perch</h1>\n<form method=\"post\" action=\"login\">\n"
                + (why.isEmpty() ? "" : "<p role=\"alert\">" + PlainPage.escaped(why) + "</p>\n")
                + "<label for=\"user\">" + tongue.name + "</label>\n"
                + "<input id=\"user\" name=\"user\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required autofocus />\n"
                + "<label for=\"password\">" + tongue.password + "</label>\n"
                + "<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required />\n"
                + "<input type=\"hidden\" name=\"to\" value=\"" + PlainPage.escaped(to) + "\" />\n"
                + "<button>" + tongue.button + "</button>\n</form>\n</main>\n</body>\n</html>\n";
    }

    /** Sets the fields of the head. The page may apply its style and nothing else. */
    static void head(BiConsumer<String, String> fields) {
        fields.accept("Content-Type", "text/html;charset=utf-8");
        Headers.page(PlainPage.onlyStyle(STYLE) + "form-action 'self'; frame-ancestors 'none'", fields);
    }
}
