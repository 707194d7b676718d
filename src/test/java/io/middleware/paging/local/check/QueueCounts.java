package io.middleware.paging.local.check;

/**
 * How many messages a queue has, as SQS counts them.
 *
 * @param visible to be received now
 * @param hidden received by somebody, and not done
 * @param delayed sent, and not to be received yet
 */
public record QueueCounts(int visible, int hidden, int delayed) {

    public int total() {
        return visible + hidden + delayed;
    }

    /** Those that no receive shows now. */
    public int unreadable() {
        return hidden + delayed;
    }
}
