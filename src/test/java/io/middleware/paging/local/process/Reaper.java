package io.middleware.paging.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;

/**
 * Ends the children of a JVM that got no chance to do so itself (SIGKILL, a crash). A shell reads the ids of the
 * children from a pipe whose other end only this JVM holds; when the pipe breaks, it kills those that are left.
 */
final class Reaper {

    static final Reaper INSTANCE = new Reaper();

    // Ctrl-C reaches the whole process group: the shell must outlive it to do its work.
    private static final String SCRIPT = """
            trap '' INT TERM HUP
            pids=' '
            while read -r sign pid; do
              case "$sign$pids" in
                +*) pids="$pids$pid " ;;
                -*" $pid "*) pids="${pids%%" $pid "*} ${pids#*" $pid "}" ;;
              esac
            done
            for pid in $pids; do kill -9 "$pid"; done
            """;

    private final Writer pipe;

    private Reaper() {
        try {
            this.pipe = new ProcessBuilder("sh", "-c", SCRIPT)
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start()
                    .outputWriter(StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start sh, which ends the child processes of a killed JVM", e);
        }
    }

    void watch(long pid) {
        tell("+ " + pid);
    }

    void forget(long pid) {
        tell("- " + pid);
    }

    private synchronized void tell(String line) {
        try {
            pipe.write(line + "\n");
            pipe.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("The shell that ends child processes is gone", e);
        }
    }
}
