package io.middleware.paging.local.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.middleware.paging.local.template.TemplateYaml.Intrinsic;

/** Evaluates the intrinsic functions of a template for given parameters and resources. */
final class Evaluation {

    private static final Object NO_VALUE = new Object();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]+)}");

    private final Map<String, Object> parameters;
    private final Map<String, Object> conditions;
    private final Map<String, Object> mappings;
    private final Map<String, String> pseudoParameters;
    private final References references;

    /**
     * @param parameters their values, overrides applied: a text, or a list of texts
     * @param conditions by name, not yet evaluated
     * @param mappings by name, then by first and second key
     * @param pseudoParameters such as {@code AWS::Region}
     */
    Evaluation(
            Map<String, Object> parameters,
            Map<String, Object> conditions,
            Map<String, Object> mappings,
            Map<String, String> pseudoParameters,
            References references) {
        this.parameters = parameters;
        this.conditions = conditions;
        this.mappings = mappings;
        this.pseudoParameters = pseudoParameters;
        this.references = references;
    }

    /** The plain value: maps, lists, texts, numbers and booleans. Null if it is {@code AWS::NoValue}. */
    Object evaluate(Object value) {
        Object result = reduce(value);
        return result == NO_VALUE ? null : result;
    }

    boolean condition(String name) {
        if (!conditions.containsKey(name)) {
            throw new TemplateException("Unknown condition " + name + "; there are " + conditions.keySet());
        }
        return Boolean.TRUE.equals(reduce(conditions.get(name)));
    }

    /** Whether what a rule asserts holds. */
    boolean holds(Object assertion) {
        return truth(assertion);
    }

    private Object reduce(Object value) {
        if (value instanceof Intrinsic intrinsic) {
            return call(intrinsic.name(), intrinsic.argument());
        }
        if (value instanceof Map<?, ?> map) {
            return isLongForm(map) ? callLongForm(map) : reduceMap(map);
        }
        if (value instanceof List<?> list) {
            return list.stream()
                    .map(this::reduce)
                    .filter(item -> item != NO_VALUE)
                    .collect(Collectors.toCollection(ArrayList::new));
        }
        return value;
    }

    private static boolean isLongForm(Map<?, ?> map) {
        return map.size() == 1
                && map.keySet().iterator().next() instanceof String key
                && (key.equals("Ref")
                        || key.startsWith("Fn::")
                        || key.equals("Condition") && map.get(key) instanceof String);
    }

    private Object callLongForm(Map<?, ?> map) {
        Map.Entry<?, ?> entry = map.entrySet().iterator().next();
        return call(entry.getKey().toString().replaceFirst("^Fn::", ""), entry.getValue());
    }

    private Map<String, Object> reduceMap(Map<?, ?> map) {
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            Object reduced = reduce(value);
            if (reduced != NO_VALUE) {
                result.put(key.toString(), reduced);
            }
        });
        return result;
    }

    private Object call(String function, Object argument) {
        return switch (function) {
            case "Ref" -> ref(argument.toString());
            case "GetAtt" -> attribute(argument);
            case "Sub" -> substitute(argument);
            case "Join" -> join(arguments(function, argument, 2));
            case "If" -> choose(arguments(function, argument, 3));
            case "Equals" -> {
                List<?> sides = arguments(function, argument, 2);
                yield String.valueOf(reduce(sides.get(0))).equals(String.valueOf(reduce(sides.get(1))));
            }
            case "Not" -> !truth(arguments(function, argument, 1).get(0));
            case "And" -> ((List<?>) argument).stream().allMatch(this::truth);
            case "Or" -> ((List<?>) argument).stream().anyMatch(this::truth);
            case "Condition" -> condition(argument.toString());
            case "FindInMap" -> lookUp(arguments(function, argument, 3));
            case "Contains" -> {
                List<?> sides = arguments(function, argument, 2);
                yield ((List<?>) reduce(sides.get(0)))
                        .stream().map(String::valueOf).anyMatch(String.valueOf(reduce(sides.get(1)))::equals);
            }
            default ->
                throw new TemplateException("Intrinsic function !" + function
                        + " is not understood by the local cloud; it knows Ref, GetAtt, Sub, Join, If, Equals, Not, And, Or,"
                        + " Condition, FindInMap and Contains");
        };
    }

    private Object lookUp(List<?> keys) {
        Object found = mappings;
        for (Object key : keys) {
            String name = String.valueOf(reduce(key));
            if (!(found instanceof Map<?, ?> level) || !level.containsKey(name)) {
                throw new TemplateException("!FindInMap " + keys + ": there is no " + name + " in " + found);
            }
            found = level.get(name);
        }
        return found;
    }

    private Object ref(String name) {
        if (name.equals("AWS::NoValue")) {
            return NO_VALUE;
        }
        if (parameters.containsKey(name)) {
            return parameters.get(name);
        }
        if (pseudoParameters.containsKey(name)) {
            return pseudoParameters.get(name);
        }
        if (name.startsWith("AWS::")) {
            throw new TemplateException("Unknown pseudo parameter " + name);
        }
        return references.ref(name);
    }

    private Object attribute(Object argument) {
        List<?> parts = argument instanceof List<?> list
                ? list
                : List.of(argument.toString().split("\\.", 2));
        if (parts.size() != 2) {
            throw new TemplateException("!GetAtt " + argument + " names no attribute");
        }
        return references.attribute(parts.get(0).toString(), parts.get(1).toString());
    }

    private Object substitute(Object argument) {
        List<?> parts = argument instanceof List<?> list ? list : List.of(argument);
        Map<?, ?> variables = parts.size() > 1 ? (Map<?, ?>) parts.get(1) : Map.of();
        return PLACEHOLDER.matcher(parts.get(0).toString()).replaceAll(match -> {
            String name = match.group(1);
            if (name.startsWith("!")) {
                return Matcher.quoteReplacement("${" + name.substring(1) + "}");
            }
            if (variables.containsKey(name)) {
                return Matcher.quoteReplacement(String.valueOf(reduce(variables.get(name))));
            }
            Object value = name.contains(".") ? attribute(name) : ref(name);
            return Matcher.quoteReplacement(value.toString());
        });
    }

    private Object join(List<?> arguments) {
        return ((List<?>) reduce(arguments.get(1)))
                .stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(arguments.get(0).toString()));
    }

    private Object choose(List<?> arguments) {
        return reduce(condition(arguments.get(0).toString()) ? arguments.get(1) : arguments.get(2));
    }

    private boolean truth(Object condition) {
        return Boolean.TRUE.equals(reduce(condition));
    }

    private static List<?> arguments(String function, Object argument, int count) {
        if (argument instanceof List<?> list && list.size() == count) {
            return list;
        }
        throw new TemplateException("!" + function + " takes a list of " + count + ", not " + argument);
    }
}
