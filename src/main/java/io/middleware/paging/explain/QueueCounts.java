package io.middleware.paging.explain;

/**
 * About how many messages a queue holds, by SQS's own approximate counts.
 *
 * @param toReceive may be received now
 * @param hidden are being handled, or wait for their next try
 * @param delayed cannot be received yet
 */
public record QueueCounts(int toReceive, int hidden, int delayed) {
    public int all() {
        return toReceive + hidden + delayed;
    }
}
