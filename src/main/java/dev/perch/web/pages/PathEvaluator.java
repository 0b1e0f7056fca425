package dev.perch.web.pages;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.exceptions.TemplateProcessingException;
import org.thymeleaf.standard.expression.IStandardVariableExpression;
import org.thymeleaf.standard.expression.IStandardVariableExpressionEvaluator;
import org.thymeleaf.standard.expression.StandardExpressionExecutionContext;

/**
 * Evaluates a template's {@code ${…}}: a variable's name, then names of record components, joined by dots. The pages need no more, so the WAR
 * contains neither OGNL nor Javassist (1 MB), and no template can call a method. Operators work outside the braces.
 */
final class PathEvaluator implements IStandardVariableExpressionEvaluator {
    @Override
    public @Nullable Object evaluate(
            IExpressionContext context,
            IStandardVariableExpression expression,
            StandardExpressionExecutionContext executionContext) {
        String[] names = expression.getExpression().split("\\.", -1);
        if (!context.containsVariable(names[0])) {
            throw new TemplateProcessingException("no such variable: expression=" + expression.getExpression());
        }
        Object value = context.getVariable(names[0]);
        for (int i = 1; i < names.length; i++) {
            value = component(value, names[i]);
        }
        return value;
    }

    private static @Nullable Object component(@Nullable Object value, String name) {
        if (value instanceof Record) {
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                if (component.getName().equals(name)) {
                    return read(value, component);
                }
            }
        }
        throw new TemplateProcessingException("no such record component: name=" + name + " of=" + value);
    }

    private static @Nullable Object read(Object value, RecordComponent component) {
        try {
            return component.getAccessor().invoke(value);
        } catch (IllegalAccessException | InvocationTargetException failed) {
            throw new TemplateProcessingException("cannot read component=" + component.getName(), failed);
        }
    }
}
