package dev.perch.web.pages;

import jakarta.servlet.ServletContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.thymeleaf.TemplateEngine;
import org.thymeleaf.context.Context;
import org.thymeleaf.standard.StandardDialect;
import org.thymeleaf.templatemode.TemplateMode;
import org.thymeleaf.templateresolver.WebApplicationTemplateResolver;
import org.thymeleaf.web.servlet.JakartaServletWebApplication;

/**
 * Thymeleaf over {@code WEB-INF/pages/}; each template is parsed once. Created at the first page, not at start, because it takes memory and time.
 */
final class PageTemplates {
    private final TemplateEngine engine = new TemplateEngine();

    PageTemplates(ServletContext context) {
        StandardDialect dialect = new StandardDialect();
        dialect.setVariableExpressionEvaluator(new PathEvaluator());
        engine.setDialect(dialect);
        engine.setTemplateResolver(files(context));
    }

    private static WebApplicationTemplateResolver files(ServletContext context) {
        WebApplicationTemplateResolver files =
                new WebApplicationTemplateResolver(JakartaServletWebApplication.buildApplication(context));
        files.setPrefix("/WEB-INF/pages/");
        files.setSuffix(".html");
        files.setTemplateMode(TemplateMode.HTML);
        files.setCharacterEncoding(StandardCharsets.UTF_8.name());
        return files;
    }

    /**
     * Renders a whole page, so that a fault in a template gives an error answer and not half a page.
     *
     * @param rows the page's own values
     */
    byte[] render(String template, PageView page, List<? extends Record> rows) {
        Context values = new Context(Locale.ENGLISH, Map.of("page", page, "rows", rows));
        return engine.process(template, values).getBytes(StandardCharsets.UTF_8);
    }
}
