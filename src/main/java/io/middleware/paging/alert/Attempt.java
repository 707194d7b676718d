package io.middleware.paging.alert;

import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.delivery.Claim;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.pagerduty.Deadline;

/** One try at one alert, with the claim that allows it. */
record Attempt(Alert alert, RuleBinding binding, Claim.Granted claim, int receiveCount, Deadline deadline) {
    DeliveryKey key() {
        return alert.deliveryKey();
    }
}
