package dev.perch.web.answer;

import dev.perch.web.line.Head;
import dev.perch.web.line.Headers;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;

/** An error page for people, without scripts and templates, so that it can be shown when memory is short. */
final class ProblemPage {
    private static final String STYLE = PlainPage.STYLE
            + "main{max-width:38rem}h1{font-size:1.5rem;margin:0}p{overflow-wrap:anywhere}"
            + "ul{display:flex;flex-wrap:wrap;gap:.5rem 1.25rem;margin:0;padding:0;list-style:none}"
            + "a{color:#1f6b7a;display:inline-block;padding:.5rem 0}"
            + "@media(prefers-color-scheme:dark){body{background:#12191b;color:#e6edec}a{color:#6fc3d1}}";

    private static final String POLICY = PlainPage.onlyStyle(STYLE) + "form-action 'none'; frame-ancestors ";

    private ProblemPage() {}

    /**
     * Returns the page.
     *
     * @param root the path from its address to the program's root
     */
    static String html(Problem problem, String root) {
        StringBuilder html = new StringBuilder(2048)
                .append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n");
        if (problem.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            html.append("<meta http-equiv=\"refresh\" content=\"")
                    .append(again(problem))
                    .append("\" />\n");
        }
        html.append("<title>")
                .append(PlainPage.escaped(problem.title()))
                .append(" · Perch</title>\n")
                .append("<link rel=\"icon\" type=\"image/svg+xml\" href=\"")
                .append(root)
                .append("static/perch.svg\" />\n")
                .append("<style>")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n<main>\n")
                .append("<h1>")
                .append(PlainPage.escaped(problem.title()))
                .append("</h1>\n")
                .append("<p>")
                .append(PlainPage.escaped(problem.detail()))
                .append("</p>\n");
        if (problem.status() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
            html.append("<p>This page asks again in ").append(again(problem)).append(" seconds.</p>\n");
        }
        return html.append(links(problem, root))
                .append("</main>\n</body>\n</html>\n")
                .toString();
    }

    private static String links(Problem problem, String root) {
        StringBuilder list = new StringBuilder("<ul>\n").append(link(root, "All cameras"));
        if (problem.members().get("cameras") instanceof List<?> cameras) {
            cameras.forEach(id -> list.append(link(root + id + "/", String.valueOf(id))));
        }
        if (problem.members().get("camera") instanceof String id
                && problem.members().get("available") instanceof List<?> paths) {
            paths.forEach(path -> list.append(link(root + id + "/" + path, String.valueOf(path))));
        }
        return list.append("</ul>\n").toString();
    }

    private static String link(String address, String text) {
        return "<li><a href=\"" + PlainPage.escaped(address) + "\">" + PlainPage.escaped(text) + "</a></li>\n";
    }

    private static String again(Problem problem) {
        return String.valueOf(problem.members().getOrDefault(Problem.RETRY_AFTER, 2));
    }

    /**
     * Adds the page's fields to the problem's head.
     *
     * @param ancestors the pages that may show it in a frame
     */
    static Head head(Head head, String ancestors) {
        Headers.page(POLICY + ancestors, head::set);
        return head.set("Content-Type", "text/html;charset=utf-8");
    }
}
