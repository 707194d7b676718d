package io.middleware.paging.local.pagerduty;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Plays PagerDuty's other side over HTTP, for people who try the local cloud: under {@code /_control/} of either host, both are reached.
 * Without authentication, and never with a token in an answer.
 */
final class ControlApi {
    private static final String ROOT = "/_control";
    /** Of a maintenance, a snooze or a shift. */
    private static final Duration USUAL_TIME = Duration.ofHours(1);

    private static final List<String> HELP = List.of(
            "GET /_control/faults",
            "POST /_control/faults {method, path, region, status, body, headers, drop, act, garbled, holdMillis,"
                    + " stallMillis, times, probability, seed}",
            "DELETE /_control/faults, DELETE /_control/faults/{id}",
            "GET /_control/requests",
            "GET /_control/incidents",
            "POST /_control/incidents/{id}/resolve, /acknowledge, /reopen, /hide, /show",
            "POST /_control/incidents/{id}/snooze {minutes}, /merge {into: id}",
            "PUT /_control/services/{id} {status: active, disabled or maintenance, minutes}",
            "PUT /_control/services/{id} {urgency: high, low or severity_based}",
            "PUT /_control/services/{id} {supportHours: {timeZone, start: '09:00', end: '17:00', days: [1..7], during, outside}}",
            "PUT /_control/policies/{id} {onCall: [ids or e-mails], level, schedule, minutes}; an empty list: nobody at all",
            "POST /_control/tokens {token, user: id or e-mail}",
            "POST /_control/tokens/revoke {token}",
            "PUT /_control/rate-limit {account, operation: 'POST /incidents', perMinute}",
            "POST /_control/reset: back to the start. Of a local cloud also tables, queues, tokens and functions");

    private final FakePagerDuty pagerDuty;

    ControlApi(FakePagerDuty pagerDuty) {
        this.pagerDuty = pagerDuty;
    }

    static boolean isControl(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    Answer answer(Call call) {
        ObjectNode body = Json.parseObject(call.body()).orElseGet(Json::object);
        String what = (call.method() + " " + call.segment(1) + " " + call.segment(3)).trim();
        try {
            return switch (what) {
                case "GET" -> ok(Json.object().set("control", Json.texts(HELP)));
                case "GET faults" -> faults();
                case "POST faults" -> addFault(body);
                case "DELETE faults" -> removeFaults(call.segment(2));
                case "GET requests" -> requests();
                case "GET incidents" -> incidents();
                case "POST incidents resolve" -> done(() -> pagerDuty.resolveByHand(call.segment(2)));
                case "POST incidents acknowledge" -> done(() -> pagerDuty.acknowledgeByHand(call.segment(2)));
                case "POST incidents reopen" -> done(() -> pagerDuty.reopenByHand(call.segment(2)));
                case "POST incidents hide" -> done(() -> pagerDuty.hideIncident(call.segment(2)));
                case "POST incidents show" -> done(() -> pagerDuty.showIncident(call.segment(2)));
                case "POST incidents snooze" -> done(() -> pagerDuty.snoozeByHand(call.segment(2), minutes(body)));
                case "POST incidents merge" ->
                    done(() -> pagerDuty.mergeByHand(call.segment(2), required(body, "into")));
                case "PUT policies" -> setPolicy(call.segment(2), body);
                case "PUT services" -> setService(call.segment(2), body);
                case "POST tokens" -> call.segment(2).equals("revoke") ? revoke(body) : addToken(body);
                case "PUT rate-limit" -> setRateLimit(body);
                case "POST reset" -> done(pagerDuty::resetByControl);
                default -> refused(404, "no such control; GET " + ROOT + " lists them");
            };
        } catch (NoSuchElementException e) {
            return refused(404, Optional.ofNullable(e.getMessage()).orElse("not found"));
        } catch (IllegalArgumentException e) {
            return refused(400, e.getMessage());
        }
    }

    private Answer faults() {
        List<ObjectNode> armed = pagerDuty.faults().armed().stream()
                .map(fault -> Json.object()
                        .put("id", fault.id())
                        .put("fault", fault.toString())
                        .put("fired", fault.fired()))
                .toList();
        return ok(Json.object().set("faults", Json.array(armed)));
    }

    private Answer addFault(ObjectNode body) {
        Faults.Armed armed = pagerDuty.faults().add(fault(body));
        return Answer.json(201, Json.object().put("id", armed.id()).put("fault", armed.toString()));
    }

    /** Absent fields mean: every request of both regions, once, no difference to the usual answer. */
    private static Fault fault(JsonNode body) {
        Fault fault = Fault.on(
                        body.path("method").asText("*"), body.path("path").asText("/**"))
                .times(body.path("times").asInt(1))
                .holding(Duration.ofMillis(body.path("holdMillis").asLong()))
                .stalling(Duration.ofMillis(body.path("stallMillis").asLong()));
        if (body.hasNonNull("region")) {
            fault.in(Region.ofWord(body.path("region").asText()));
        }
        if (body.path("garbled").asBoolean()) {
            fault.garbled();
        }
        if (body.hasNonNull("body")) {
            fault.answering(body.path("status").asInt(200), body.path("body").asText());
        } else if (body.hasNonNull("status")) {
            fault.answering(body.path("status").asInt());
        }
        if (body.path("drop").asBoolean()) {
            fault.dropping();
        }
        if (body.path("act").asBoolean()) {
            fault.afterActing();
        }
        body.path("headers")
                .properties()
                .forEach(header ->
                        fault.header(header.getKey(), header.getValue().asText()));
        if (body.hasNonNull("probability")) {
            fault.withProbability(
                    body.path("probability").asDouble(),
                    new Random(body.path("seed").asLong()));
        }
        return fault;
    }

    private Answer removeFaults(String id) {
        return done(() -> {
            if (id.isEmpty()) {
                pagerDuty.faults().clear();
            } else {
                pagerDuty.faults().remove(Integer.parseInt(id));
            }
        });
    }

    private Answer requests() {
        List<ObjectNode> shapes =
                pagerDuty.requests().stream().map(ControlApi::shape).toList();
        return ok(Json.object().set("requests", Json.array(shapes)));
    }

    private static ObjectNode shape(RecordedRequest request) {
        ObjectNode shape = Json.object()
                .put("sequence", request.sequence())
                .put("region", request.region().word())
                .put("method", request.method())
                .put("path", request.path())
                .put("caller", request.caller())
                .put("receivedAt", request.receivedAt().toString())
                .put("expected", request.operation() != Operation.UNEXPECTED);
        ObjectNode query = shape.putObject("query");
        request.query().forEach((name, values) -> query.set(name, Json.texts(values)));
        ObjectNode headers = shape.putObject("headers");
        request.headers().forEach(headers::put);
        shape.put("body", request.body());
        request.status().ifPresentOrElse(status -> shape.put("status", status), () -> shape.putNull("status"));
        return shape;
    }

    private Answer incidents() {
        List<ObjectNode> shapes =
                pagerDuty.incidents().stream().map(ControlApi::shape).toList();
        return ok(Json.object().set("incidents", Json.array(shapes)));
    }

    private static ObjectNode shape(IncidentView incident) {
        ObjectNode shape = Json.object()
                .put("region", incident.region().word())
                .put("account", incident.subdomain())
                .put("id", incident.id())
                .put("number", incident.number())
                .put("key", incident.key())
                .put("title", incident.title())
                .put("details", incident.details())
                .put("serviceId", incident.serviceId())
                .put("urgency", incident.urgency())
                .put("status", incident.status().word())
                .put("from", incident.from().orElse(null))
                .put("createdBy", incident.createdBy())
                .put("createdAt", incident.createdAt().toString())
                .put("resolvedAt", incident.resolvedAt().map(Instant::toString).orElse(null))
                .put("resolvedBy", incident.resolvedBy().orElse(null));
        shape.set("paged", Json.texts(incident.pagedIds()));
        shape.set("notes", Json.texts(incident.notes()));
        return shape;
    }

    private Answer setService(String id, JsonNode body) {
        Service service = pagerDuty
                .accounts()
                .flatMap(account -> account.service(id).stream())
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no service has the id " + id));
        if (body.has("urgency")) {
            service.urgency(oneOf(body, "urgency", List.of("high", "low", "severity_based")));
        }
        if (body.has("supportHours")) {
            setSupportHours(service, body.path("supportHours"));
        }
        if (body.has("status") || !body.has("urgency") && !body.has("supportHours")) {
            setStatus(service, body);
        }
        return ok(Json.object().put("id", id).put("status", service.status()));
    }

    private static void setStatus(Service service, JsonNode body) {
        switch (body.path("status").asText()) {
            case "active" -> service.enable().endMaintenance();
            case "disabled" -> service.disable();
            case "maintenance" -> service.startMaintenance(minutes(body));
            default -> throw new IllegalArgumentException("status must be active, disabled or maintenance");
        }
    }

    private static void setSupportHours(Service service, JsonNode hours) {
        List<String> urgencies = List.of("high", "low");
        List<DayOfWeek> days = new ArrayList<>();
        hours.path("days").forEach(day -> days.add(DayOfWeek.of(day.asInt())));
        try {
            service.urgencyByHours(
                    oneOf(hours, "during", urgencies),
                    oneOf(hours, "outside", urgencies),
                    ZoneId.of(required(hours, "timeZone")),
                    LocalTime.parse(required(hours, "start")),
                    LocalTime.parse(required(hours, "end")),
                    days.toArray(DayOfWeek[]::new));
        } catch (DateTimeException notUnderstood) {
            throw new IllegalArgumentException(notUnderstood.getMessage(), notUnderstood);
        }
    }

    private Answer setPolicy(String id, JsonNode body) {
        if (!body.path("onCall").isArray()) {
            throw new IllegalArgumentException("onCall must be a list of ids or e-mails");
        }
        Account account = pagerDuty
                .accounts()
                .filter(candidate -> candidate.policy(id).isPresent())
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no policy has the id " + id));
        EscalationPolicy policy = account.policy(id).orElseThrow();
        List<User> users = new ArrayList<>();
        body.path("onCall")
                .forEach(user -> users.add(find(account, user.asText())
                        .orElseThrow(() -> new NoSuchElementException("no user is " + user.asText()))));
        if (users.isEmpty()) {
            policy.nobodyOnCall();
        } else {
            policy.onCall(body.path("level").asInt(1), users.toArray(User[]::new));
        }
        if (body.has("schedule")) {
            policy.bySchedule(
                    body.path("schedule").asText(), account.now(), account.now().plus(minutes(body)));
        }
        return ok(Json.object().put("id", id).put("name", policy.name()));
    }

    private static Duration minutes(JsonNode body) {
        return Duration.ofMinutes(body.path("minutes").asLong(USUAL_TIME.toMinutes()));
    }

    private static String oneOf(JsonNode body, String field, List<String> words) {
        String word = body.path(field).asText();
        if (!words.contains(word)) {
            throw new IllegalArgumentException(field + " must be one of " + String.join(", ", words));
        }
        return word;
    }

    private Answer addToken(JsonNode body) {
        String token = required(body, "token");
        String user = required(body, "user");
        return done(() -> pagerDuty
                .accounts()
                .filter(account -> find(account, user).isPresent())
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no user is " + user))
                .addUserToken(token, findAnywhere(user)));
    }

    private User findAnywhere(String idOrEmail) {
        return pagerDuty
                .accounts()
                .flatMap(account -> find(account, idOrEmail).stream())
                .findFirst()
                .orElseThrow();
    }

    private static Optional<User> find(Account account, String idOrEmail) {
        return account.user(idOrEmail).or(() -> account.userByEmail(idOrEmail));
    }

    private Answer revoke(JsonNode body) {
        String token = required(body, "token");
        boolean revoked = pagerDuty.us().revoke(token) | pagerDuty.eu().revoke(token);
        return ok(Json.object().put("revoked", revoked));
    }

    private Answer setRateLimit(JsonNode body) {
        String subdomain = body.path("account").asText(Sample.US_SUBDOMAIN);
        Operation operation = Operation.ofLabel(body.path("operation").asText(Operation.CREATE_INCIDENT.toString()));
        return done(() -> pagerDuty
                .accounts()
                .filter(account -> account.subdomain().equals(subdomain))
                .findFirst()
                .orElseThrow(() -> new NoSuchElementException("no account is " + subdomain))
                .limit(operation, body.path("perMinute").asInt()));
    }

    private static String required(JsonNode body, String field) {
        if (!body.path(field).isTextual() || body.path(field).asText().isBlank()) {
            throw new IllegalArgumentException(field + " is missing");
        }
        return body.path(field).asText();
    }

    private static Answer done(Runnable change) {
        change.run();
        return ok(Json.object().put("done", true));
    }

    private static Answer ok(JsonNode body) {
        return Answer.json(200, body);
    }

    private static Answer refused(int status, String message) {
        return Answer.json(status, Json.object().put("error", message));
    }
}
