package io.middleware.paging.alert;

import static io.middleware.paging.delivery.Outcome.ADOPTED;
import static io.middleware.paging.delivery.Outcome.OPENED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.PageText;
import io.middleware.paging.harness.TestCloud;

/** What PagerDuty shows of a rule that says what its pages read. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class PageTextTest {
    private static final PageText TEXT = new PageText(
            Optional.of("{rule} in {labels.env} ({labels.team})"),
            Optional.of("https://wiki.acme.example/cpu"),
            Optional.of("Call Ann."));

    @Inject
    Scene scene;

    @BeforeEach
    void install() {
        scene.startReadyToPage();
    }

    @Test
    void theIncidentHasTheRulesTitleAndItsNoteFirst() {
        scene.bindSaying(GroupBy.ALERT, TEXT);

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);

        assertThat(scene.incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("cpu-high in prod");
            assertThat(incident.details())
                    .startsWith(
                            "Runbook: https://wiki.acme.example/cpu\n\nCall Ann.\n\n> 93.4 % for 5 minutes\n\nTitle: CPU");
        });
    }

    @Test
    void aSharedIncidentHasThemToo() {
        scene.bindSaying(GroupBy.RULE, TEXT);

        scene.fires("web-1", 0);
        assertThat(scene.fires("web-2", 1).outcome()).isEqualTo(ADOPTED);

        assertThat(scene.incidentsOfRule()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("cpu-high in prod");
            assertThat(incident.details())
                    .startsWith(
                            "Runbook: https://wiki.acme.example/cpu\n\nCall Ann.\n\nShared: this incident stands for");
        });
    }

    @Test
    void aTemplateThatCannotBeReadPagesAllTheSame() {
        scene.bindSaying(GroupBy.ALERT, new PageText(Optional.of("{host} {"), Optional.empty(), Optional.empty()));

        assertThat(scene.fires(0).outcome()).isEqualTo(OPENED);

        assertThat(scene.incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.title()).startsWith("CPU above 90 % on "));
    }
}
