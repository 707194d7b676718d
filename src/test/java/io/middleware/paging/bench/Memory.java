package io.middleware.paging.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;

/** Resident memory of a process as Linux counts it, in MiB. */
record Memory(double now, double peak) {

    /** Not a number where there is no {@code /proc}. */
    static Memory of(long pid) {
        return new Memory(
                read(pid, "VmRSS:").orElse(Double.NaN), read(pid, "VmHWM:").orElse(Double.NaN));
    }

    private static OptionalDouble read(long pid, String name) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                    .findFirst();
        } catch (IOException notLinux) {
            return OptionalDouble.empty();
        }
    }
}
