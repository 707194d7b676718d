package io.middleware.paging.local.pagerduty;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

/**
 * PagerDuty on this machine: two hosts, US and EU, with the accounts of {@link Sample}. Safe for use by several threads.
 *
 * <pre>
 * try (FakePagerDuty pagerDuty = FakePagerDuty.start(clock)) {
 *     User bot = pagerDuty.us().addUser("Bot", "bot@acme.example", "user");
 *     pagerDuty.us().addUserToken("u+a-token-of-the-bot", bot);
 *     pagerDuty.faults().add(Fault.on("POST", "/incidents").dropping().afterActing());
 *     ...
 *     assertThat(pagerDuty.incidents()).singleElement().matches(IncidentView::isOpen);
 *     assertThat(pagerDuty.unexpectedRequests()).isEmpty();
 * }
 * </pre>
 */
public final class FakePagerDuty implements AutoCloseable {
    private final PagerDutyHost us;
    private final PagerDutyHost eu;
    private final Quirks quirks = new Quirks();
    private final Faults faults = new Faults();
    private final RequestLog requests;
    private final List<HttpDoor> doors;
    private volatile Runnable controlReset = this::reset;

    private FakePagerDuty(InstantSource clock, int usPort, int euPort) {
        this.us = new PagerDutyHost(Region.US, Sample.US_SUBDOMAIN, clock);
        this.eu = new PagerDutyHost(Region.EU, Sample.EU_SUBDOMAIN, clock);
        this.requests = new RequestLog(clock);
        Sample.fill(us, eu);
        ControlApi control = new ControlApi(this);
        HttpDoor usDoor = HttpDoor.open(us, usPort, new RestApi(us.tokens(), quirks), faults, requests, control);
        try {
            this.doors = List.of(
                    usDoor, HttpDoor.open(eu, euPort, new RestApi(eu.tokens(), quirks), faults, requests, control));
        } catch (RuntimeException e) {
            usDoor.close();
            throw e;
        }
    }

    /** Starts both hosts on free ports of the loopback interface. */
    public static FakePagerDuty start(InstantSource clock) {
        return start(clock, 0, 0);
    }

    /**
     * @param clock tells the times of incidents, maintenance windows and rate limits; delays of faults take real time
     * @param usPort 0 for a free one
     * @param euPort 0 for a free one
     * @throws java.io.UncheckedIOException if a port is taken
     */
    public static FakePagerDuty start(InstantSource clock, int usPort, int euPort) {
        return new FakePagerDuty(clock, usPort, euPort);
    }

    public PagerDutyHost us() {
        return us;
    }

    public PagerDutyHost eu() {
        return eu;
    }

    public PagerDutyHost host(Region region) {
        return region == Region.US ? us : eu;
    }

    public Faults faults() {
        return faults;
    }

    public Quirks quirks() {
        return quirks;
    }

    /** The last 100,000 requests, in order of arrival; those under way have no status yet. Control requests are not among them. */
    public List<RecordedRequest> requests() {
        return requests.all();
    }

    public List<RecordedRequest> requests(Operation operation) {
        return requests().stream()
                .filter(request -> request.operation() == operation)
                .toList();
    }

    /** How many there were since the start or the last reset. */
    public int count(Operation operation) {
        return requests.count(operation);
    }

    /** Requests for anything that PagerDuty does not have, or the fake does not play. */
    public List<RecordedRequest> unexpectedRequests() {
        return requests(Operation.UNEXPECTED);
    }

    /** All incidents of all accounts as they are now; each account's oldest first. */
    public List<IncidentView> incidents() {
        return accounts().flatMap(account -> account.incidents().stream()).toList();
    }

    /** @throws NoSuchElementException if no account has it */
    public IncidentView incident(String id) {
        Account account = accountOf(id);
        synchronized (account) {
            return account.book().find(id).orElseThrow().view();
        }
    }

    /** Incidents of one service and key that were open at the same time, whatever they are now. To be empty, always. */
    public List<DoublePage> doublePages() {
        return accounts()
                .flatMap(account -> {
                    synchronized (account) {
                        return account.book().doublePages().stream();
                    }
                })
                .toList();
    }

    /**
     * Resolves an incident as a responder does in PagerDuty's own pages. Nothing happens if it is resolved.
     *
     * @throws NoSuchElementException if no account has it
     */
    public void resolveByHand(String id) {
        byHand(id, (book, incident) -> {
            if (incident.status.isOpen()) {
                book.resolve(incident, hand(incident), "");
            }
        });
    }

    /**
     * Acknowledges a triggered incident as a responder does. Nothing happens if it is in another state.
     *
     * @throws NoSuchElementException if no account has it
     */
    public void acknowledgeByHand(String id) {
        byHand(id, (book, incident) -> {
            if (incident.status == IncidentStatus.TRIGGERED) {
                book.acknowledge(incident, hand(incident));
            }
        });
    }

    /**
     * Reopens a resolved incident as a responder does. Nothing happens if it is open.
     *
     * @throws NoSuchElementException if no account has it
     */
    public void reopenByHand(String id) {
        byHand(id, (book, incident) -> {
            if (!incident.status.isOpen()) {
                book.trigger(incident, hand(incident));
            }
        });
    }

    /**
     * Merges an incident into another one of its account; the first is resolved by that.
     *
     * @throws NoSuchElementException if no account has the first, or its account has not the second
     */
    public void mergeByHand(String sourceId, String targetId) {
        byHand(
                sourceId,
                (book, source) -> book.merge(source, book.find(targetId).orElseThrow(), hand(source)));
    }

    /**
     * Snoozes an incident as a responder does, who acknowledges it first. Nothing happens if it is resolved.
     *
     * @throws NoSuchElementException if no account has it
     */
    public void snoozeByHand(String id, Duration time) {
        acknowledgeByHand(id);
        byHand(id, (book, incident) -> {
            if (incident.status == IncidentStatus.ACKNOWLEDGED) {
                book.snooze(incident, time, hand(incident));
            }
        });
    }

    /**
     * Puts an incident out of sight of every token, as PagerDuty does for users who are not in its team: by id it is not
     * found, and in no list.
     *
     * @throws NoSuchElementException if no account has it
     */
    public void hideIncident(String id) {
        byHand(id, (book, incident) -> incident.outOfSight = true);
    }

    /** Undoes {@link #hideIncident}. */
    public void showIncident(String id) {
        byHand(id, (book, incident) -> incident.outOfSight = false);
    }

    /** Back to the start: the sample accounts anew, no incident, request, fault or changed quirk. Accounts held from before are dead. */
    public void reset() {
        us.clear();
        eu.clear();
        Sample.fill(us, eu);
        quirks.restoreDefaults();
        faults.reset();
        requests.clear();
    }

    /** What {@code POST /_control/reset} does instead of {@link #reset()} alone, for who has more to take back. */
    public void onControlReset(Runnable reset) {
        this.controlReset = reset;
    }

    void resetByControl() {
        controlReset.run();
    }

    /** Stops both hosts and ends their threads; what is under way gets no answer. */
    @Override
    public void close() {
        doors.forEach(HttpDoor::close);
    }

    Stream<Account> accounts() {
        return Stream.of(us, eu).flatMap(host -> host.accounts().stream());
    }

    private interface Hand {
        void act(IncidentBook book, Incident incident);
    }

    private void byHand(String id, Hand hand) {
        Account account = accountOf(id);
        synchronized (account) {
            hand.act(account.book(), account.book().find(id).orElseThrow());
        }
    }

    /** The one who was paged, or would have been. */
    private static User hand(Incident incident) {
        return Stream.concat(incident.assignees.stream(), incident.policy.paged().stream())
                .findFirst()
                .orElse(incident.creator);
    }

    private Account accountOf(String id) {
        return accounts()
                .filter(account -> {
                    synchronized (account) {
                        return account.book().find(id).isPresent();
                    }
                })
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no incident has the id " + id));
    }
}
