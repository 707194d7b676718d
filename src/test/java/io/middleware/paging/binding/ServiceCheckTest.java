package io.middleware.paging.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;

import jakarta.inject.Inject;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.middleware.paging.binding.ServiceCheck.Target;
import io.middleware.paging.binding.ServiceFindings.Maintenance;
import io.middleware.paging.binding.ServiceFindings.Self;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.local.pagerduty.EscalationPolicy;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.PagerDutyHost;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.local.pagerduty.Service;
import io.middleware.paging.local.pagerduty.User;
import io.middleware.paging.pagerduty.Access;
import io.middleware.paging.pagerduty.ApiToken;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.Failure;
import io.middleware.paging.pagerduty.OnCall;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.Urgency;

@QuarkusTest
@QuarkusTestResource(TestCloud.class)
class ServiceCheckTest {
    private static final String OWNER = "PUSR001";

    @Inject
    ServiceCheck check;

    private final TestCloud cloud = TestCloud.current();
    private final PagerDutyHost us = cloud.pagerDuty().us();
    private final User owner = us.account().user(OWNER).orElseThrow();
    private final User ada = us.addUser("Ada", "ada@acme.example", "user");

    @AfterEach
    void clearFaults() {
        cloud.pagerDuty().faults().clear();
    }

    @Test
    void serviceThatPagesSomebodyGivesNoCauseToWarn() {
        ServiceFindings findings = look(service("Shop", ada));

        assertThat(findings.warnings()).isEmpty();
        assertThat(findings.notChecked()).isEmpty();
        assertThat(findings.isThere()).isEqualTo(Finding.known(true));
        assertThat(findings.isEnabled()).isEqualTo(Finding.known(true));
        assertThat(findings.maintenance()).isEqualTo(Finding.known(Optional.empty()));
        assertThat(findings.onCall().knownValue().orElseThrow())
                .extracting(one -> one.user().name())
                .containsExactly("Ada");
        assertThat(findings.self()).isEqualTo(Finding.known(Self.NOT_ON_CALL));
        assertThat(findings.reachesSomebody()).isEqualTo(Finding.known(true));
    }

    @ParameterizedTest
    @CsvSource({
        Sample.LEGACY + ", SERVICE_DISABLED, Enable it",
        Sample.BATCH + ", SERVICE_IN_MAINTENANCE, End the window",
        Sample.WEEKEND + ", NOBODY_ON_CALL, Put somebody on",
        Sample.BOTS + ", SELF_ON_CALL, Install the token of a user who is on no schedule",
        "PNOSUCH, SERVICE_NOT_FOUND, Bind the rule to another service",
    })
    void whatKeepsPagesFromReachingAPersonIsToldWithItsRemedy(String serviceId, String code, String remedy) {
        ServiceFindings findings = look(new Target(serviceId, Optional.empty()));

        assertThat(findings.warnings()).singleElement().satisfies(warning -> {
            assertThat(warning.code()).isEqualTo(code);
            assertThat(warning.message()).contains(remedy);
        });
        assertThat(findings.reachesSomebody()).isEqualTo(Finding.known(false));
        assertThat(findings.notChecked()).isEmpty();
    }

    @Test
    void maintenanceTellsTheEndOfItsLastWindow() {
        Service shop = service("Shop", ada);
        Instant now = cloud.clock().instant();
        shop.startMaintenance(Duration.ofHours(1));
        us.account().addMaintenanceWindow("Long work", shop, now, now.plus(Duration.ofHours(3)));

        ServiceFindings findings = look(shop);

        assertThat(findings.maintenance())
                .isEqualTo(Finding.known(
                        Optional.of(new Maintenance(Optional.of(now.plus(Duration.ofHours(3))), "Long work"))));
        assertThat(message(findings, "SERVICE_IN_MAINTENANCE"))
                .contains("(Long work)")
                .contains("until " + now.plus(Duration.ofHours(3)));
    }

    @Test
    void maintenanceIsKnownFromTheServiceWhenItsWindowsCannotBeRead() {
        Service shop = service("Shop", ada);
        shop.startMaintenance(Duration.ofHours(1));
        failing("GET", "/maintenance_windows");

        ServiceFindings findings = look(shop);

        assertThat(findings.maintenance()).isEqualTo(Finding.known(Optional.of(new Maintenance(Optional.empty(), ""))));
        assertThat(message(findings, "SERVICE_IN_MAINTENANCE")).contains("until it ends");
    }

    @Test
    void eachLookFailsAlone() {
        Service shop = service("Shop");
        failing("GET", "/maintenance_windows");
        assertThat(look(shop).warnings()).extracting(Warning::code).containsExactly("NOBODY_ON_CALL");

        cloud.pagerDuty().faults().clear();
        shop.disable();
        failing("GET", "/oncalls");
        ServiceFindings findings = look(shop);

        assertThat(findings.warnings()).extracting(Warning::code).containsExactly("SERVICE_DISABLED");
        assertThat(findings.notChecked().orElseThrow().message())
                .contains("whether anybody is on call (PagerDuty did not tell: SERVER_ERROR (HTTP 503)");
        assertThat(findings.onCall().unknownBecause()).isPresent();
        assertThat(findings.self().unknownBecause()).isPresent();
        assertThat(findings.reachesSomebody())
                .as("disabled, whoever is on call")
                .isEqualTo(Finding.known(false));
    }

    @Test
    void serviceThatCannotBeReadLeavesOpenWhoIsOnCall() {
        Service shop = service("Shop", ada);
        cloud.pagerDuty().faults().add(Fault.on("GET", "/services/*").answering(403));

        ServiceFindings findings = look(shop);

        assertThat(findings.warnings()).isEmpty();
        assertThat(findings.isThere()).isInstanceOf(Finding.Unknown.class);
        assertThat(findings.reachesSomebody()).isInstanceOf(Finding.Unknown.class);
        assertThat(findings.service())
                .isInstanceOfSatisfying(
                        Finding.Unknown.class,
                        unknown -> assertThat(
                                        ((Finding.Unknown<?>) unknown).failure().map(Failure::kind))
                                .contains(Failure.Kind.FORBIDDEN));
        assertThat(findings.notChecked().orElseThrow().message()).contains("whether the service opens incidents");
    }

    @Test
    void policyOfTheBindingCountsInThePlaceOfTheServices() {
        Service shop = service("Shop", ada);
        EscalationPolicy nobody = us.addPolicy("Nobody at all");

        ServiceFindings findings = look(new Target(shop.id(), Optional.of(nobody.id())));

        assertThat(findings.warnings()).extracting(Warning::code).containsExactly("NOBODY_ON_CALL");
        assertThat(message(findings, "NOBODY_ON_CALL")).contains("\"Nobody at all\"");
    }

    /** PagerDuty may well answer an empty list for it: that would read as if somebody had to go on call. */
    @Test
    void policyThatIsGoneIsNotOneWithNobodyOnCall() {
        ServiceFindings findings = look(new Target(service("Shop", ada).id(), Optional.of("PNOPOL")));

        assertThat(findings.warnings()).extracting(Warning::code).containsExactly("ESCALATION_POLICY_NOT_FOUND");
        assertThat(findings.reachesSomebody()).isEqualTo(Finding.known(false));
    }

    /** Somebody edited the table by hand, perhaps. */
    @Test
    void whatIsNoIdOfPagerDutyIsNotThereAndNeverSent() {
        int before = cloud.pagerDuty().requests().size();
        ServiceFindings noService = look(new Target("../users/me", Optional.empty()));
        assertThat(cloud.pagerDuty().requests()).hasSize(before);

        ServiceFindings noPolicy = look(new Target(Sample.PAYMENTS, Optional.of("PEP0001/x")));

        assertThat(noService.warnings()).extracting(Warning::code).containsExactly("SERVICE_NOT_FOUND");
        assertThat(noPolicy.warnings()).extracting(Warning::code).containsExactly("ESCALATION_POLICY_NOT_FOUND");
    }

    @Test
    void emptyFirstLevelLeavesItToTheSecond() {
        Service shop = service("Shop");
        shop.policy().onCall(2, owner);

        ServiceFindings findings = look(shop);

        assertThat(findings.pagedFirst().knownValue().orElseThrow())
                .extracting(OnCall::level)
                .containsExactly(2);
        assertThat(findings.self()).isEqualTo(Finding.known(Self.ALONE));
    }

    @Test
    void ownerOnALaterLevelIsNoCauseToWarn() {
        Service shop = service("Shop", ada);
        shop.policy().onCall(2, owner);

        assertThat(look(shop).warnings()).isEmpty();
    }

    @Test
    void ownerAmongOthersMayKeepThemFromBeingNotified() {
        ServiceFindings findings = look(service("Shop", owner, ada));

        assertThat(findings.self()).isEqualTo(Finding.known(Self.AMONG_OTHERS));
        assertThat(message(findings, "SELF_ON_CALL")).contains("with Ada").contains("may start acknowledged");
        assertThat(findings.reachesSomebody()).isEqualTo(Finding.known(true));
    }

    @Test
    void ownerAloneIsNotNotifiedAtAll() {
        ServiceFindings findings = look(service("Shop", owner));

        assertThat(message(findings, "SELF_ON_CALL"))
                .startsWith("Only the owner of the token, Paging Bot,")
                .contains("notifies nobody");
    }

    @ParameterizedTest
    @CsvSource({"high, HIGH", "low, LOW", "severity_based, HIGH"})
    void urgencyGoesByTheService(String rule, Urgency urgency) {
        Service shop = service("Shop", ada).urgency(rule);

        assertThat(look(shop).urgency(cloud.clock().instant())).isEqualTo(Finding.known(urgency));
    }

    @Test
    void urgencyGoesBySupportHours() {
        Service shop = service("Shop", ada)
                .urgencyByHours(
                        "high", "low", ZoneOffset.UTC, LocalTime.of(9, 0), LocalTime.of(17, 0), DayOfWeek.MONDAY);
        Instant monday = Instant.parse("2026-11-23T00:00:00Z");

        ServiceFindings findings = look(shop);

        Instant atNight = monday.plus(Duration.ofHours(3));
        Instant atNoon = monday.plus(Duration.ofHours(12));
        assertThat(findings.urgency(atNight)).isEqualTo(Finding.known(Urgency.LOW));
        assertThat(findings.urgency(atNoon)).isEqualTo(Finding.known(Urgency.HIGH));
        assertThat(findings.lowUrgency(UrgencyRule.SERVICE, atNight)
                        .orElseThrow()
                        .message())
                .contains("low urgency outside its support hours")
                .contains("Bind the rule with urgency high");
        assertThat(findings.lowUrgency(UrgencyRule.SERVICE, atNoon)).isEmpty();
        assertThat(findings.lowUrgency(UrgencyRule.HIGH, atNight)).isEmpty();
        assertThat(findings.lowUrgency(UrgencyRule.LOW, atNoon).orElseThrow().message())
                .startsWith("The rule is bound with urgency low");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",\"incident_urgency_rule\":{\"type\":\"of_tomorrow\"}",
                ",\"incident_urgency_rule\":{\"type\":\"use_support_hours\",\"during_support_hours\":"
                        + "{\"urgency\":\"high\"},\"outside_support_hours\":{\"urgency\":\"low\"}}",
            })
    void urgencyThatCannotBeReadIsUnknownAndNoWarning(String rule) {
        cloud.pagerDuty()
                .faults()
                .add(Fault.on("GET", "/services/*").answering(200, "{\"service\":{\"id\":\"PX\"" + rule + "}}"));

        ServiceFindings findings = look(new Target("PX", Optional.of(Sample.PRIMARY_POLICY)));

        assertThat(findings.urgency(cloud.clock().instant()).unknownBecause()).isPresent();
        assertThat(findings.warnings()).isEmpty();
    }

    /** Each of the two would wait for the other in vain, if one were asked after the other. */
    @Test
    void whatNeedNotWaitIsAskedSideBySide() {
        CyclicBarrier both = new CyclicBarrier(2);
        for (String path : List.of("/services/*", "/maintenance_windows")) {
            cloud.pagerDuty().faults().add(Fault.on("GET", path).afterwards(request -> await(both)));
        }

        look(service("Shop", ada));

        assertThat(both.isBroken()).isFalse();
    }

    @Test
    void withAPolicyOfItsOwnNothingWaits() {
        CyclicBarrier all = new CyclicBarrier(4);
        for (String path : List.of("/services/*", "/maintenance_windows", "/escalation_policies/*", "/oncalls")) {
            cloud.pagerDuty().faults().add(Fault.on("GET", path).afterwards(request -> await(all)));
        }

        look(new Target(service("Shop", ada).id(), Optional.of(Sample.PRIMARY_POLICY)));

        assertThat(all.isBroken()).isFalse();
    }

    @Test
    void withoutTimeNothingIsAskedAndAllIsUnknown() {
        int before = cloud.pagerDuty().requests().size();

        ServiceFindings findings = check.look(
                access(),
                OWNER,
                new Target(Sample.PAYMENTS, Optional.empty()),
                Deadline.after(Duration.ofSeconds(2), cloud.clock()));

        assertThat(findings.reachesSomebody()).isInstanceOf(Finding.Unknown.class);
        assertThat(cloud.pagerDuty().requests()).hasSize(before);
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(15, TimeUnit.SECONDS);
        } catch (Exception alone) {
            // The barrier is broken now, which the test looks at.
        }
    }

    private Service service(String name, User... onCall) {
        return us.addService(name, us.addPolicy(name + "'s policy", onCall));
    }

    private void failing(String method, String path) {
        cloud.pagerDuty().faults().add(Fault.on(method, path).answering(503).untilCleared());
    }

    private ServiceFindings look(Service service) {
        return look(new Target(service.id(), Optional.empty()));
    }

    private ServiceFindings look(Target target) {
        return check.look(access(), OWNER, target, Deadline.after(Duration.ofSeconds(60), cloud.clock()));
    }

    private static Access access() {
        return new Access(Region.US, new ApiToken(Sample.MANAGER_TOKEN));
    }

    private static String message(ServiceFindings findings, String code) {
        return findings.warnings().stream()
                .filter(warning -> warning.code().equals(code))
                .findFirst()
                .orElseThrow()
                .message();
    }
}
