package io.middleware.paging.local.queue;

import java.util.Optional;

/** The function behind an event source mapping. */
@FunctionalInterface
public interface FunctionInvoker {

    /**
     * Invokes it with an event and waits.
     *
     * @return its answer; empty if it ended in an error, or was not reached
     */
    Optional<byte[]> invoke(byte[] event) throws InterruptedException;
}
