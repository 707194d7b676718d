package io.middleware.paging.local.pagerduty;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** A service of an account. Safe for use by several threads. */
public final class Service {
    private final Account account;
    private final String id;
    private final String name;
    private final Instant createdAt;
    private final Set<User> hiddenFrom = new CopyOnWriteArraySet<>();
    private volatile EscalationPolicy policy;
    private volatile String description = "";
    private volatile UrgencyRule urgencyRule = new UrgencyRule.Constant("high");
    private volatile boolean disabled;

    Service(Account account, String id, String name, EscalationPolicy policy, Instant createdAt) {
        this.account = account;
        this.id = id;
        this.name = name;
        this.policy = policy;
        this.createdAt = createdAt;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    public EscalationPolicy policy() {
        return policy;
    }

    public Service policy(EscalationPolicy newPolicy) {
        policy = newPolicy;
        return this;
    }

    /** Default: empty. */
    public Service describedAs(String text) {
        description = text;
        return this;
    }

    /** @param rule {@code high} (default), {@code low} or {@code severity_based}; the last makes an incident without an alert high */
    public Service urgency(String rule) {
        urgencyRule = new UrgencyRule.Constant(rule);
        return this;
    }

    /**
     * Makes the urgency go by support hours, which lie within a day.
     *
     * @param during {@code high} or {@code low}
     * @param outside {@code high} or {@code low}
     */
    public Service urgencyByHours(
            String during, String outside, ZoneId zone, LocalTime start, LocalTime end, DayOfWeek... days) {
        urgencyRule = new UrgencyRule.ByHours(during, outside, zone, start, end, Set.of(days));
        return this;
    }

    public Service disable() {
        disabled = true;
        return this;
    }

    public Service enable() {
        disabled = false;
        return this;
    }

    /** Opens a maintenance window that starts now. */
    public MaintenanceWindow startMaintenance(Duration length) {
        Instant now = account.now();
        return account.addMaintenanceWindow("Planned work on " + name, this, now, now.plus(length));
    }

    /** Ends the windows that are under way. */
    public Service endMaintenance() {
        account.endMaintenance(this);
        return this;
    }

    /** Makes the service invisible to these users, as a private team does: absent from lists, unknown by id. */
    public Service hideFrom(User... users) {
        hiddenFrom.addAll(List.of(users));
        return this;
    }

    /** {@code active}, {@code warning}, {@code critical}, {@code maintenance} or {@code disabled}. */
    public String status() {
        return account.statusOf(this);
    }

    boolean isVisibleTo(Token token) {
        return token.owner().map(user -> !hiddenFrom.contains(user)).orElse(true);
    }

    boolean isDisabled() {
        return disabled;
    }

    String description() {
        return description;
    }

    UrgencyRule urgencyRule() {
        return urgencyRule;
    }

    Instant createdAt() {
        return createdAt;
    }

    Account account() {
        return account;
    }
}
