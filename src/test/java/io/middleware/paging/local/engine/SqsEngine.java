package io.middleware.paging.local.engine;

import java.net.URI;

import org.apache.pekko.http.scaladsl.Http;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;

/** ElasticMQ, in memory and in this JVM, as queues of our emulated account and region. */
public final class SqsEngine implements AutoCloseable {

    private final SQSRestServer server;
    private final URI endpoint;

    private SqsEngine(SQSRestServer server, URI endpoint) {
        this.server = server;
        this.endpoint = endpoint;
    }

    /** Starts on a free port and returns once the engine answers. */
    public static SqsEngine start() {
        return FreePort.on(SqsEngine::start);
    }

    /**
     * Starts and returns once the engine answers.
     *
     * @throws IllegalStateException if the port is in use
     */
    public static SqsEngine start(int port) {
        SQSRestServer server = SQSRestServerBuilder.withPort(port)
                .withInterface("localhost")
                .withAWSRegion(AwsClients.REGION)
                .withAWSAccountId(AwsClients.ACCOUNT_ID)
                .start();
        try {
            Http.ServerBinding binding = server.waitUntilStarted();
            return new SqsEngine(
                    server,
                    URI.create("http://localhost:" + binding.localAddress().getPort()));
        } catch (RuntimeException e) {
            server.stopAndWait();
            throw new IllegalStateException("ElasticMQ could not start on port " + port + ": " + e.getMessage(), e);
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    /** A new client of this engine, to be closed by the caller. */
    public SqsClient client() {
        return AwsClients.sqs(endpoint);
    }

    @Override
    public void close() {
        server.stopAndWait();
    }
}
