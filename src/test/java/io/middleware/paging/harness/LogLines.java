package io.middleware.paging.harness;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.jboss.logmanager.ExtLogRecord;

/** What a logger writes from now on, until it is closed. */
public final class LogLines extends Handler implements AutoCloseable {
    private final Logger logger;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    /** @param workspace the field of that name; null if the line has none */
    public record Line(String level, String message, String workspace) {}

    /** @param logger name of a class */
    public LogLines(String logger) {
        this.logger = Logger.getLogger(logger);
        this.logger.addHandler(this);
    }

    public List<Line> of(String workspace) {
        return lines.stream().filter(line -> workspace.equals(line.workspace())).toList();
    }

    @Override
    public void publish(LogRecord line) {
        ExtLogRecord record = ExtLogRecord.wrap(line);
        lines.add(new Line(record.getLevel().getName(), record.getFormattedMessage(), record.getMdc("workspace")));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
