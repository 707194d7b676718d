package io.middleware.paging.alert;

import java.util.ArrayList;
import java.util.List;

/**
 * The first ten of any number of sentences, and how many more there were. A message can be wrong in a hundred thousand places;
 * neither a line of the log nor a page may grow with it.
 */
final class FirstTen {
    private static final int MAX = 10;

    private final List<String> first = new ArrayList<>();
    private int more;

    void add(String sentence) {
        if (first.size() < MAX) {
            first.add(sentence);
        } else {
            more++;
        }
    }

    boolean isEmpty() {
        return first.isEmpty();
    }

    /** At most eleven: the last then says how many were left out. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>(first);
        if (more > 0) {
            sentences.add("and " + more + " more");
        }
        return sentences;
    }
}
