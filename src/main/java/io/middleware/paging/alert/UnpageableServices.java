package io.middleware.paging.alert;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import com.github.benmanes.caffeine.cache.Cache;

import io.middleware.paging.delivery.Reason;
import io.middleware.paging.recall.Recall;

/**
 * Services that PagerDuty opened no incident on a moment ago: disabled, in maintenance, nobody on call, forbidden. Of a thousand
 * alerts that wait for the same, one at a time finds out whether it is mended; the others wait without a call.
 *
 * <p>Thread-safe. In the memory of this process: another one finds out for itself.
 */
@ApplicationScoped
public class UnpageableServices {
    private final Duration memory;
    private final Clock clock;
    private final Cache<Object, Known> known;

    public UnpageableServices(AlertConfig config, Clock clock) {
        // Less than the shortest slow wait: whoever is told of a refusal comes back when it is forgotten.
        this.memory = config.slowRetry().dividedBy(2);
        this.clock = clock;
        this.known = Recall.lasting(memory.plus(config.slowRetry().multipliedBy(2)), clock);
    }

    /**
     * Why a page would not be sent.
     *
     * @param refusedAt when PagerDuty said so: how long to wait counts from then. Empty while another try finds out whether
     *     it still says so
     */
    record ReasonNotToCall(Reason reason, String detail, Optional<Instant> refusedAt) {}

    private record Known(Reason reason, String detail, Instant refusedAt, boolean isAsked) {
        Known asked(boolean now) {
            return new Known(reason, detail, refusedAt, now);
        }
    }

    /**
     * Before a call. Whoever is let through calls {@link #leave} in the end, whatever became of it.
     *
     * @param target whom the page goes to, and with which token
     * @return empty for who may call
     */
    Optional<ReasonNotToCall> enter(Object target) {
        // Set by the one thread that changes the entry.
        boolean[] mayAsk = {false};
        Known now = known.asMap().computeIfPresent(target, (key, entry) -> {
            mayAsk[0] = !entry.isAsked()
                    && !clock.instant().isBefore(entry.refusedAt().plus(memory));
            return mayAsk[0] ? entry.asked(true) : entry;
        });
        return now == null || mayAsk[0]
                ? Optional.empty()
                : Optional.of(new ReasonNotToCall(
                        now.reason(), now.detail(), now.isAsked() ? Optional.empty() : Optional.of(now.refusedAt())));
    }

    void leave(Object target) {
        known.asMap().computeIfPresent(target, (key, entry) -> entry.isAsked() ? entry.asked(false) : entry);
    }

    void refused(Object target, Reason reason, String detail) {
        known.put(target, new Known(reason, detail, clock.instant(), false));
    }

    /** Whoever comes next asks PagerDuty. */
    void forgetAll() {
        known.invalidateAll();
    }

    void pages(Object target) {
        known.invalidate(target);
    }
}
