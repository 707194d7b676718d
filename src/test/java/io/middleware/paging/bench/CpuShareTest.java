package io.middleware.paging.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuShareTest {

    @TempDir
    Path root;

    @Test
    void memoryOf256MegabytesIsASeventhOfACpu() throws IOException {
        Files.createDirectory(root.resolve("cpu"));

        CpuShare.find(root).limit(4711, 256);

        Path group = group(root.resolve("cpu"), 256);
        assertThat(group.resolve("cpu.cfs_period_us")).hasContent("20000");
        assertThat(group.resolve("cpu.cfs_quota_us")).hasContent("2894");
        assertThat(group.resolve("cgroup.procs")).hasContent("4711");
    }

    @Test
    void versionTwoOfControlGroupsIsKnownToo() throws IOException {
        Files.createFile(root.resolve("cgroup.controllers"));

        CpuShare.find(root).limit(4711, 1769);

        assertThat(group(root, 1769).resolve("cpu.max")).hasContent("20000 20000");
    }

    @Test
    void whereNoGroupCanBeMadeItSaysSo() {
        CpuShare share = CpuShare.find(root.resolve("missing"));

        share.limit(4711, 256);

        assertThat(share.obstacle()).contains("no control group could be made");
    }

    private static Path group(Path parent, int memory) {
        return parent.resolve("bench-" + ProcessHandle.current().pid() + "-" + memory);
    }
}
