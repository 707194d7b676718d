package io.middleware.paging.local.sqs;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

import io.middleware.paging.local.aws.AwsJsonServer;
import io.middleware.paging.local.aws.AwsJsonServer.Protocol;
import io.middleware.paging.local.aws.AwsJsonServer.Reply;

/**
 * Amazon SQS in memory, over its own wire protocol (JSON 1.0), with standard queues only. All of its times come from one
 * clock: visibility, delay, retention and the pace of move tasks. One account (000000000000) and one region (us-east-1),
 * whatever the caller signs for. Safe for use by several threads.
 *
 * <p>Where it is stricter or plainer than AWS: a receive sees every message and gives the oldest first, and never waits,
 * as the clock may stand still meanwhile; nothing is delivered twice without a reason; purging and cancelling take effect
 * at once.
 */
public final class FakeSqs implements AutoCloseable {

    private static final Protocol PROTOCOL = new Protocol("fake-sqs", "AmazonSQS.", "1.0");

    private final Actions actions;
    private final AwsJsonServer server;

    private FakeSqs(int port, InstantSource clock) {
        // Queue URLs hold the address, which is known once the server is there.
        this.actions = new Actions(clock, this::endpoint);
        this.server = AwsJsonServer.start(port, PROTOCOL, this::answer);
    }

    /** Starts on a free port. */
    public static FakeSqs start(InstantSource clock) {
        return start(0, clock);
    }

    /**
     * @param port 0 for a free one
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public static FakeSqs start(int port, InstantSource clock) {
        return new FakeSqs(port, clock);
    }

    public URI endpoint() {
        return server.endpoint();
    }

    /**
     * When a receive from this queue may next find something, if nobody sends anything: now or earlier if it would find
     * something already. Empty if nothing will come, however long one waits.
     *
     * @throws io.middleware.paging.local.aws.AwsError if there is no such queue
     */
    public Optional<Instant> nextVisible(String queueUrl) {
        return actions.nextVisible(queueUrl);
    }

    @Override
    public void close() {
        server.close();
    }

    private Optional<Reply> answer(String action, byte[] body) {
        return Optional.of(Reply.to(body, request -> actions.answer(action, request)));
    }
}
