package io.middleware.paging;

import java.util.Optional;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.quarkus.runtime.StartupEvent;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.Accounts;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.PagerDuty;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.SideBySide;

/**
 * Does during Lambda's init what the first page would otherwise wait for, side by side: opens the connection to PagerDuty, and
 * those to DynamoDB and Secrets Manager by reading the account of the default workspace. Without one a binding is read that cannot
 * exist, which opens the connection to DynamoDB alone. Init has a whole CPU, an invocation of a small function a fraction of one.
 *
 * <p>Only for {@code notify}: somebody waits for the others, nobody's sleep depends on them. Off with
 * {@code PAGING_WARM_UP=false}. A failure is left to the first page to report.
 */
@ApplicationScoped
class WarmUp {
    private static final Logger LOG = Logger.getLogger(WarmUp.class);
    private static final WorkspaceId NOBODY = new WorkspaceId("-");
    private static final RuleId NOTHING = new RuleId("-");

    private final RuleBindings bindings;
    private final PagerDuty pagerDuty;
    private final Accounts accounts;
    private final SideBySide sideBySide;
    private final Optional<String> defaultWorkspace;
    private final boolean wanted;

    WarmUp(
            RuleBindings bindings,
            PagerDuty pagerDuty,
            Accounts accounts,
            SideBySide sideBySide,
            @ConfigProperty(name = "paging.default-workspace") Optional<String> defaultWorkspace,
            @ConfigProperty(name = "quarkus.funqy.export", defaultValue = "") String exported,
            @ConfigProperty(name = "paging.warm-up", defaultValue = "true") boolean warmUp) {
        this.bindings = bindings;
        this.pagerDuty = pagerDuty;
        this.accounts = accounts;
        this.sideBySide = sideBySide;
        this.defaultWorkspace = defaultWorkspace;
        this.wanted = warmUp && exported.equals("notify");
    }

    void onStart(@Observes StartupEvent started) {
        if (!wanted) {
            return;
        }
        // Most accounts are in the US region. Of one that is not this is known only when it has been read.
        Supplier<Void> connected = sideBySide.start(() -> {
            pagerDuty.connect(Region.US);
            return null;
        });
        try {
            readFromAws().filter(region -> region != Region.US).ifPresent(pagerDuty::connect);
        } catch (RuntimeException failure) {
            LOG.debugf("Not warmed up: %s", failure.getMessage());
        }
        connected.get();
    }

    /** The region of the default workspace's account, if there is one. */
    private Optional<Region> readFromAws() {
        if (defaultWorkspace.isEmpty()) {
            bindings.find(NOBODY, NOTHING);
            return Optional.empty();
        }
        return accounts.readAhead(new WorkspaceId(defaultWorkspace.get()), sideBySide)
                .map(Installation::region);
    }
}
