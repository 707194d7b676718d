package io.middleware.paging.local.iam;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A statement of a role's policy, as far as IAM's language is used here: anything else is refused, so that nothing is judged
 * wrongly. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
final class Statement {

    private static final Set<String> UNDERSTOOD = Set.of("Sid", "Effect", "Action", "Resource", "Condition");

    private final boolean allows;
    private final List<Wildcard> actions;
    private final List<Wildcard> resources;
    private final List<Condition> conditions;

    /** One operator with one key: holds if one of the values does. */
    private record Condition(String operator, String key, List<String> values) {

        boolean holds(Map<String, String> context) {
            // A key that the request does not have is no match.
            String found = context.get(key);
            return found != null && values.stream().anyMatch(value -> matches(value, found));
        }

        private boolean matches(String value, String found) {
            return switch (operator) {
                case "StringEquals" -> value.equals(found);
                case "StringLike", "ArnEquals", "ArnLike" -> new Wildcard(value, 0).matches(found);
                default ->
                    throw new IllegalArgumentException("The condition operator " + operator
                            + " is not understood by the local cloud; it knows StringEquals, StringLike, ArnEquals and"
                            + " ArnLike");
            };
        }

        @Override
        public String toString() {
            return operator + " " + key + " " + String.join(" or ", values);
        }
    }

    private Statement(boolean allows, List<Wildcard> actions, List<Wildcard> resources, List<Condition> conditions) {
        this.allows = allows;
        this.actions = actions;
        this.resources = resources;
        this.conditions = conditions;
    }

    /**
     * @param statement as in a policy document, without intrinsic functions
     * @throws IllegalArgumentException if it holds what is not understood here
     */
    static Statement of(Map<String, Object> statement) {
        if (!UNDERSTOOD.containsAll(statement.keySet())) {
            throw new IllegalArgumentException(
                    "The local cloud reads " + UNDERSTOOD + " of a role's statement, not all of " + statement);
        }
        List<Condition> conditions = new ArrayList<>();
        new TreeMap<>(map(statement.getOrDefault("Condition", Map.of())))
                .forEach((operator, keys) -> new TreeMap<>(map(keys))
                        .forEach((key, values) -> conditions.add(new Condition(operator, key, texts(values)))));
        // Those that are not understood are found now, and not by the first call.
        conditions.forEach(condition -> condition.matches("", ""));
        return new Statement(
                statement.get("Effect").equals("Allow"),
                // IAM: the names of actions are not case-sensitive.
                wildcards(statement.get("Action"), Pattern.CASE_INSENSITIVE),
                wildcards(statement.get("Resource"), 0),
                conditions);
    }

    boolean allows() {
        return allows;
    }

    /** Whether it is about what is asked for, whatever its conditions say. */
    boolean concerns(Access access) {
        return actions.stream().anyMatch(action -> action.matches(access.action()))
                && resources.stream().anyMatch(resource -> resource.matches(access.resource()));
    }

    boolean conditionsHold(Access access) {
        return conditions.stream().allMatch(condition -> condition.holds(access.context()));
    }

    /** Each of its actions on each of its resources. */
    List<Right> rights() {
        return rights(action -> true, resource -> true);
    }

    /** Those of its rights by which it is about what is asked for. */
    List<Right> rightsTo(Access access) {
        return rights(action -> action.matches(access.action()), resource -> resource.matches(access.resource()));
    }

    private List<Right> rights(Predicate<Wildcard> ofActions, Predicate<Wildcard> ofResources) {
        String when = String.join(
                " and ", conditions.stream().map(Condition::toString).toList());
        return actions.stream()
                .filter(ofActions)
                .flatMap(action -> resources.stream()
                        .filter(ofResources)
                        .map(resource -> new Right(action.toString(), resource.toString(), when)))
                .toList();
    }

    private static List<Wildcard> wildcards(Object oneOrMore, int flags) {
        return texts(oneOrMore).stream().map(text -> new Wildcard(text, flags)).toList();
    }

    private static List<String> texts(Object oneOrMore) {
        return oneOrMore instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of(String.valueOf(oneOrMore));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
