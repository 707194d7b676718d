package io.middleware.paging.local.pagerduty;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Reading an account: users, services, policies, who is on call, maintenance. Runs under the account's monitor. */
final class AccountApi {

    Answer me(Token token) {
        return token.owner()
                .map(user -> Answer.json(200, Json.object().set("user", Shapes.user(user))))
                .orElseGet(() -> Answer.json(
                        400,
                        Json.object()
                                .put(
                                        "error",
                                        "Because this request was made using an account-level access token, we were"
                                                + " unable to determine the user's identity. Please use a user-level"
                                                + " token.")));
    }

    Answer services(Call call, Token token) {
        String query = call.parameter("query").orElse("").toLowerCase(Locale.ROOT);
        String name = call.parameter("name").orElse("");
        Comparator<Service> byName = Comparator.comparing(Service::name, String.CASE_INSENSITIVE_ORDER)
                .thenComparing(Service::id);
        boolean descending =
                call.parameter("sort_by").filter("name:desc"::equals).isPresent();
        List<Service> found = token.account().services().stream()
                .filter(service -> service.isVisibleTo(token))
                .filter(service -> service.name().toLowerCase(Locale.ROOT).contains(query))
                .filter(service -> name.isEmpty() || service.name().equals(name))
                .sorted(descending ? byName.reversed() : byName)
                .toList();
        return Page.of(
                call, "services", found, service -> Shapes.service(service, call.includes("escalation_policies")));
    }

    Answer service(Call call, Token token) {
        return token.account()
                .service(call.segment(1))
                .filter(service -> service.isVisibleTo(token))
                .map(service -> Shapes.service(service, call.includes("escalation_policies")))
                .map(shape -> Answer.json(200, Json.object().set("service", shape)))
                .orElseGet(Answer::notFound);
    }

    Answer escalationPolicy(Call call, Token token) {
        return token.account()
                .policy(call.segment(1))
                .map(policy -> Shapes.policy(token.account(), policy))
                .map(shape -> Answer.json(200, Json.object().set("escalation_policy", shape)))
                .orElseGet(Answer::notFound);
    }

    Answer onCalls(Call call, Token token) {
        Predicate<String> policyAsked = asked(call, "escalation_policy_ids[]");
        Predicate<String> userAsked = asked(call, "user_ids[]");
        List<ObjectNode> onCalls = new ArrayList<>();
        for (EscalationPolicy policy : token.account().policies()) {
            List<List<User>> levels = policyAsked.test(policy.id()) ? policy.levels() : List.of();
            for (int index = 0; index < levels.size(); index++) {
                int level = index + 1;
                levels.get(index).stream()
                        .filter(user -> userAsked.test(user.id()))
                        .map(user -> Shapes.onCall(token.account(), policy, level, user, call.includes("users")))
                        .forEach(onCalls::add);
            }
        }
        return Page.of(call, "oncalls", onCalls, shape -> shape);
    }

    Answer maintenanceWindows(Call call, Token token) {
        Predicate<String> serviceAsked = asked(call, "service_ids[]");
        String filter = call.parameter("filter").orElse("all");
        Instant now = token.account().now();
        List<MaintenanceWindow> found = token.account().windows().stream()
                .filter(window -> serviceAsked.test(window.service().id()))
                .filter(window -> window.service().isVisibleTo(token))
                .filter(window -> switch (filter) {
                    case "ongoing" -> window.isOngoing(now);
                    case "past" -> window.isPast(now);
                    case "future" -> now.isBefore(window.start());
                    case "open" -> !window.isPast(now);
                    default -> true;
                })
                .toList();
        return Page.of(call, "maintenance_windows", found, Shapes::window);
    }

    private static Predicate<String> asked(Call call, String parameter) {
        List<String> ids = call.parameters(parameter);
        return id -> ids.isEmpty() || ids.contains(id);
    }
}
