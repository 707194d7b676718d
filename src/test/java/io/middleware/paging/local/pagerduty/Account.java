package io.middleware.paging.local.pagerduty;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/**
 * One PagerDuty account: its people, policies, services, keys and incidents. Safe for use by several threads; its monitor guards all of
 * its state, the incident book included.
 */
public final class Account {
    private final Region region;
    private final String subdomain;
    private final InstantSource clock;
    private final ConcurrentMap<String, Token> tokens;
    private final Ids ids;
    private final IncidentBook incidents;
    private final RateLimits rateLimits;
    private final Map<String, User> users = new LinkedHashMap<>();
    private final Map<String, EscalationPolicy> policies = new LinkedHashMap<>();
    private final Map<String, Service> services = new LinkedHashMap<>();
    private final List<MaintenanceWindow> windows = new ArrayList<>();
    private final Set<TeamRole> teamRoles = new HashSet<>();

    private record TeamRole(String userId, String serviceId) {}

    Account(Region region, String subdomain, InstantSource clock, ConcurrentMap<String, Token> tokensOfHost) {
        this.region = region;
        this.subdomain = subdomain;
        this.clock = clock;
        this.tokens = tokensOfHost;
        this.ids = new Ids(subdomain);
        this.incidents = new IncidentBook(this, ids);
        this.rateLimits = new RateLimits(clock);
    }

    public Region region() {
        return region;
    }

    public String subdomain() {
        return subdomain;
    }

    /** Adds a user with an id of the fake's choice. For {@code role} see {@link User}. */
    public User addUser(String name, String email, String role) {
        return addUser(ids.next('P'), name, email, role);
    }

    public synchronized User addUser(String id, String name, String email, String role) {
        User user = new User(id, name, email, role, region.webUrl(subdomain) + "/users/" + id);
        users.put(id, user);
        return user;
    }

    /** Removes a user, and with it the user's tokens. Policies still name the user, as PagerDuty asks an admin to change them first. */
    public synchronized void removeUser(User user) {
        users.remove(user.id());
        tokens.values()
                .removeIf(token -> token.account() == this && token.owner().equals(Optional.of(user)));
    }

    /** Adds a policy with one level; without users nobody is on call. */
    public EscalationPolicy addPolicy(String name, User... onCall) {
        return addPolicy(ids.next('P'), name, onCall);
    }

    public synchronized EscalationPolicy addPolicy(String id, String name, User... onCall) {
        EscalationPolicy policy = new EscalationPolicy(id, name, List.of(onCall));
        policies.put(id, policy);
        return policy;
    }

    /** Adds an active service of high urgency. */
    public Service addService(String name, EscalationPolicy policy) {
        return addService(ids.next('P'), name, policy);
    }

    public synchronized Service addService(String id, String name, EscalationPolicy policy) {
        Service service = new Service(this, id, name, policy, now());
        services.put(id, service);
        return service;
    }

    /** Deletes a service. Its incidents stay where they are. */
    public synchronized void removeService(Service service) {
        services.remove(service.id());
    }

    public synchronized MaintenanceWindow addMaintenanceWindow(
            String description, Service service, Instant start, Instant end) {
        MaintenanceWindow window = new MaintenanceWindow(ids.next('P'), description, service, start, end);
        windows.add(window);
        return window;
    }

    /** Gives a user of role {@code observer} or {@code restricted_access} a team role on these services: there, it may page. */
    public synchronized Account letPage(User user, Service... servicesOfTeam) {
        Stream.of(servicesOfTeam).forEach(service -> teamRoles.add(new TeamRole(user.id(), service.id())));
        return this;
    }

    /** Makes {@code key} a token of that user, from now on. */
    public Account addUserToken(String key, User owner) {
        return addToken(new Token(key, Token.Kind.USER, this, Optional.of(owner)));
    }

    /** Makes {@code key} a key of the account as a whole. */
    public Account addAccountKey(String key) {
        return addToken(new Token(key, Token.Kind.ACCOUNT, this, Optional.empty()));
    }

    /** Makes {@code key} a key of the account that may only read. */
    public Account addReadOnlyAccountKey(String key) {
        return addToken(new Token(key, Token.Kind.READ_ONLY_ACCOUNT, this, Optional.empty()));
    }

    private Account addToken(Token token) {
        tokens.put(token.key(), token);
        return this;
    }

    /**
     * Limits an operation of this account, whoever calls. A call beyond the limit is answered 429 until the minute, counted from its first
     * call by the fake's clock, is over.
     *
     * @param perMinute 0 or less: no limit, which is the default of every operation
     */
    public Account limit(Operation operation, int perMinute) {
        rateLimits.limit(operation, perMinute);
        return this;
    }

    /**
     * Limits all calls of a user, over all of the user's tokens, or of an account key.
     *
     * @param perMinute 0 or less: no limit, which is the default; PagerDuty's own is 960
     */
    public Account limitCalls(int perMinute) {
        rateLimits.limitCalls(perMinute);
        return this;
    }

    public synchronized List<User> users() {
        return List.copyOf(users.values());
    }

    public synchronized List<Service> services() {
        return List.copyOf(services.values());
    }

    public synchronized Optional<Service> service(String id) {
        return Optional.ofNullable(services.get(id));
    }

    public synchronized List<EscalationPolicy> policies() {
        return List.copyOf(policies.values());
    }

    public synchronized Optional<EscalationPolicy> policy(String id) {
        return Optional.ofNullable(policies.get(id));
    }

    public synchronized Optional<User> user(String id) {
        return Optional.ofNullable(users.get(id));
    }

    /** All incidents so far, oldest first. */
    public synchronized List<IncidentView> incidents() {
        return incidents.all().stream().map(Incident::view).toList();
    }

    synchronized Optional<User> userByEmail(String email) {
        return users.values().stream()
                .filter(user -> user.email().equalsIgnoreCase(email))
                .findFirst();
    }

    synchronized List<MaintenanceWindow> windows() {
        return List.copyOf(windows);
    }

    synchronized void endMaintenance(Service service) {
        Instant now = now();
        windows.replaceAll(window ->
                Objects.equals(window.service(), service) && window.isOngoing(now) ? window.endingAt(now) : window);
    }

    synchronized boolean isInMaintenance(Service service) {
        Instant now = now();
        return windows.stream().anyMatch(window -> window.service() == service && window.isOngoing(now));
    }

    synchronized String statusOf(Service service) {
        if (service.isDisabled()) {
            return "disabled";
        }
        if (isInMaintenance(service)) {
            return "maintenance";
        }
        if (incidents.count(service, IncidentStatus.TRIGGERED) > 0) {
            return "critical";
        }
        return incidents.count(service, IncidentStatus.ACKNOWLEDGED) > 0 ? "warning" : "active";
    }

    synchronized boolean mayPage(Token token, String serviceId) {
        return token.owner()
                .filter(User::needsTeamRole)
                .map(user -> teamRoles.contains(new TeamRole(user.id(), serviceId)))
                .orElse(true);
    }

    /** Only to be used while holding this account's monitor. */
    IncidentBook book() {
        return incidents;
    }

    RateLimits rateLimits() {
        return rateLimits;
    }

    Instant now() {
        return clock.instant();
    }
}
