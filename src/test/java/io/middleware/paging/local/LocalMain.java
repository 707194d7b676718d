package io.middleware.paging.local;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import io.middleware.paging.local.lambda.FunctionPackage;

/**
 * {@code mvn -Plocal}: the local cloud until Ctrl-C, or until the Maven that started it ends.
 *
 * <p>System properties: {@code local.port} (default 8080), {@code local.tour} ({@code on}, the default, {@code only},
 * which ends after it with status 0 if it held, or {@code off}), {@code local.pagerduty} (a host to use instead of the
 * fake PagerDuty, for both regions), {@code local.form} ({@code jvm} or {@code native}), {@code aws.endpoint}.
 */
public final class LocalMain {

    private static final Path ENDPOINTS_FILE = Path.of("target", "local", "endpoints.json");

    private static final int PORT = Integer.getInteger("local.port", 8080);

    private LocalMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        QuietEngines.apply();
        endWithParent();
        PrintStream out = System.out;
        LocalCloud cloud;
        try {
            // Before the file is touched: it may be that of a cloud which is running there.
            Gateway.bind(PORT).close();
            deleteEndpointsFile();
            cloud = start();
        } catch (RuntimeException e) {
            System.err.println("The local cloud cannot start. " + e.getMessage());
            System.exit(1);
            return;
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(cloud), "end-local-cloud"));
        out.println();
        out.println(Page.of(cloud));
        describePackage(cloud.functionPackage(), out);
        boolean held = tour().equals("off") || Tour.run(cloud, out);
        if (tour().equals("only")) {
            System.exit(held ? 0 : 1);
        }
        cloud.endpoints().write(ENDPOINTS_FILE);
        out.println("Ready. Ctrl-C ends it.");
        new CountDownLatch(1).await();
    }

    private static LocalCloud start() {
        LocalCloud.Builder builder =
                LocalCloud.builder().port(PORT).onProblem(problem -> System.err.println("! " + problem));
        String pagerDuty = System.getProperty("local.pagerduty", "");
        if (!pagerDuty.isBlank()) {
            builder.pagerDuty(URI.create(pagerDuty), URI.create(pagerDuty));
        }
        return builder.start();
    }

    private static String tour() {
        String tour = System.getProperty("local.tour", "on");
        return tour.isBlank() ? "on" : tour;
    }

    private static void describePackage(FunctionPackage functionPackage, PrintStream out) {
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

    private static void end(LocalCloud cloud) {
        QuietEngines.silence();
        deleteEndpointsFile();
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
