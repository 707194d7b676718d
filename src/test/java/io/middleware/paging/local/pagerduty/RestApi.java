package io.middleware.paging.local.pagerduty;

import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.node.ObjectNode;

import io.middleware.paging.local.pagerduty.RateLimits.Verdict;

/** The REST API of one region: who calls, may they, and which operation answers. Errors come in that order. */
final class RestApi {
    private static final Pattern AUTHORIZATION = Pattern.compile("Token token=(\\S+)");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");

    private final ConcurrentMap<String, Token> tokens;
    private final Quirks quirks;
    private final AccountApi accountApi;
    private final IncidentApi incidentApi;

    RestApi(ConcurrentMap<String, Token> tokens, Quirks quirks) {
        this.tokens = tokens;
        this.quirks = quirks;
        this.accountApi = new AccountApi();
        this.incidentApi = new IncidentApi(quirks);
    }

    Answer answer(Call call) {
        if (call.operation() == Operation.UNEXPECTED) {
            return Answer.notFound();
        }
        if (call.oversized()) {
            return Answer.tooLarge();
        }
        return authenticate(call).map(token -> limited(call, token)).orElseGet(quirks::unauthorized);
    }

    /** For the record: e-mail of the token's owner, {@code account key} or {@code unknown}. */
    String caller(Call call) {
        return authenticate(call)
                .map(token -> token.owner().map(User::email).orElse("account key"))
                .orElse("unknown");
    }

    private Optional<Token> authenticate(Call call) {
        Matcher authorization =
                AUTHORIZATION.matcher(call.header("Authorization").orElse(""));
        return authorization.matches() ? Optional.ofNullable(tokens.get(authorization.group(1))) : Optional.empty();
    }

    private Answer limited(Call call, Token token) {
        String caller = token.owner().map(User::id).orElse(token.key());
        Verdict verdict = token.account().rateLimits().take(call.operation(), caller);
        if (verdict.allowed()) {
            return describe(verdict, permitted(call, token));
        }
        return switch (quirks.rateLimitAnswer()) {
            case FULL -> describe(verdict, Answer.rateLimited());
            case WITHOUT_HEADERS -> Answer.rateLimited();
            case WITHOUT_BODY -> describe(verdict, Answer.empty(429));
            case BARE -> Answer.empty(429);
        };
    }

    private static Answer describe(Verdict verdict, Answer answer) {
        return answer.with("ratelimit-limit", Integer.toString(verdict.limit()))
                .with("ratelimit-remaining", Integer.toString(verdict.remaining()))
                .with("ratelimit-reset", Long.toString(verdict.resetSeconds()));
    }

    private Answer permitted(Call call, Token token) {
        if (!call.operation().writes()) {
            synchronized (token.account()) {
                Answer answer = read(call, token);
                return quirks.othersMasked() ? Masking.of(answer, token) : answer;
            }
        }
        if (token.kind() == Token.Kind.READ_ONLY_ACCOUNT
                || token.owner().filter(User::isStakeholder).isPresent()) {
            return quirks.forbidden();
        }
        Optional<ObjectNode> body = isJson(call) ? Json.parseObject(call.body()) : Optional.empty();
        if (body.isEmpty()) {
            return Answer.invalid("params must be a Hash");
        }
        synchronized (token.account()) {
            return wrongFrom(call, token).orElseGet(() -> write(call, token, body.get()));
        }
    }

    private static boolean isJson(Call call) {
        String type = call.header("Content-Type").orElse("");
        return type.split(";")[0].trim().equalsIgnoreCase("application/json");
    }

    /** An account key must say for whom it acts; a user's token need not, but what it says must be a user. */
    private static Optional<Answer> wrongFrom(Call call, Token token) {
        Optional<String> from = call.header("From");
        if (from.isEmpty()) {
            return token.owner().isPresent()
                    ? Optional.empty()
                    : Optional.of(Answer.error(
                            400,
                            2016,
                            "You must specify a user's email address in the \"From\" header to perform this action"));
        }
        if (!EMAIL.matcher(from.get()).matches()) {
            return Optional.of(Answer.error(400, 1028, "Malformed \"From\" header"));
        }
        return token.account().userByEmail(from.get()).isPresent()
                ? Optional.empty()
                : Optional.of(Answer.error(400, 1008, "Requester User Not Found"));
    }

    private Answer read(Call call, Token token) {
        return switch (call.operation()) {
            case GET_ME -> accountApi.me(token);
            case LIST_SERVICES -> accountApi.services(call, token);
            case GET_SERVICE -> accountApi.service(call, token);
            case GET_ESCALATION_POLICY -> accountApi.escalationPolicy(call, token);
            case LIST_ON_CALLS -> accountApi.onCalls(call, token);
            case LIST_MAINTENANCE_WINDOWS -> accountApi.maintenanceWindows(call, token);
            case LIST_INCIDENTS -> incidentApi.list(call, token);
            case GET_INCIDENT -> incidentApi.get(call, token);
            case LIST_LOG_ENTRIES -> incidentApi.logEntries(call, token);
            case CREATE_INCIDENT, UPDATE_INCIDENT, UPDATE_INCIDENTS, ADD_NOTE, UNEXPECTED -> Answer.notFound();
        };
    }

    private Answer write(Call call, Token token, ObjectNode body) {
        User actor = token.owner()
                .or(() -> token.account().userByEmail(call.header("From").orElse("")))
                .orElseThrow();
        return switch (call.operation()) {
            case CREATE_INCIDENT -> incidentApi.create(call, token, actor, body);
            case UPDATE_INCIDENT -> incidentApi.update(call, token, actor, body);
            case UPDATE_INCIDENTS -> incidentApi.updateAll(token, actor, body);
            case ADD_NOTE -> incidentApi.addNote(call, token, actor, body);
            case GET_ME,
                    LIST_SERVICES,
                    GET_SERVICE,
                    GET_ESCALATION_POLICY,
                    LIST_ON_CALLS,
                    LIST_MAINTENANCE_WINDOWS,
                    LIST_INCIDENTS,
                    GET_INCIDENT,
                    LIST_LOG_ENTRIES,
                    UNEXPECTED -> Answer.notFound();
        };
    }
}
