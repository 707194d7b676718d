package io.middleware.paging.pacing;

/** Where a slot goes whose holder ends, or waits for something else, without having called PagerDuty. */
@FunctionalInterface
public interface UnusedSlots {
    /**
     * Makes the slot free for somebody else, if its time has not passed and this process has not used it. Never throws: a
     * slot that could not be given back is lost, and costs the next page time and no more.
     */
    void giveBack(Slot slot);
}
