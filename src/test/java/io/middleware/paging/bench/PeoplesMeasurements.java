package io.middleware.paging.bench;

import static io.middleware.paging.bench.ColdPage.millis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import io.middleware.paging.local.lambda.FunctionPackage.Form;
import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.lambda.SingleInstance;
import io.middleware.paging.local.pagerduty.Fault;

/** The functions that a person waits for: a cold {@code status}, and a warm {@code explain} of an alert that paged. */
final class PeoplesMeasurements {

    /** Only the service names the escalation policy by which PagerDuty is asked who is on call. All else can be asked beside. */
    static final int CALLS_THAT_NEED_EACH_OTHER = 2;

    private static final int UNMEASURED_COLD_ANSWERS = 2;
    private static final int UNMEASURED_WARM_ANSWERS = 20;

    private final Stage stage;
    private final int runs;
    private final Progress progress;
    private final Results results;

    PeoplesMeasurements(Stage stage, int runs, Progress progress, Results results) {
        this.stage = stage;
        this.runs = runs;
        this.progress = progress;
        this.results = results;
    }

    void measure() throws InterruptedException {
        stage.pagerDuty().reset();
        coldStatus();
        Alerts.Alert alert = paged();
        explainCalls(alert);
        warmExplain(alert);
    }

    private void coldStatus() throws InterruptedException {
        for (int i = 0; i < UNMEASURED_COLD_ANSWERS; i++) {
            for (Contender contender : stage.contenders()) {
                coldStatus(contender, new Results());
            }
        }
        progress.begin("Cold status", runs);
        for (int run = 0; run < runs; run++) {
            for (Contender contender : stage.inTurn(run)) {
                coldStatus(contender, results);
            }
            progress.done(run + 1);
        }
    }

    private void coldStatus(Contender contender, Results into) throws InterruptedException {
        byte[] request = bytes(JsonNodeFactory.instance
                .objectNode()
                .put("workspaceId", Stage.WORKSPACE)
                .toString());
        try (SingleInstance instance = stage.start(contender, "status")) {
            answer(instance, request, "\"status\":\"ACTIVE\"");
            into.add(contender.form(), Measure.COLD_STATUS, millis(instance.startedAt(), Instant.now()));
        }
    }

    /** An alert whose incident is open in PagerDuty. */
    private Alerts.Alert paged() throws InterruptedException {
        Alerts.Alert alert = stage.alerts().next();
        try (SingleInstance notify = stage.start(stage.contenders().get(0))) {
            Measurements.handle(notify, stage.alerts().fires(alert));
        }
        return alert;
    }

    private void explainCalls(Alerts.Alert alert) throws InterruptedException {
        for (Contender contender : stage.contenders()) {
            try (SingleInstance instance = stage.startCounted(contender, "explain")) {
                explain(instance, alert);
                for (int run = 0; run < runs; run++) {
                    stage.takeCalls();
                    explain(instance, alert);
                    results.add(contender.form(), Handled.EXPLAIN, stage.takeCalls());
                }
            }
        }
    }

    private void warmExplain(Alerts.Alert alert) throws InterruptedException {
        Map<Form, SingleInstance> instances = new EnumMap<>(Form.class);
        try {
            for (Contender contender : stage.contenders()) {
                SingleInstance instance = stage.start(contender, "explain");
                instances.put(contender.form(), instance);
                for (int i = 0; i < UNMEASURED_WARM_ANSWERS; i++) {
                    explain(instance, alert);
                }
            }
            stage.pagerDuty()
                    .faults()
                    .add(Fault.onEverything()
                            .holding(Measurements.SLOW_PAGER_DUTY)
                            .untilCleared());
            progress.begin("Warm explain", runs);
            for (int run = 0; run < runs; run++) {
                for (Contender contender : stage.inTurn(run)) {
                    Instant givenAt = Instant.now();
                    explain(instances.get(contender.form()), alert);
                    results.add(contender.form(), Measure.WARM_EXPLAIN, millis(givenAt, Instant.now()));
                }
                progress.done(run + 1);
            }
        } finally {
            stage.pagerDuty().faults().clear();
            instances.values().forEach(SingleInstance::close);
        }
    }

    private static void explain(SingleInstance instance, Alerts.Alert alert) throws InterruptedException {
        String request = JsonNodeFactory.instance
                .objectNode()
                .put("workspaceId", Stage.WORKSPACE)
                .put("ruleId", Stage.RULE)
                .put("alertId", alert.id())
                .toString();
        answer(instance, bytes(request), "\"verdict\":");
    }

    /** @throws IllegalStateException if it is another answer than was meant, with the last of the log */
    private static void answer(SingleInstance instance, byte[] request, String meant) throws InterruptedException {
        InvocationResult result = instance.invoke(request);
        String answer = result.payloadText();
        if (result.functionError()
                || !answer.contains(meant)
                || answer.contains("\"error\":")
                || answer.contains("\"unknown\"")) {
            throw new IllegalStateException(
                    "Not the answer that was to be measured: " + answer + "\n" + result.logTail());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
