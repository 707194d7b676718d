package io.middleware.paging.alert;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * Sends what waits in the dead-letter queue back to the alert queue.
 *
 * <p>All of it, whatever its workspace and reason: SQS cannot choose. What is still malformed or refused comes back here;
 * what was delivered or has resolved meanwhile pages nobody, since the ledger remembers.
 */
@ApplicationScoped
public class SqsRedrive {
    private final SqsClient sqs;
    private final AlertConfig config;

    public SqsRedrive(SqsClient sqs, AlertConfig config) {
        this.sqs = sqs;
        this.config = config;
    }

    /**
     * Starts the move, which SQS does by itself. Safe to repeat: one that is under way goes on. Does nothing where the
     * queues are not configured.
     *
     * @throws RuntimeException if SQS refuses or fails
     */
    public void start() {
        if (config.deadLetterQueueArn().isEmpty() || config.alertQueueArn().isEmpty()) {
            return;
        }
        String from = config.deadLetterQueueArn().get();
        try {
            // With its destination: SQS knows the source only of messages that it moved here itself.
            sqs.startMessageMoveTask(request -> request.sourceArn(from)
                    .destinationArn(config.alertQueueArn().get()));
        } catch (SqsException refused) {
            if (!isUnderWay(from)) {
                throw refused;
            }
        }
    }

    /** SQS allows one move at a time for a queue. Source: AWS, "StartMessageMoveTask". */
    private boolean isUnderWay(String from) {
        return sqs.listMessageMoveTasks(request -> request.sourceArn(from).maxResults(1)).results().stream()
                .anyMatch(task -> task.status().equals("RUNNING"));
    }
}
