package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Sample;

@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class PagerDutyTest {
    @Inject
    PagerDuty pagerDuty;

    private final TestCloud cloud = TestCloud.current();
    private final Access manager = new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN));

    @Test
    void aUserTokenTellsItsOwner() {
        Answer<User> me = pagerDuty.me(manager, deadline());

        assertThat(me)
                .isEqualTo(Answer.of(
                        new User("PUSR001", "Paging Bot", Sample.MANAGER_EMAIL, "user", Sample.US_SUBDOMAIN)));
    }

    private Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(30), cloud.clock());
    }
}
