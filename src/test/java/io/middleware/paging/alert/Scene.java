package io.middleware.paging.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import jakarta.enterprise.context.ApplicationScoped;

import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;

import io.middleware.paging.binding.GroupBy;
import io.middleware.paging.binding.PageText;
import io.middleware.paging.binding.RuleBinding;
import io.middleware.paging.binding.RuleBindings;
import io.middleware.paging.binding.RuleId;
import io.middleware.paging.binding.UrgencyRule;
import io.middleware.paging.delivery.DeliveryKey;
import io.middleware.paging.harness.TestCloud;
import io.middleware.paging.installation.Installation;
import io.middleware.paging.installation.Installations;
import io.middleware.paging.installation.TokenStore;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.local.engine.AwsClients;
import io.middleware.paging.local.pagerduty.FakePagerDuty;
import io.middleware.paging.local.pagerduty.IncidentView;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.Sample;
import io.middleware.paging.pagerduty.ApiToken;
import io.middleware.paging.pagerduty.Deadline;
import io.middleware.paging.pagerduty.IncidentKey;
import io.middleware.paging.pagerduty.Region;
import io.middleware.paging.pagerduty.User;

/** A workspace of its own for each test, installed and with one bound rule, and one alert that fires and resolves. */
@ApplicationScoped
public class Scene {
    static final RuleId RULE = new RuleId("cpu-high");

    private static final AtomicInteger COUNT = new AtomicInteger();
    private final AlertNotifier notifier;
    private final IncidentResolver resolver;
    private final Installations installations;
    private final TokenStore tokens;
    private final RuleBindings bindings;

    private WorkspaceId workspaceId;
    private Instant startedAt;
    private int callsAtStart;

    public Scene(
            AlertNotifier notifier,
            IncidentResolver resolver,
            Installations installations,
            TokenStore tokens,
            RuleBindings bindings) {
        this.notifier = notifier;
        this.resolver = resolver;
        this.installations = installations;
        this.tokens = tokens;
        this.bindings = bindings;
    }

    /** A fresh workspace, with no token and no rule. */
    public void start() {
        workspaceId = new WorkspaceId("scene-" + COUNT.incrementAndGet());
        pagerDuty().faults().clear();
        callsAtStart = pagerDuty().requests().size();
        startedAt = TestCloud.current().clock().instant();
    }

    /** A fresh workspace, installed by the bot, with its rule bound to Payments. */
    public void startReadyToPage() {
        start();
        install(Sample.MANAGER_TOKEN);
        bind(Sample.PAYMENTS);
    }

    public void install(String token) {
        install(token, Region.US);
    }

    /** Somebody edits the secret by hand. */
    void editSecret(String text) {
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(TestCloud.current().secrets().endpoint())) {
            secrets.putSecretValue(request ->
                    request.secretId(TestCloud.secretName(workspaceId)).secretString(text));
        }
    }

    /** Somebody encrypts the secret under a key that is disabled, until {@code secrets().heal()}. */
    void encryptSecretUnderADisabledKey(String key) {
        try (SecretsManagerClient secrets =
                AwsClients.secretsManager(TestCloud.current().secrets().endpoint())) {
            secrets.updateSecret(request ->
                    request.secretId(TestCloud.secretName(workspaceId)).kmsKeyId(key));
        }
        TestCloud.current().secrets().disableKey(key);
    }

    /** Somebody edits the installation by hand: nothing of this workspace can be handled until that is undone. */
    public void breakInstallation() {
        TestCloud.current()
                .dynamo()
                .updateItem(
                        request -> request.tableName(TestCloud.current().stack().ref("Installations"))
                                .key(Map.of("workspaceId", AttributeValue.fromS(workspaceId.value())))
                                .updateExpression("SET #region = :region")
                                .expressionAttributeNames(Map.of("#region", "region"))
                                .expressionAttributeValues(Map.of(":region", AttributeValue.fromS("mars"))));
    }

    /** Somebody deletes the installation by hand, and leaves the rules bound. */
    public void uninstall() {
        TestCloud.current()
                .dynamo()
                .deleteItem(
                        request -> request.tableName(TestCloud.current().stack().ref("Installations"))
                                .key(Map.of("workspaceId", AttributeValue.fromS(workspaceId.value()))));
    }

    /** A reinstall whose secret still answers with what was before. */
    void installWithASecretThatLags() {
        TokenStore.StoredToken before = tokens.find(workspaceId).orElseThrow();
        install(Sample.RESPONDER_TOKEN);
        tokens.save(workspaceId, before.token());
    }

    void installEu() {
        install(Sample.EU_TOKEN, Region.EU);
    }

    /** Under the id that PagerDuty has for the owner of the Manager's token. */
    public void installAsTheOwner() {
        installAsTheOwner(Sample.MANAGER_TOKEN);
    }

    /** As above, with another token of that user. */
    public void installAsTheOwner(String token) {
        installAs("PUSR001", token);
    }

    /** Under the id that PagerDuty has for the token's owner. */
    void installAs(String userId, String token) {
        install(token, Region.US, new User(userId, "Paging Bot", Sample.MANAGER_EMAIL, "user", Sample.US_SUBDOMAIN));
    }

    private void install(String token, Region region) {
        install(token, region, bot());
    }

    private void install(String token, Region region, User user) {
        String version = ((TokenStore.Saved.As) tokens.save(workspaceId, new ApiToken(token))).version();
        Instant now = TestCloud.current().clock().instant();
        installations.save(new Installation(
                workspaceId, Installation.Status.ACTIVE, region, user, now, now, Optional.empty(), version));
    }

    /** One of its own: PagerDuty's limits count by user, and a 429 of one test must not make another wait. */
    private User bot() {
        return new User("PUSR-" + workspaceId, "Paging Bot", Sample.MANAGER_EMAIL, "user", Sample.US_SUBDOMAIN);
    }

    public void bind(String serviceId) {
        bind(serviceId, true, true);
    }

    void bind(String serviceId, boolean notifyOnResolve, boolean enabled) {
        bind(serviceId, notifyOnResolve, enabled, GroupBy.ALERT);
    }

    /** All alerts of the rule share one incident. */
    void bindFolded(boolean notifyOnResolve) {
        bind(Sample.PAYMENTS, notifyOnResolve, true, GroupBy.RULE);
    }

    /** The rule's pages say that, too. */
    void bindSaying(GroupBy groupBy, PageText text) {
        bindings.save(new RuleBinding(
                workspaceId,
                RULE,
                Sample.PAYMENTS,
                Sample.PAYMENTS,
                true,
                UrgencyRule.SERVICE,
                groupBy,
                Optional.empty(),
                true,
                TestCloud.current().clock().instant(),
                text,
                Map.of()));
    }

    void bindFoldedTo(String serviceId) {
        bind(serviceId, true, true, GroupBy.RULE);
    }

    /** The rule pages nobody for now; its alerts still share one incident. */
    void disable() {
        bind(Sample.PAYMENTS, true, false, GroupBy.RULE);
    }

    /** The rule is bound to nothing any more. */
    void unbind() {
        TestCloud.current()
                .dynamo()
                .deleteItem(request -> request.tableName(
                                TestCloud.current().stack().ref("RuleBindings"))
                        .key(Map.of(
                                "workspaceId", AttributeValue.fromS(workspaceId.value()),
                                "ruleId", AttributeValue.fromS(RULE.value()))));
    }

    private void bind(String serviceId, boolean notifyOnResolve, boolean enabled, GroupBy groupBy) {
        bind(RULE, serviceId, notifyOnResolve, UrgencyRule.SERVICE, groupBy, enabled);
    }

    /** Another rule than that of the scene, to Payments. */
    void bind(String ruleId, UrgencyRule urgency, GroupBy groupBy) {
        bind(new RuleId(ruleId), Sample.PAYMENTS, true, urgency, groupBy, true);
    }

    /** Another rule, to Payments, that resolves its incidents or leaves them to people. */
    void bind(String ruleId, boolean notifyOnResolve) {
        bind(new RuleId(ruleId), Sample.PAYMENTS, notifyOnResolve, UrgencyRule.SERVICE, GroupBy.ALERT, true);
    }

    private void bind(
            RuleId rule,
            String serviceId,
            boolean notifyOnResolve,
            UrgencyRule urgency,
            GroupBy groupBy,
            boolean enabled) {
        bindings.save(new RuleBinding(
                workspaceId,
                rule,
                serviceId,
                serviceId,
                notifyOnResolve,
                urgency,
                groupBy,
                Optional.empty(),
                enabled,
                TestCloud.current().clock().instant()));
    }

    /** The alert fires, {@code seconds} after the test has begun. */
    NotifyOutcome fires(int seconds) {
        return notify(alert(Alert.Status.TRIGGERED, seconds), deadline());
    }

    NotifyOutcome resolves(int seconds) {
        return notify(alert(Alert.Status.RESOLVED, seconds), deadline());
    }

    NotifyOutcome firesWith(int seconds, Deadline deadline) {
        return notify(alert(Alert.Status.TRIGGERED, seconds), deadline);
    }

    /** Another alert of the same rule. */
    NotifyOutcome fires(String host, int seconds) {
        return notify(alert(host, Alert.Status.TRIGGERED, seconds), deadline());
    }

    NotifyOutcome resolves(String host, int seconds) {
        return notify(alert(host, Alert.Status.RESOLVED, seconds), deadline());
    }

    /** So many alerts resolve in one batch. */
    List<NotifyOutcome> resolveTogether(int seconds, String... hosts) {
        return resolveTogether(seconds, deadline(), hosts);
    }

    List<NotifyOutcome> resolveTogether(int seconds, Deadline deadline, String... hosts) {
        List<Step.ToResolve> steps = Stream.of(hosts)
                .map(host -> notifier.begin(
                        alert(host, Alert.Status.RESOLVED, seconds), new Receive(1, Optional.empty(), true, deadline)))
                .map(Step.ToResolve.class::cast)
                .toList();
        return IncidentResolver.together(steps).stream()
                .flatMap(together -> resolver.resolve(together).stream())
                .toList();
    }

    private NotifyOutcome notify(Alert alert, Deadline deadline) {
        Step step = notifier.begin(alert, new Receive(1, Optional.empty(), true, deadline));
        return step instanceof Step.ToResolve toResolve
                ? toResolve.then().apply(resolver.resolve(List.of(toResolve)).get(0))
                : ((Step.Done) step).outcome();
    }

    Alert alert(Alert.Status status, int seconds) {
        return alert("web-1", status, seconds);
    }

    private Alert alert(String host, Alert.Status status, int seconds) {
        return new Alert(
                workspaceId,
                RULE,
                "cpu-high/host=" + host,
                status,
                "CPU above 90 % on " + host,
                Optional.of("93.4 % for 5 minutes"),
                Severity.CRITICAL,
                startedAt.plusSeconds(seconds),
                Optional.of("web-1"),
                Map.of("env", "prod"),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                "");
    }

    /** The incidents of this test's alert, oldest first. */
    List<IncidentView> incidents() {
        String key = alert(Alert.Status.TRIGGERED, 0).incidentKey().value();
        return pagerDuty().incidents().stream()
                .filter(incident -> key.equals(incident.key()))
                .toList();
    }

    /** All incidents of this test's workspace that the rule's alerts share, oldest first. */
    List<IncidentView> incidentsOfRule() {
        String key = IncidentKey.ofRule(workspaceId.value(), RULE.value()).value();
        return pagerDuty().incidents().stream()
                .filter(incident -> key.equals(incident.key()))
                .toList();
    }

    /** The incidents of another alert of the rule. */
    List<IncidentView> incidents(String host) {
        String key = alert(host, Alert.Status.TRIGGERED, 0).incidentKey().value();
        return pagerDuty().incidents().stream()
                .filter(incident -> key.equals(incident.key()))
                .toList();
    }

    /** How often PagerDuty was asked for this since the test started. */
    long calls(Operation operation) {
        return pagerDuty().requests().stream()
                .skip(callsAtStart)
                .filter(request -> request.operation() == operation)
                .count();
    }

    long calls() {
        return pagerDuty().requests().size() - callsAtStart;
    }

    String ledger(String attribute) {
        AttributeValue value = item(
                        "Deliveries",
                        Map.of(
                                "deliveryId",
                                AttributeValue.fromS(new DeliveryKey(workspaceId, RULE.value(), "cpu-high/host=web-1")
                                        .deliveryId())))
                .get(attribute);
        return value == null ? null : value.s();
    }

    Map<String, AttributeValue> binding() {
        return item(
                "RuleBindings",
                Map.of(
                        "workspaceId", AttributeValue.fromS(workspaceId.value()),
                        "ruleId", AttributeValue.fromS(RULE.value())));
    }

    Installation installation() {
        return installations.find(workspaceId).orElseThrow();
    }

    public String workspace() {
        return workspaceId.value();
    }

    FakePagerDuty pagerDuty() {
        return TestCloud.current().pagerDuty();
    }

    void pass(Duration time) {
        TestCloud.current().clock().advance(time);
    }

    Deadline deadline() {
        return Deadline.after(Duration.ofSeconds(30), TestCloud.current().clock());
    }

    private static Map<String, AttributeValue> item(String table, Map<String, AttributeValue> key) {
        TestCloud cloud = TestCloud.current();
        return cloud.dynamo()
                .getItem(request ->
                        request.tableName(cloud.stack().ref(table)).key(key).consistentRead(true))
                .item();
    }
}
