package io.middleware.paging;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.quarkus.runtime.StartupEvent;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.PagerDuty;

/**
 * Does during Lambda's init what the first page would otherwise wait for: makes the clients of DynamoDB and PagerDuty, and
 * opens the connection to DynamoDB by reading a binding that cannot exist. Init has a whole CPU, an invocation of a small
 * function a fraction of one.
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
    private final boolean wanted;

    WarmUp(
            RuleBindings bindings,
            PagerDuty pagerDuty,
            @ConfigProperty(name = "quarkus.funqy.export", defaultValue = "") String exported,
            @ConfigProperty(name = "paging.warm-up", defaultValue = "true") boolean warmUp) {
        this.bindings = bindings;
        this.pagerDuty = pagerDuty;
        this.wanted = warmUp && exported.equals("notify");
    }

    void onStart(@Observes StartupEvent started) {
        if (!wanted) {
            return;
        }
        try {
            pagerDuty.prepare();
            bindings.find(NOBODY, NOTHING);
        } catch (RuntimeException failure) {
            LOG.debugf("Not warmed up: %s", failure.getMessage());
        }
    }
}
