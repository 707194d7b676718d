package io.middleware.paging.pacing;

/** The answer to "may PagerDuty be called now?". */
public sealed interface Turn {
    /**
     * Yes. The slot is used up, unless it is given back at once: {@link Pacer#notCalled}.
     *
     * @param slot that lets the call through
     */
    record Now(Slot slot) implements Turn {}

    /**
     * Not before {@code slot}, which is this caller's own: to be kept, and brought along then.
     *
     * @param blocked whether PagerDuty's own limit is known to be used up; otherwise only our pace makes it wait
     */
    record Later(Slot slot, boolean blocked) implements Turn {}
}
