package io.middleware.paging.local.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What the functions wrote to their standard output and error: the last lines in memory, all of them in one file for each
 * function. Thread-safe.
 */
public final class FunctionLogs implements AutoCloseable {

    private static final int KEPT_LINES = 20_000;

    private final Path directory;
    private final BiConsumer<String, String> reader;
    private final Map<String, Log> logs = new TreeMap<>();

    private record Log(Deque<String> lines, Writer file) {}

    /**
     * @param directory gets one file for each function, named {@code <function>.log}; those of an earlier run are replaced
     */
    public FunctionLogs(Path directory) {
        this(directory, (function, line) -> {});
    }

    /** @param reader is given each line, with the function's name before it */
    public FunctionLogs(Path directory, BiConsumer<String, String> reader) {
        this.directory = directory;
        this.reader = reader;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + directory.toAbsolutePath(), e);
        }
    }

    public Path directory() {
        return directory;
    }

    /** Adds a line. {@code function} may also be a part of the local cloud that has something to tell. */
    public synchronized void add(String function, String line) {
        Log log = logs.computeIfAbsent(function, this::open);
        log.lines().addLast(line);
        if (log.lines().size() > KEPT_LINES) {
            log.lines().removeFirst();
        }
        try {
            log.file().write(line + "\n");
            log.file().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the log of " + function, e);
        }
        reader.accept(function, line);
    }

    /** The lines of one function, oldest first. Empty if it wrote nothing. */
    public synchronized List<String> lines(String function) {
        Log log = logs.get(function);
        return log == null ? List.of() : List.copyOf(log.lines());
    }

    /** The lines of all functions, function after function. */
    public synchronized List<String> allLines() {
        return logs.values().stream().flatMap(log -> log.lines().stream()).toList();
    }

    /** Those of {@link #allLines()} that contain a text. */
    public List<String> containing(String text) {
        return allLines().stream().filter(line -> line.contains(text)).toList();
    }

    @Override
    public synchronized void close() {
        logs.values().forEach(log -> {
            try {
                log.file().close();
            } catch (IOException e) {
                throw new UncheckedIOException("Cannot close a log", e);
            }
        });
    }

    private Log open(String function) {
        try {
            return new Log(new ArrayDeque<>(), Files.newBufferedWriter(directory.resolve(function + ".log")));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write the log of " + function, e);
        }
    }
}
