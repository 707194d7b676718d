package io.middleware.paging.pagerduty;

import static io.middleware.paging.pagerduty.PagerDutyCalls.PAGE;
import static io.middleware.paging.pagerduty.PagerDutyCalls.authorization;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * PagerDuty's REST API v2, as a user token sees it.
 *
 * <p>Thread-safe. Every refusal is a value. Reads are tried once more when PagerDuty failed without a reason; writes
 * never are: whoever asked knows whether a repeat is safe. A host that gave no answer several times in a row is not called
 * for a while: {@link Failure.Kind#CIRCUIT_OPEN}.
 */
@ApplicationScoped
public class PagerDuty {
    /**
     * PagerDuty refuses {@code offset+limit} above 10,000. Source: PagerDuty, "Pagination".
     */
    public static final int MAX_LISTED = 10_000;

    /** More incidents in one {@code PUT /incidents} are answered with 413. Source: PagerDuty, "Manage incidents". */
    public static final int MAX_RESOLVED_AT_ONCE = 250;

    /**
     * The list of incidents may lag behind a creation: for this long an empty one does not prove that there is none. Source:
     * clients that saw it lag (airbnb/streamalert); PagerDuty documents no bound, and 60 s is our assumption.
     */
    public static final Duration LIST_LAG = Duration.ofSeconds(60);

    /** What {@link #isId} takes. */
    public static final String ID_RULE = "1 to 19 letters and digits, such as PIJ90N7";

    /**
     * PagerDuty's ids have 7 or 14 characters today. A token has 20: pasted in the place of an id, it must not become part
     * of a URL.
     */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,19}");

    /** "Escalation Policy Has No User On Call". Source: PagerDuty, "Errors". */
    private static final int CODE_NOBODY_ON_CALL = 1015;

    /** Lambda refuses an answer above 6 MB, and 10,000 services with long descriptions would be one. */
    private static final int MAX_LISTED_WITH_DESCRIPTION = 2_000;

    /** What is left of the details when PagerDuty answers 413. */
    private static final int MAX_DETAILS_CHARS_AFTER_413 = 1_000;

    private final PagerDutyCalls calls;

    PagerDuty(PagerDutyCalls calls) {
        this.calls = calls;
    }

    /**
     * Opens a connection to the host of {@code region}, so that the first call need not: TCP and TLS, and no request. Waits for
     * it; a failure is left to that call to report. What the circuit knows of the host is neither asked nor changed.
     */
    public void connect(Region region) {
        calls.connect(region);
    }

    /**
     * Why a call would not go out now: the invocation may end before the answer, or the host is down. So that nobody takes
     * a turn for it. Empty when it would go out; calls nobody.
     */
    public Optional<Failure> hindrance(Access access, Deadline deadline) {
        return calls.reasonNotToCall(access, deadline);
    }

    /** Whether {@code text} may be sent as the id of a service, policy or incident: {@link #ID_RULE}. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** In the path of a URL anything else could name another resource, encoded or not. */
    static String checkedId(String id) {
        if (!isId(id)) {
            throw new IllegalArgumentException("an id of PagerDuty's has " + ID_RULE);
        }
        return id;
    }

    /** Whose token this is. An account token is refused with status 400, see {@link #isAccountToken}. */
    public Answer<User> me(Access access, Deadline deadline) {
        return calls.read(
                access, deadline, api -> api.me(authorization(access)), body -> PagerDutyJson.user(body.path("user")));
    }

    /** Whether {@code failure}, the answer to {@link #me}, means that the token belongs to an account, not to a user. */
    public static boolean isAccountToken(Failure failure) {
        // Matched on the words, as PagerDuty's own client does: this answer has no code.
        return failure.status() == 400
                && failure.detail().toLowerCase(Locale.ROOT).contains("account-level access token");
    }

    /**
     * The services that the token can see, by name: all, or those that were read until PagerDuty failed or the time was up,
     * or the {@value #MAX_LISTED} that it lists at most; {@link ServiceList} says which. It fails if not even the first 100
     * could be read. Of more than 2,000 the descriptions are left out.
     *
     * @param query part of the name, for PagerDuty to filter by; empty for all
     */
    public Answer<ServiceList> services(Access access, Optional<String> query, Deadline deadline) {
        List<Service> services = new ArrayList<>();
        Optional<Failure> stoppedBy = Optional.empty();
        boolean more = true;
        for (int offset = 0; more && offset + PAGE <= MAX_LISTED; offset += PAGE) {
            int from = offset;
            Answer<JsonNode> page = calls.read(
                    access,
                    deadline,
                    api -> api.services(authorization(access), query.orElse(null), null, "name", PAGE, from),
                    body -> body);
            if (page instanceof Answer.Failed<JsonNode> failed) {
                if (services.isEmpty()) {
                    return Answer.failed(failed.failure());
                }
                stoppedBy = Optional.of(failed.failure());
                break;
            }
            JsonNode body = ((Answer.Success<JsonNode>) page).value();
            body.path("services").forEach(service -> services.add(PagerDutyJson.service(service)));
            // "more" decides, not the length of the page; but a page of nothing that promises more would never end.
            more = body.path("more").asBoolean(false) && !body.path("services").isEmpty();
        }
        boolean descriptionsFit = services.size() <= MAX_LISTED_WITH_DESCRIPTION;
        return Answer.of(new ServiceList(
                descriptionsFit
                        ? services
                        : services.stream().map(Service::withoutDescription).toList(),
                more,
                stoppedBy));
    }

    public Answer<EscalationPolicy> escalationPolicy(Access access, String id, Deadline deadline) {
        return calls.read(
                access,
                deadline,
                api -> api.escalationPolicy(authorization(access), checkedId(id)),
                body -> PagerDutyJson.escalationPolicy(body.path("escalation_policy")));
    }

    /**
     * Opens an incident. Safe to repeat while it stays open: PagerDuty then answers {@code AlreadyOpen}. Once it was
     * resolved, the same request opens a new one and pages again.
     *
     * @param from the e-mail of the token's owner: required with account tokens and by PagerDuty's schema, and harmless
     *     otherwise
     */
    public IncidentResult open(Access access, String from, NewIncident incident, Deadline deadline) {
        IncidentResult result = openOnce(access, from, incident, deadline);
        if (result instanceof IncidentResult.Failed failed && failed.failure().kind() == Failure.Kind.TOO_LARGE) {
            return openOnce(access, from, incident.withDetailsCutTo(MAX_DETAILS_CHARS_AFTER_413), deadline);
        }
        return result;
    }

    /**
     * The open incident with this key on this service; empty when PagerDuty shows none, which shortly after its creation
     * does not prove that there is none: {@link #LIST_LAG}.
     */
    public Answer<Optional<Incident>> findOpen(Access access, IncidentKey key, String serviceId, Deadline deadline) {
        return incidents(access, key, serviceId, List.of("triggered", "acknowledged"), null, deadline, incidents -> {
            JsonNode first = incidents.path(0);
            return first.isMissingNode() ? Optional.empty() : Optional.of(PagerDutyJson.incident(first));
        });
    }

    /**
     * The incidents with this key on this service, open or not, that were created since then, by PagerDuty's clock and to the
     * second; the newest first, and 5 at most. Shortly after its creation one may be missing: {@link #LIST_LAG}. One that
     * does not say when it was created is left out.
     */
    public Answer<List<Incident>> createdSince(
            Access access, IncidentKey key, String serviceId, Instant since, Deadline deadline) {
        List<String> any = List.of("triggered", "acknowledged", "resolved");
        return incidents(access, key, serviceId, any, "created_at:desc", deadline, incidents -> {
            Instant second = since.truncatedTo(ChronoUnit.SECONDS);
            List<Incident> created = new ArrayList<>();
            for (JsonNode node : incidents) {
                if (PagerDutyJson.time(node, "created_at")
                        .filter(at -> !at.isBefore(second))
                        .isPresent()) {
                    created.add(PagerDutyJson.incident(node));
                }
            }
            return List.copyOf(created);
        });
    }

    /** @param sortBy null for PagerDuty's own order */
    private <T> Answer<T> incidents(
            Access access,
            IncidentKey key,
            String serviceId,
            List<String> statuses,
            String sortBy,
            Deadline deadline,
            Function<JsonNode, T> decode) {
        return calls.read(
                access,
                deadline,
                // Without date_range=all PagerDuty looks back a month only.
                api -> api.incidents(authorization(access), key.value(), serviceId, statuses, "all", sortBy, 5),
                body -> decode.apply(body.path("incidents")));
    }

    public Answer<Incident> incident(Access access, String id, Deadline deadline) {
        return calls.read(
                access,
                deadline,
                api -> api.incident(authorization(access), checkedId(id)),
                body -> PagerDutyJson.incident(body.path("incident")));
    }

    /**
     * Resolves incidents in one call, all or none: PagerDuty refuses all if it refuses one, for instance with status 400 one
     * that is resolved already, or with 404 one that is out of the token's sight. It does not say which; reading each one's
     * state tells. Safe to repeat.
     *
     * @param resolutions at least one. Of those with the same incident only the first is sent
     * @return those that are resolved by PagerDuty's own words: a yes that leaves one out says nothing of it
     * @throws IllegalArgumentException if they are of no incident, or of more than {@value #MAX_RESOLVED_AT_ONCE}
     */
    public Answer<Resolved> resolve(Access access, String from, List<Resolution> resolutions, Deadline deadline) {
        Map<String, Resolution> byIncident = new LinkedHashMap<>();
        resolutions.forEach(resolution -> byIncident.putIfAbsent(resolution.incidentId(), resolution));
        if (byIncident.isEmpty() || byIncident.size() > MAX_RESOLVED_AT_ONCE) {
            throw new IllegalArgumentException(
                    "1 to " + MAX_RESOLVED_AT_ONCE + " incidents are resolved at once, not " + byIncident.size());
        }
        ObjectNode body = object();
        ArrayNode changes = body.putArray("incidents");
        byIncident.values().forEach(resolution -> changes.add(body(resolution)));
        return calls.call(
                access,
                deadline,
                api -> api.update(authorization(access), from, body),
                200,
                (answer, headers) -> new Resolved(resolved(answer.path("incidents")), headers));
    }

    private static Set<String> resolved(JsonNode incidents) {
        Set<String> ids = new HashSet<>();
        for (JsonNode incident : incidents) {
            if (Incident.RESOLVED.equals(incident.path("status").asText())) {
                ids.add(incident.path("id").asText(""));
            }
        }
        return ids;
    }

    private IncidentResult openOnce(Access access, String from, NewIncident incident, Deadline deadline) {
        Answer<IncidentResult> answer = calls.call(
                access,
                deadline,
                api -> api.open(authorization(access), from, body(incident)),
                201,
                (body, headers) -> new IncidentResult.Opened(PagerDutyJson.incident(body.path("incident")), headers));
        return answer.fold(opened -> opened, PagerDuty::meaningOfRefusedOpen);
    }

    /** PagerDuty answers 400 to all of these, and its codes are shared: only the words tell them apart. */
    private static IncidentResult meaningOfRefusedOpen(Failure failure) {
        if (failure.status() != 400) {
            return new IncidentResult.Failed(failure);
        }
        String text = failure.detail().toLowerCase(Locale.ROOT);
        if (text.contains("matching dedup key")) {
            return new IncidentResult.AlreadyOpen(failure.headers());
        }
        boolean mayHeal = failure.code() == CODE_NOBODY_ON_CALL
                || text.contains("on call")
                || text.contains("on-call")
                || text.contains("could not be assigned")
                || text.contains("could not be created")
                || text.contains("disabled")
                || text.contains("maintenance");
        return mayHeal ? new IncidentResult.NotPageable(failure) : new IncidentResult.Failed(failure);
    }

    private static JsonNode body(NewIncident incident) {
        ObjectNode node = object().put("type", "incident").put("title", incident.title());
        node.set("service", reference(incident.serviceId(), "service_reference"));
        node.put("incident_key", incident.key().value());
        incident.urgency()
                .ifPresent(urgency -> node.put("urgency", urgency.name().toLowerCase(Locale.ROOT)));
        incident.escalationPolicyId()
                .ifPresent(id -> node.set("escalation_policy", reference(id, "escalation_policy_reference")));
        // A string: PagerDuty's schema says object, its own example and its server say string.
        node.set("body", object().put("type", "incident_body").put("details", incident.details()));
        ObjectNode body = object();
        body.set("incident", node);
        return body;
    }

    private static JsonNode body(Resolution resolution) {
        return reference(resolution.incidentId(), "incident_reference")
                // Never another status: since 2025-09 "triggered" and "acknowledged" reopen a resolved incident.
                .put("status", "resolved")
                .put("resolution", resolution.text());
    }

    private static ObjectNode reference(String id, String type) {
        return object().put("id", id).put("type", type);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
