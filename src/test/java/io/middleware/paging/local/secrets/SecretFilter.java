package io.middleware.paging.local.secrets;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** One entry of ListSecrets' Filters: a secret must match all entries, and of each entry one of its values. */
record SecretFilter(String key, List<String> values) {

    static SecretFilter of(Parameters parameters) {
        String key = parameters.required("Key", 1, 512);
        if (!List.of("name", "tag-key", "tag-value", "description", "all").contains(key)) {
            throw Parameters.broken(
                    "Filters.1.member.key",
                    key,
                    "satisfy enum value set: [all, name, tag-key, description, tag-value]");
        }
        List<String> values = parameters.texts("Values", 0, 512);
        if (values.isEmpty()) {
            throw Refusal.invalidParameter("Invalid filter values for key: " + key);
        }
        return new SecretFilter(key, values);
    }

    boolean matches(Secret secret) {
        return values.stream()
                .anyMatch(
                        value -> value.startsWith("!") ? !matches(secret, value.substring(1)) : matches(secret, value));
    }

    private boolean matches(Secret secret, String wanted) {
        return switch (key) {
            case "name" -> secret.name.startsWith(wanted);
            case "tag-key" -> anyStartsWith(secret.tags.keySet(), wanted);
            case "tag-value" -> anyStartsWith(secret.tags.values(), wanted);
            case "description" -> anyHasWords(description(secret), wanted);
            default -> anyHasWords(everything(secret), wanted);
        };
    }

    private static boolean anyStartsWith(Collection<String> texts, String wanted) {
        return texts.stream().anyMatch(text -> text.startsWith(wanted));
    }

    /** AWS breaks both sides into words, without regard to case, and takes the beginning of a word for the word. */
    private static boolean anyHasWords(Collection<String> texts, String wanted) {
        List<String> wantedWords = words(wanted);
        return !wantedWords.isEmpty()
                && texts.stream()
                        .map(SecretFilter::words)
                        .anyMatch(
                                words -> wantedWords.stream().allMatch(wantedWord -> anyStartsWith(words, wantedWord)));
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[\\s/_+=.@-]+"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static List<String> description(Secret secret) {
        return secret.description == null ? List.of() : List.of(secret.description);
    }

    private static List<String> everything(Secret secret) {
        List<String> texts = new ArrayList<>(description(secret));
        texts.add(secret.name);
        texts.addAll(secret.tags.keySet());
        texts.addAll(secret.tags.values());
        return texts;
    }
}
