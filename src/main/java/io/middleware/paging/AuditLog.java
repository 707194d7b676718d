package io.middleware.paging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

import io.middleware.paging.alert.TestResult;
import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleBinder.BindResult;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.Uninstaller;
import io.middleware.paging.installation.GivenToken;
import io.middleware.paging.installation.InstallResult;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;

/**
 * One line for each change of who pages whom, what it was and what it is now, and for each test. Users go by PagerDuty's id, since an e-mail is
 * personal data; the token is in no line. Who invoked the function only AWS knows: CloudTrail, data events of Lambda.
 */
final class AuditLog {
    private static final Logger LOG = Logger.getLogger(AuditLog.class);

    private static final int MAX_SHOWN_CHARS = 100;

    private AuditLog() {}

    static void installed(InstallResult.Installed installed, GivenToken token) {
        Installation now = installed.installation();
        Optional<Installation> before = installed.before();
        List<String> parts = new ArrayList<>();
        parts.add(change("user", before.map(old -> old.user().id()), now.user().id()));
        parts.add(change("account", before.map(AuditLog::account), account(now)));
        parts.add(change(
                "status", before.map(old -> old.status().name()), now.status().name()));
        parts.add(token.way());
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("workspace", now.workspaceId().value());
        write(
                (before.isPresent() ? "REINSTALLED: workspace " : "INSTALLED: workspace ") + now.workspaceId() + ", "
                        + String.join(", ", parts),
                fields);
    }

    static void bound(BindResult.Bound bound) {
        RuleBinding now = bound.binding();
        String what = bound.replaced()
                ? bound.changes().isEmpty()
                        ? "unchanged"
                        : bound.changes().stream()
                                .map(change ->
                                        change(change.field(), Optional.of(shown(change.from())), shown(change.to())))
                                .collect(Collectors.joining(", "))
                : describe(now);
        write(bound.replaced() ? "REBOUND" : "BOUND", now, what);
    }

    static void unbound(RuleBinding before) {
        write("UNBOUND", before, describe(before));
    }

    /** Of an uninstall that is not finished, too: what it removed is removed. */
    static void uninstalled(WorkspaceId workspaceId, Uninstaller.Result result) {
        String what;
        if (result instanceof Uninstaller.Result.Uninstalled done) {
            what = "UNINSTALLED: workspace " + workspaceId
                    + done.before()
                            .map(before -> ", user " + before.user().id() + ", account " + account(before))
                            .orElse("")
                    + ", bindings removed " + done.bindingsRemoved() + ", " + describe(done.token());
        } else if (result instanceof Uninstaller.Result.Unfinished part) {
            what = "UNINSTALLING: workspace " + workspaceId + ", bindings removed " + part.bindingsRemoved()
                    + ", not finished: " + part.left();
        } else {
            return;
        }
        write(what, Map.of("workspace", workspaceId.value()));
    }

    private static String describe(TokenStore.Removed token) {
        if (token instanceof TokenStore.Removed.Scheduled scheduled) {
            return "secret " + scheduled.secret() + " to be deleted at " + scheduled.goneAt();
        }
        return token instanceof TokenStore.Removed.NotOurs notOurs
                ? "secret " + notOurs.secret() + " left alone: it " + notOurs.foundTag()
                : "no secret " + ((TokenStore.Removed.None) token).secret();
    }

    private static String describe(RuleBinding binding) {
        return "serviceId " + binding.serviceId() + ", serviceName " + binding.serviceName() + ", notifyOnResolve "
                + binding.notifyOnResolve() + ", urgency " + binding.urgency().wireName() + ", groupBy "
                + binding.groupBy().wireName() + ", escalationPolicyId "
                + binding.escalationPolicyId().orElse("none") + ", enabled " + binding.enabled()
                + describe(binding.pageText());
    }

    private static String describe(PageText text) {
        return text.title().map(title -> ", title " + shown(title)).orElse("")
                + text.runbookUrl().map(url -> ", runbookUrl " + shown(url)).orElse("")
                + text.note().map(note -> ", note " + shown(note)).orElse("");
    }

    private static void write(String change, RuleBinding binding, String what) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("workspace", binding.workspaceId().value());
        fields.put("rule", binding.ruleId().value());
        write(change + ": rule " + binding.ruleId() + " of workspace " + binding.workspaceId() + ": " + what, fields);
    }

    /** On one line, the beginning of a long text only. */
    private static String shown(Object value) {
        String line = Objects.toString(value, "none").replaceAll("[\\p{Z}\\p{Cc}]+", " ");
        if (line.length() <= MAX_SHOWN_CHARS) {
            return line;
        }
        int end = Character.isHighSurrogate(line.charAt(MAX_SHOWN_CHARS - 1)) ? MAX_SHOWN_CHARS - 1 : MAX_SHOWN_CHARS;
        return line.substring(0, end) + "…";
    }

    static void tested(WorkspaceId workspaceId, RuleId ruleId, TestResult result) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("workspace", workspaceId.value());
        fields.put("rule", ruleId.value());
        String what;
        if (result instanceof TestResult.Sent sent) {
            fields.put("incident", sent.incident().id());
            fields.put("number", Long.toString(sent.incident().number()));
            // Not the verdict: it names people.
            what = "incident #" + sent.incident().number() + " on service "
                    + sent.incident().serviceId() + ", " + sent.status() + ", sent at " + sent.sentAt()
                    + ", reaches somebody: "
                    + sent.reachesSomebody().map(Object::toString).orElse("unknown");
        } else {
            Refusal refusal = ((TestResult.Refused) result).refusal();
            what = refusal.code() + ", " + refusal.message();
        }
        write("TESTED: rule " + ruleId + " of workspace " + workspaceId + ": " + what, fields);
    }

    private static String account(Installation installation) {
        String subdomain = installation.user().subdomain();
        return (subdomain.isEmpty() ? "unknown" : subdomain) + " ("
                + installation.region().wireName() + ")";
    }

    private static String change(String field, Optional<String> from, String to) {
        return field + " "
                + from.filter(old -> !old.equals(to)).map(old -> old + " → ").orElse("") + to;
    }

    private static void write(String line, Map<String, String> fields) {
        fields.forEach(MDC::put);
        try {
            LOG.info(line);
        } finally {
            fields.keySet().forEach(MDC::remove);
        }
    }
}
