package io.middleware.paging.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Gives a process the share of a CPU that Lambda gives a function of some memory: 1,769 MB are one vCPU (AWS, "Configure
 * Lambda function memory"). By a control group of Linux, version 1 or 2; where this process may not make one, the share is
 * whole and {@link #obstacle} says why.
 */
final class CpuShare implements AutoCloseable {

    static final int MEGABYTES_OF_A_CPU = 1769;

    /**
     * AWS says nothing of it. 20 ms is what "Demystifying Serverless Costs on Public Platforms" (arXiv 2506.01283) and others
     * infer from when functions stand still, not a promise of AWS; Linux would take 100 ms.
     */
    static final int PERIOD_MICROS = 20_000;

    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private final Path parent;
    private final boolean versionTwo;
    private final String obstacle;
    private final Map<Integer, Path> groups = new HashMap<>();

    private CpuShare(Path parent, boolean versionTwo, String obstacle) {
        this.parent = parent;
        this.versionTwo = versionTwo;
        this.obstacle = obstacle;
    }

    /** What this machine permits. */
    static CpuShare find() {
        return find(ROOT);
    }

    /** @param root where control groups are mounted */
    static CpuShare find(Path root) {
        boolean versionTwo = Files.exists(root.resolve("cgroup.controllers"));
        Path parent = versionTwo ? root : root.resolve("cpu");
        try {
            if (versionTwo) {
                Files.writeString(parent.resolve("cgroup.subtree_control"), "+cpu");
            }
            CpuShare found = new CpuShare(parent, versionTwo, "");
            found.group(MEGABYTES_OF_A_CPU);
            return found;
        } catch (IOException notPermitted) {
            return new CpuShare(
                    parent,
                    versionTwo,
                    "no control group could be made in " + parent + " ("
                            + notPermitted.getClass().getSimpleName() + ")");
        }
    }

    /** Why processes keep the whole machine; empty when their share is limited. */
    String obstacle() {
        return obstacle;
    }

    /** From now on, with all its threads. Processes with the same memory share the share: one of them at a time is measured. */
    void limit(long pid, int memoryMegabytes) {
        if (!obstacle.isEmpty()) {
            return;
        }
        try {
            Path group = group(memoryMegabytes);
            Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
        } catch (IOException e) {
            throw new IllegalStateException("The share of process " + pid + " could not be limited: " + e, e);
        }
    }

    private Path group(int memoryMegabytes) throws IOException {
        Path known = groups.get(memoryMegabytes);
        if (known != null) {
            return known;
        }
        Path group = Files.createDirectory(parent.resolve(String.format(
                Locale.ROOT, "bench-%d-%d", ProcessHandle.current().pid(), memoryMegabytes)));
        groups.put(memoryMegabytes, group);
        String quota = Long.toString((long) PERIOD_MICROS * memoryMegabytes / MEGABYTES_OF_A_CPU);
        if (versionTwo) {
            Files.writeString(group.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
        } else {
            Files.writeString(group.resolve("cpu.cfs_period_us"), Integer.toString(PERIOD_MICROS));
            Files.writeString(group.resolve("cpu.cfs_quota_us"), quota);
        }
        return group;
    }

    /** A group goes when its last process has ended; one that still has some is left to the end of the machine. */
    @Override
    public void close() {
        groups.values().forEach(group -> {
            try {
                Files.deleteIfExists(group);
            } catch (IOException stillInUse) {
                System.err.println("Not removed: " + group);
            }
        });
        groups.clear();
    }
}
