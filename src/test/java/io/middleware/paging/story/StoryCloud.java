package io.middleware.paging.story;

import java.net.URI;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.localstack.LocalStackContainer;
import org.testcontainers.utility.DockerImageName;

import io.middleware.paging.local.LocalCloud;

/** The one cloud of all stories of a test run. It ends with the JVM. */
final class StoryCloud {
    /**
     * Shorter than in production, since some stories wait for a crashed claim to lapse, and long enough for a first
     * call on a machine that is busy.
     */
    private static final String NOTIFY_TIMEOUT_SECONDS = "20";

    private static final String VISIBILITY_TIMEOUT_SECONDS = "24";

    /** The fake answers within milliseconds, but a process that starts on a busy machine takes seconds over a call. */
    private static final String CALL_TIMEOUT = "PT15S";

    /** Stories about something else are not paced; one about pacing has a cloud of its own. */
    private static final String RATE_PER_MINUTE = "60000";

    private static final String BURST = "1000";

    /**
     * The last image that starts without an account at LocalStack: from 2026.03 on, {@code latest} included, it asks for
     * LOCALSTACK_AUTH_TOKEN (https://blog.localstack.cloud/the-road-ahead-for-localstack/).
     */
    private static final DockerImageName LOCALSTACK = DockerImageName.parse("localstack/localstack:4.14.0");

    private static LocalCloud cloud;

    private StoryCloud() {}

    static synchronized LocalCloud get() {
        boolean onLocalStack = Boolean.getBoolean("story.localstack");
        // Reported as skipped, with the reason, where there is no Docker.
        Assumptions.assumeTrue(
                !onLocalStack || DockerClientFactory.instance().isDockerAvailable(),
                "-Plocalstack needs a Docker engine, and none answers here");
        if (cloud == null) {
            LocalCloud.Builder builder = LocalCloud.builder()
                    .stackName("story-" + Long.toString(System.nanoTime(), Character.MAX_RADIX))
                    .workDirectory(Path.of("target", "stories"))
                    .parameter("NotifyTimeoutSeconds", NOTIFY_TIMEOUT_SECONDS)
                    .parameter("VisibilityTimeoutSeconds", VISIBILITY_TIMEOUT_SECONDS)
                    // Not as parameters: no template allows more than PagerDuty takes.
                    .environment("PAGING_RATE_PER_MINUTE", RATE_PER_MINUTE)
                    .environment("PAGING_BURST", BURST)
                    // What waits for a token is not waited for by the minute here.
                    .environment("notify", "PAGING_SLOW_RETRY", "PT4S")
                    .environment("notify", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT)
                    .environment("install", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT)
                    .environment("list-services", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT)
                    .environment("bind-rule", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT)
                    .environment("status", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT)
                    .environment("list-bindings", "PAGING_CALL_TIMEOUT", CALL_TIMEOUT)
                    // Its secrets are there at once: one that is gone right after an install is gone.
                    .environment("PAGING_SECRET_LAG", "PT0S");
            if (onLocalStack) {
                builder.awsEndpoint(startLocalStack());
            }
            cloud = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(cloud::close, "end-of-stories"));
        }
        return cloud;
    }

    /** Testcontainers ends it with the JVM. */
    private static URI startLocalStack() {
        LocalStackContainer container =
                new LocalStackContainer(LOCALSTACK).withServices("dynamodb", "sqs", "secretsmanager");
        container.start();
        return container.getEndpoint();
    }
}
