package io.middleware.paging.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

class OwnProcessTest {

    /** What Maven is to run. */
    static final class Program {

        public static void main(String[] arguments) {
            System.out.println("said " + System.getProperty("word") + " and " + arguments[1]);
            System.exit(Integer.parseInt(arguments[0]));
        }
    }

    @Test
    void theProgramsExitCodeIsTheOnlyThingAddedToItsWords() throws Exception {
        Process ended = run("-Dword=hello", Program.class.getName(), "2", "world");

        assertThat(output(ended)).isEqualTo("said hello and world\n");
        assertThat(ended.waitFor()).isEqualTo(2);
    }

    @Test
    void aProgramThatEndsWellEndsWell() throws Exception {
        Process ended = run("-Dword=hello", Program.class.getName(), "0", "world");

        assertThat(output(ended)).isEqualTo("said hello and world\n");
        assertThat(ended.waitFor()).isZero();
    }

    private static Process run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                Path.of("target", "test-classes").toString(),
                OwnProcess.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws Exception {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
