package dev.perch.web.login;

import dev.perch.web.answer.PlainPage;
import dev.perch.web.line.Headers;
import java.util.function.BiConsumer;

/** The page on which a person tells who it is: a form without a script. */
final class LoginPage {
    private static final String STYLE = PlainPage.STYLE
            + "h1{font-size:1.5rem;margin:0 0 1rem}form{display:grid;gap:.25rem;width:min(20rem,85vw)}"
            + "input,button{font:inherit;padding:.6rem .75rem;border-radius:.4rem;border:1px solid #6b7b80;background:#fff;color:inherit}"
            + "button{margin-top:1rem;background:#1f6b7a;border-color:#1f6b7a;color:#fff}"
            + "input:focus-visible,button:focus-visible{outline:3px solid #e0a526;outline-offset:2px}"
            + "label{margin-top:.5rem}p{margin:0;color:#9b1c1c}"
            + "@media(prefers-color-scheme:dark){body{background:#12191b;color:#e6edec}input{background:#1c2629}p{color:#ff9b9b}}";

    private LoginPage() {}

    /**
     * Returns the page.
     *
     * @param trouble why the last attempt did not count; empty at the first
     * @param to where the browser goes on, an address below the program's root
     */
    static String html(String trouble, String to) {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n<title>Log in · Perch</title>\n"
                + "<link rel=\"icon\" type=\"image/svg+xml\" href=\"static/perch.svg\" />\n<style>" + STYLE
                + "</style>\n</head>\n<body>\n<main>\n<h1>Perch</h1>\n<form method=\"post\" action=\"login\">\n"
                + (trouble.isEmpty() ? "" : "<p role=\"alert\">" + PlainPage.escaped(trouble) + "</p>\n")
                + "<label for=\"user\">Name</label>\n"
                + "<input id=\"user\" name=\"user\" autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\" required autofocus />\n"
                + "<label for=\"password\">Password</label>\n"
                + "<input id=\"password\" name=\"password\" type=\"password\" autocomplete=\"current-password\" required />\n"
                + "<input type=\"hidden\" name=\"to\" value=\"" + PlainPage.escaped(to) + "\" />\n"
                + "<button>Log in</button>\n</form>\n</main>\n</body>\n</html>\n";
    }

    /** Sets the fields of its head; its style is the only thing that it may apply. */
    static void head(BiConsumer<String, String> fields) {
        fields.accept("Content-Type", "text/html;charset=utf-8");
        Headers.page(PlainPage.onlyStyle(STYLE) + "form-action 'self'; frame-ancestors 'none'", fields);
    }
}
