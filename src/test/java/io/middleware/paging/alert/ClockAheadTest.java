package io.middleware.paging.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;

import jakarta.inject.Inject;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.middleware.paging.harness.VirtualTimeCloud;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Sample;

/** Nothing that the clock of a sender says silences what comes later. */
@QuarkusTest
@TestProfile(VirtualTimeCloud.Notify.class)
class ClockAheadTest {
    private static final Path CASE = Path.of("src", "test", "resources", "cases", "29-alertmanager-starts-ahead");
    private static final Duration AHEAD = Duration.ofHours(23);

    @Inject
    Scene scene;

    @Inject
    SqsRedrive redrive;

    private QueuedAlerts alerts;

    @BeforeEach
    void begin() {
        alerts = new QueuedAlerts(scene);
    }

    @AfterEach
    void end() {
        alerts.close();
    }

    @Test
    void whatFiresOnceTheClockIsMendedPages() {
        sends("triggered", AHEAD);
        passes(60);
        sends("resolved", AHEAD);
        passes(60);

        sends("triggered", Duration.ZERO);

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false, true);
    }

    @Test
    void aClockThatIsYearsAheadPagesAndResolvesToo() {
        sends("triggered", Duration.ofDays(4_000));
        passes(60);
        sends("resolved", Duration.ofDays(4_000));

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    @Test
    void whatResolvesOnceTheClockIsMendedIsResolved() {
        sends("triggered", AHEAD);
        passes(60);

        sends("resolved", Duration.ZERO);

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    @Test
    void thePageSaysThatTheClockWasAhead() {
        Instant sent = alerts.now();

        sends("triggered", AHEAD);

        assertThat(alerts.incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.details())
                        .contains("The sender's clock is ahead: it says " + IncidentText.time(sent.plus(AHEAD))
                                + "; the queue took the message at " + IncidentText.time(sent) + ".")
                        .contains("Time: " + IncidentText.time(sent)));
    }

    @Test
    void aClockThatIsRightIsNotRemarkedOn() {
        sends("triggered", Duration.ofSeconds(3));

        assertThat(alerts.incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.details()).doesNotContain("ahead"));
    }

    /** What its clock was ahead by a little would otherwise make each copy a newer one. */
    @Test
    void aCopyOfAnOlderTriggerPagesNobodyWhereClocksDifferBySeconds() {
        String trigger = alerts.body("web-1", "triggered", alerts.now().plusSeconds(4));
        alerts.send(trigger, Map.of());
        alerts.handle();
        passes(1);
        sends("resolved", Duration.ofSeconds(4));
        passes(600);

        alerts.send(trigger, Map.of());
        alerts.handle();

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    @Test
    void whatComesBackFromTheDeadLetterQueueIsNoNewerThanItWas() {
        scene.bind("PNOSUCH");
        sends("triggered", AHEAD);
        assertThat(alerts.deadLetters()).hasSize(1);
        scene.bind(Sample.PAYMENTS);
        passes(600);
        sends("resolved", Duration.ZERO);

        redrive.start();
        alerts.handle();

        assertThat(alerts.incidents()).isEmpty();
    }

    @Test
    void anAlertOfAlertmanagerThatStartsAheadIsResolved() throws Exception {
        Instant sent = alerts.now();
        sendsCase("1-firing.json", "2026-11-28T08:56:03Z", sent.plusSeconds(300));
        passes(3);
        sendsCase("2-resolved.json", "2026-11-28T08:51:05Z", sent.plusSeconds(2));

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    @Test
    void anAlertOfAlertmanagerThatStartsSecondsAheadIsResolved() throws Exception {
        Instant sent = alerts.now();
        sendsCase("1-firing.json", "2026-11-28T08:56:03Z", sent.plusSeconds(4));
        passes(2);
        sendsCase("2-resolved.json", "2026-11-28T08:51:05Z", sent.plusSeconds(2));

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    @Test
    void aTimeOfSendingFromAheadSilencesNothingEither() throws Exception {
        Instant sent = alerts.now();
        Map<String, String> attributes = Map.of("sentAt", sent.plus(AHEAD).toString());
        sendsCase("1-firing.json", "2026-11-28T08:56:03Z", sent, attributes);
        passes(60);

        sendsCase("2-resolved.json", "2026-11-28T08:51:05Z", alerts.now());

        assertThat(alerts.incidents()).extracting(IncidentView::isOpen).containsExactly(false);
    }

    private void sends(String status, Duration ahead) {
        alerts.send("web-1", status, alerts.now().plus(ahead));
        alerts.handle();
    }

    private void passes(int seconds) {
        alerts.pass(Duration.ofSeconds(seconds));
    }

    private void sendsCase(String file, String recorded, Instant now) throws IOException {
        sendsCase(file, recorded, now, Map.of());
    }

    /** @param recorded the time in the file that is {@code now} here */
    private void sendsCase(String file, String recorded, Instant now, Map<String, String> attributes)
            throws IOException {
        String body = Files.readString(CASE.resolve(file))
                .replace(recorded, now.truncatedTo(ChronoUnit.MILLIS).toString());
        Map<String, String> all = new HashMap<>(attributes);
        all.put("workspaceId", scene.workspace());
        all.put("ruleId", Scene.RULE.value());
        alerts.send(body, all);
        alerts.handle();
    }
}
