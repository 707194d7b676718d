package io.middleware.paging.installation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import jakarta.enterprise.context.ApplicationScoped;

import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.Answer;
import io.middleware.paging.pagerduty.ApiToken;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.ServiceList;
import io.middleware.paging.pagerduty.User;

/** Checks a pasted token and, only if every check passed, stores it. */
@ApplicationScoped
public class Installer {
    /** Integration and routing keys of the Events API. Source: PagerDuty, "API Access Keys". */
    private static final Pattern INTEGRATION_KEY = Pattern.compile("[0-9A-Fa-f]{32}");

    private static final String HOW_TO_CREATE =
            "In PagerDuty open My Profile, User Settings, Create API User Token, and paste that token.";

    /** For what comes after the list of services: to store what was checked, whatever time the list took. */
    private static final Duration TIME_TO_STORE = Duration.ofSeconds(5);

    private final PagerDuty pagerDuty;
    private final Installations installations;
    private final TokenStore tokens;
    private final DynamoSetupLocks locks;
    private final Clock clock;

    public Installer(
            PagerDuty pagerDuty, Installations installations, TokenStore tokens, DynamoSetupLocks locks, Clock clock) {
        this.pagerDuty = pagerDuty;
        this.installations = installations;
        this.tokens = tokens;
        this.locks = locks;
        this.clock = clock;
    }

    /**
     * Installs or reinstalls. Safe to repeat.
     *
     * @param given the token as the user gave it
     * @param region where to ask; empty tries US, then EU
     * @param force accept a token of another PagerDuty account than before
     */
    public InstallResult install(
            WorkspaceId workspaceId, GivenToken given, Optional<Region> region, boolean force, Deadline deadline) {
        Optional<Refusal> misshapen = lookAtShape(given);
        if (misshapen.isPresent()) {
            return new InstallResult.Refused(misshapen.get());
        }
        ApiToken token = new ApiToken(given.text());
        List<Region> regions = region.map(List::of).orElse(List.of(Region.US, Region.EU));
        List<String> tried = new ArrayList<>();
        for (Region candidate : regions) {
            Access access = new Access(candidate, token);
            Answer<User> me = pagerDuty.me(access, deadline);
            if (me instanceof Answer.Success<User> known) {
                return install(workspaceId, access, known.value(), force, deadline);
            }
            Failure failure = ((Answer.Failed<User>) me).failure();
            tried.add(candidate.wireName() + ": " + failure.describe());
            if (failure.kind() != Failure.Kind.UNAUTHORIZED) {
                return new InstallResult.Refused(refusalOfMe(failure, tried));
            }
        }
        return new InstallResult.Refused(new Refusal(
                "TOKEN_INVALID",
                "PagerDuty does not know this token (" + String.join("; ", tried) + ").",
                "Check that the whole token was pasted and that it was not deleted"
                        + region.map(r -> ", and that the account is in the " + r.wireName()
                                        + " region (or leave region on auto)")
                                .orElse("")
                        + ". " + HOW_TO_CREATE));
    }

    private InstallResult install(WorkspaceId workspaceId, Access access, User user, boolean force, Deadline deadline) {
        if (user.isStakeholder()) {
            return new InstallResult.Refused(new Refusal(
                    "TOKEN_FORBIDDEN",
                    "The token belongs to " + user.email() + ", whose PagerDuty role " + user.role()
                            + " (stakeholder) cannot create incidents.",
                    "Use the token of a user with the role Responder or higher, best a bot user of its own."));
        }
        Answer<ServiceList> listed = pagerDuty.services(access, Optional.empty(), deadline.keeping(TIME_TO_STORE));
        if (listed instanceof Answer.Failed<ServiceList> failed) {
            return new InstallResult.Refused(refusalOfServices(failed.failure()));
        }
        ServiceList services = ((Answer.Success<ServiceList>) listed).value();
        return locks.alone(
                workspaceId,
                deadline,
                () -> store(workspaceId, access, user, services, force),
                InstallResult.Refused::new);
    }

    private InstallResult store(
            WorkspaceId workspaceId, Access access, User user, ServiceList services, boolean force) {
        Optional<Installation> before = installations.find(workspaceId);
        if (!force
                && before.map(old -> isOtherAccount(old, access.region(), user)).orElse(false)) {
            return new InstallResult.Refused(new Refusal(
                    "OTHER_ACCOUNT",
                    "The workspace is installed with the PagerDuty account "
                            + account(before.get().user(), before.get().region()) + "; this token belongs to "
                            + account(user, access.region()) + ".",
                    "Paste a token of the same account, or set force to true: rules bound to services of the old"
                            + " account must then be bound again."));
        }
        TokenStore.Saved saved = tokens.save(workspaceId, access.token());
        if (saved instanceof TokenStore.Saved.NotOurs notOurs) {
            return new InstallResult.Refused(refusalOfSecret(notOurs));
        }
        if (saved instanceof TokenStore.Saved.UnderOtherKey other) {
            return new InstallResult.Refused(refusalOfKey(other));
        }
        if (saved instanceof TokenStore.Saved.KeyUnusable unusable) {
            return new InstallResult.Refused(refusalOfKey(unusable));
        }
        String tokenVersion = ((TokenStore.Saved.As) saved).version();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Installation installation = new Installation(
                workspaceId,
                Installation.Status.ACTIVE,
                access.region(),
                user,
                now,
                now,
                Optional.empty(),
                tokenVersion);
        installations.save(installation);
        return new InstallResult.Installed(installation, services, warnings(user, services, before), before);
    }

    private static Optional<Refusal> lookAtShape(GivenToken given) {
        String token = given.text();
        if (token.isEmpty()) {
            return Optional.of(new Refusal("TOKEN_EMPTY", given.whyEmpty(), HOW_TO_CREATE));
        }
        if (INTEGRATION_KEY.matcher(token).matches()) {
            return Optional.of(new Refusal(
                    "INTEGRATION_KEY",
                    given.place()
                            + " holds 32 hexadecimal digits: that is an Events API integration key, not an API token.",
                    HOW_TO_CREATE));
        }
        if (ApiToken.isJson(token)) {
            return Optional.of(new Refusal(
                    "TOKEN_INVALID",
                    given.place() + " holds JSON, not the bare token.",
                    given.givenAlone() + HOW_TO_CREATE));
        }
        if (!ApiToken.isValid(token)) {
            return Optional.of(new Refusal(
                    "TOKEN_INVALID",
                    given.place() + " holds white space or characters that no PagerDuty token has.",
                    given.givenAlone() + HOW_TO_CREATE));
        }
        return Optional.empty();
    }

    private static Refusal refusalOfMe(Failure failure, List<String> tried) {
        if (PagerDuty.isAccountToken(failure)) {
            return new Refusal(
                    "ACCOUNT_TOKEN",
                    "This is an account (General Access) API key: PagerDuty knows no user behind it.",
                    "Incidents must be opened in a user's name. " + HOW_TO_CREATE);
        }
        if (failure.kind() == Failure.Kind.FORBIDDEN) {
            return new Refusal(
                    "TOKEN_FORBIDDEN",
                    "PagerDuty knows the token and does not let it read its own user (" + failure.describe() + ").",
                    "Use the token of a user with the role Responder or higher.");
        }
        return unavailable(tried);
    }

    private static Refusal refusalOfServices(Failure failure) {
        if (failure.kind() == Failure.Kind.FORBIDDEN || failure.kind() == Failure.Kind.UNAUTHORIZED) {
            return new Refusal(
                    "TOKEN_FORBIDDEN",
                    "The token may not list services (" + failure.describe() + ").",
                    "Use the token of a user with the role Responder or higher.");
        }
        return unavailable(List.of("list of services: " + failure.describe()));
    }

    private static Refusal unavailable(List<String> tried) {
        return Refusal.pagerDutyUnavailable("Tried " + String.join("; ", tried) + ". Nothing was stored.");
    }

    private static Refusal refusalOfSecret(TokenStore.Saved.NotOurs found) {
        return Refusal.invalidRequest(
                "workspaceId names a secret that is not this stack's: " + found.secret() + " " + found.foundTag()
                        + ". Nothing was stored.",
                "Give this stack another SecretPrefix, or delete that secret. If it is this workspace's token from before"
                        + " secrets had that tag, tag it: aws secretsmanager tag-resource --secret-id "
                        + found.secret() + " --tags Key=" + found.ownTag().replace("=", ",Value="));
    }

    private static Refusal refusalOfKey(TokenStore.Saved.UnderOtherKey found) {
        String secret = found.secret();
        String update = "aws secretsmanager update-secret --secret-id " + secret + " --kms-key-id "
                + found.own().name();
        String moveIt = found.waitsForDeletion()
                ? "aws secretsmanager restore-secret --secret-id " + secret + ", then " + update
                : update;
        // Everybody may use the account's own key; a stack with that as its own would keep tokens from nobody.
        String deployOrGive = found.found().isOfTheAccount()
                ? "Give"
                : "Deploy this stack with TokenKeyArn (kms_key_arn) of that key, as a stack made anew that meets the secrets and"
                        + " the key of the one before. Or give";
        return new Refusal(
                "SECRET_KEY_MISMATCH",
                "The secret " + secret + (found.waitsForDeletion() ? ", which waits for its deletion," : "")
                        + " is encrypted under the KMS key " + found.found().name()
                        + ", and this stack keeps its tokens under "
                        + found.own().name() + ". Nothing was stored.",
                deployOrGive + " the secret this stack's key, as somebody who may use both keys: " + moveIt
                        + ". Or delete the secret, if nothing else needs it: aws secretsmanager delete-secret --secret-id "
                        + secret + " --force-delete-without-recovery. Then run install again.");
    }

    private static Refusal refusalOfKey(TokenStore.Saved.KeyUnusable found) {
        return new Refusal(
                "SECRET_KEY_UNUSABLE",
                "The token cannot be encrypted in the secret " + found.secret() + " under the KMS key "
                        + found.key().name() + " (" + found.words() + "). Nothing was stored.",
                "Enable that key, or cancel its deletion, if it is disabled or to be deleted (aws kms describe-key --key-id "
                        + found.key().name()
                        + "); else look whether its key policy lets the account's own policies decide."
                        + " Then run install again.");
    }

    /** PagerDuty gives out a subdomain once in each region. */
    private static boolean isOtherAccount(Installation before, Region region, User now) {
        String old = before.user().subdomain();
        // A subdomain that PagerDuty did not tell proves nothing.
        return before.region() != region
                || (!old.isEmpty() && !now.subdomain().isEmpty() && !old.equals(now.subdomain()));
    }

    private static String account(User user, Region region) {
        return (user.subdomain().isEmpty() ? "of " + user.email() : user.subdomain()) + " (" + region.wireName() + ")";
    }

    private static List<Warning> warnings(User user, ServiceList services, Optional<Installation> before) {
        List<Warning> warnings = new ArrayList<>(Warning.of(services, Optional.empty()));
        Warning.ofRole(user).ifPresent(warnings::add);
        before.filter(old -> old.status() == Installation.Status.UNINSTALLING)
                .ifPresent(old -> warnings.add(new Warning(
                        "UNINSTALL_ENDED",
                        "An uninstall began at " + old.since()
                                + " and was not finished: this install ends it. The rules"
                                + " that it had not come to are bound as before; list-bindings shows them.")));
        before.map(Installation::user)
                .filter(old -> !old.id().equals(user.id()))
                .ifPresent(old -> warnings.add(new Warning(
                        "OTHER_USER",
                        "The workspace was installed by " + old.email() + ". From now on incidents are opened by "
                                + user.email() + ".")));
        return warnings;
    }
}
