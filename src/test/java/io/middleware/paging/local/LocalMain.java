package io.middleware.paging.local;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.middleware.paging.local.lambda.FunctionPackage;

/**
 * {@code mvn -Plocal}: the local cloud until Ctrl-C, or until the Maven that started it ends.
 *
 * <p>System properties: {@link Options}, and those that {@link LocalCloud.Builder} reads. With the tour {@code only} it
 * ends after it, with status 0 if every step held.
 */
public final class LocalMain {

    private static final Path ENDPOINTS_FILE = Path.of("target", "local", "endpoints.json");

    private final PrintStream out = System.out;
    private final Options options;
    private LocalCloud cloud;
    private boolean ending;
    private volatile boolean showsLog;

    private LocalMain(Options options) {
        this.options = options;
    }

    public static void main(String[] arguments) throws InterruptedException {
        QuietEngines.apply();
        endWithParent();
        LocalMain local;
        try {
            local = new LocalMain(Options.of(System.getProperties()));
            local.start();
        } catch (RuntimeException e) {
            System.err.println("The local cloud cannot start. " + e.getMessage());
            System.exit(1);
            return;
        }
        local.run();
    }

    private void start() {
        // Before the file is touched: it may be that of a cloud which is running there.
        Gateway.bind(options.host(), options.port()).close();
        deleteEndpointsFile();
        LocalCloud.Builder builder = LocalCloud.builder()
                .port(options.port())
                .host(options.host())
                .impatient()
                .onLog(this::show)
                .onProblem(problem -> System.err.println("! " + problem));
        options.pagerDuty().ifPresent(host -> builder.pagerDuty(host, host));
        cloud = builder.start();
        Runtime.getRuntime().addShutdownHook(new Thread(this::end, "end-local-cloud"));
    }

    private void run() throws InterruptedException {
        out.println();
        out.println(Page.of(cloud));
        describePackage(cloud.functionPackage());
        if (!options.host().equals(Gateway.THIS_MACHINE)) {
            out.println("Note: whoever reaches " + options.host()
                    + " may invoke, read and change everything here: nothing" + " asks for a password.\n");
        }
        boolean held = options.tour() == Options.Tour.OFF || Tour.run(cloud, out);
        if (options.tour() == Options.Tour.ONLY) {
            System.exit(held ? 0 : 1);
        }
        publish();
        new CountDownLatch(1).await();
    }

    /** Whoever ends it during the tour must not find endpoints of what is gone. */
    private synchronized void publish() {
        if (!ending) {
            cloud.endpoints().write(ENDPOINTS_FILE);
            out.println("Ready: " + cloud.endpoints().lambda() + ", until Ctrl-C. What to try: docs/local.md. What the"
                    + " functions log from now on:");
            out.println();
            showsLog = true;
        }
    }

    private void show(String function, String line) {
        if (showsLog) {
            ReadableLog.line(function, line).ifPresent(out::println);
        }
    }

    private void describePackage(FunctionPackage functionPackage) {
        out.println("Functions run from " + functionPackage.artifact() + " (" + functionPackage.form() + ")");
        functionPackage
                .newerSource(Path.of(""))
                .ifPresent(source -> out.println("Note: it is older than " + source + ". Build it again, or take the"
                        + " other package with -Dlocal.form=jvm|native"));
        out.println();
    }

    /** Maven killed with SIGKILL cannot end us. */
    private static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .filter(parent -> parent.info()
                        .command()
                        .filter(command ->
                                Path.of(command).getFileName().toString().startsWith("java"))
                        .isPresent())
                .ifPresent(parent -> parent.onExit().thenRun(() -> System.exit(1)));
    }

    private void end() {
        QuietEngines.silence();
        synchronized (this) {
            ending = true;
            deleteEndpointsFile();
        }
        // A step of the tour that breaks now, since its cloud ends, is nobody's concern.
        System.out.close();
        System.err.close();
        cloud.close();
    }

    private static void deleteEndpointsFile() {
        try {
            Files.deleteIfExists(ENDPOINTS_FILE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + ENDPOINTS_FILE, e);
        }
    }
}
