package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.delivery.Outcome;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.local.pagerduty.Sample;

/** What the line of an alert reads at 3 a.m. */
@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class OutcomeLogTest {
    private static final AlertMessage MESSAGE = new AlertMessage(
            "m-1",
            "arn:aws:sqs:us-east-1:000000000000:alerts",
            "handle",
            1,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            "{}");

    private final Logger logger = Logger.getLogger(OutcomeLog.class.getName());
    private final List<String> lines = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @Inject
    OutcomeLog log;

    @Inject
    Scene scene;

    @BeforeEach
    void listen() {
        scene.startReadyToPage();
        logger.addHandler(handler);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
    }

    @Test
    void whoWasNotPagedReadsWhichIncidentToTakeAndWhy() {
        scene.installAsTheOwner();
        scene.bind(Sample.BOTS);

        NotifyOutcome outcome = tell(scene.fires(0));

        assertThat(outcome.outcome()).isEqualTo(Outcome.NOBODY_PAGED);
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("ERROR NOBODY_PAGED: incident #")
                .contains(" https://acme.pagerduty.com/incidents/"
                        + scene.incidents().get(0).id() + " is open and nobody was notified")
                .contains("for its user Paging Bot (PUSR001), whose token opened it")
                .contains("Take it now. Then run install with the token of a user that is on no schedule.");
    }

    @Test
    void aRepeatOfItSaysTheSame() {
        scene.bind(Sample.BOTS);
        scene.fires(0);

        tell(scene.fires(1));

        assertThat(lines).singleElement().asString().contains("/incidents/").contains("Take it now.");
    }

    @Test
    void anAlertThatSharesItSaysTheSame() {
        scene.bindFoldedTo(Sample.BOTS);
        scene.fires("web-1", 0);

        tell(scene.fires("web-2", 1));

        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("ERROR NOBODY_PAGED: shares the incident of its rule; incident #")
                .contains("Take it now.");
    }

    @Test
    void aServiceThatPagesNobodyIsNamed() {
        scene.bind(Sample.LEGACY);

        tell(scene.fires(0));

        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("WARN WAITING: nobody could be paged on service " + Sample.LEGACY);
    }

    private NotifyOutcome tell(NotifyOutcome outcome) {
        log.tell(MESSAGE, Optional.of(scene.alert(Alert.Status.TRIGGERED, 0)), outcome);
        return outcome;
    }
}
