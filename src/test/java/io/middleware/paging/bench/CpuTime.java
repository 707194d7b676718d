package io.middleware.paging.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** How long the threads of a process have run, of those that are alive. Zero where the system does not tell. */
final class CpuTime {

    private CpuTime() {}

    static double millis(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            return threads.mapToLong(CpuTime::nanos).sum() / 1e6;
        } catch (IOException notLinux) {
            return 0;
        }
    }

    /** The first number counts nanoseconds on a CPU: kernel documentation, "Scheduler Statistics". */
    private static long nanos(Path thread) {
        try {
            List<String> lines = Files.readAllLines(thread.resolve("schedstat"));
            return Long.parseLong(lines.get(0).split(" ")[0]);
        } catch (IOException | RuntimeException ended) {
            return 0;
        }
    }
}
