package io.middleware.paging.bench;

import static io.middleware.paging.bench.ColdPage.millis;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.middleware.paging.local.lambda.FunctionPackage.Form;
import io.middleware.paging.local.lambda.InvocationResult;
import io.middleware.paging.local.lambda.SingleInstance;
import io.middleware.paging.local.pagerduty.Fault;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.RecordedRequest;

/**
 * The measured rounds. In each round every contender has its turn, and they take turns at being first, so that what else
 * the machine does hits all alike. What a measured process did is checked each time: a failure is not a fast page.
 */
final class Measurements {

    /** How long PagerDuty takes to open an incident while batches are measured, and to answer {@code explain}. */
    static final Duration SLOW_PAGER_DUTY = Duration.ofMillis(200);

    /** Files are in the page cache and the engines are warm after as many. */
    private static final int UNMEASURED_COLD_PAGES = 2;

    /** What a busy function has behind it. */
    private static final int UNMEASURED_WARM_PAGES = 50;

    /** Single warm pages are short, and so there are more of them. */
    private static final int WARM_PAGES_PER_RUN = 5;

    private final Stage stage;
    private final int runs;
    private final Progress progress;
    private final Results results = new Results();

    Measurements(Stage stage, int runs, Progress progress) {
        this.stage = stage;
        this.runs = runs;
        this.progress = progress;
    }

    Results measure() throws InterruptedException {
        stage.contenders()
                .forEach(contender -> results.add(contender.form(), PackageSize.of(contender.functionPackage())));
        coldPages();
        callByCall();
        warmPages();
        new PeoplesMeasurements(stage, runs, progress, results).measure();
        progress.begin("Methods, by JMH", 1);
        results.add(MethodTime.measure());
        progress.done(1);
        return results;
    }

    // ---- A new process for each page ----

    private void coldPages() throws InterruptedException {
        for (int i = 0; i < UNMEASURED_COLD_PAGES; i++) {
            for (Contender contender : stage.contenders()) {
                coldPage(contender, new Results());
            }
        }
        progress.begin("Cold pages", runs);
        for (int run = 0; run < runs; run++) {
            for (Contender contender : stage.inTurn(run)) {
                coldPage(contender, results);
            }
            progress.done(run + 1);
        }
    }

    private void coldPage(Contender contender, Results into) throws InterruptedException {
        Form form = contender.form();
        stage.pagerDuty().reset();
        byte[] event = stage.alerts().fires(stage.alerts().next());
        try (SingleInstance instance = stage.start(contender)) {
            Instant readyAt = instance.awaitReady();
            Memory atNext = Memory.of(instance.pid());
            double cpuAtNext = CpuTime.millis(instance.pid());
            Instant givenAt = Instant.now();
            handle(instance, event);
            Memory after = Memory.of(instance.pid());
            Instant postedAt = posted(1).get(0);
            into.add(form, Measure.NEXT, millis(instance.startedAt(), readyAt));
            into.add(form, Measure.COLD_PAGE, millis(instance.startedAt(), postedAt));
            into.add(form, Measure.FIRST_ALERT, millis(givenAt, postedAt));
            into.add(form, Measure.FIRST_ALERT_CPU, CpuTime.millis(instance.pid()) - cpuAtNext);
            into.add(form, Measure.MEMORY_AT_NEXT, atNext.now());
            into.add(form, Measure.MEMORY_AFTER_PAGE, after.now());
            into.add(form, Measure.PEAK_AFTER_PAGE, after.peak());
        }
        stage.pagerDuty().reset();
        byte[] another = stage.alerts().fires(stage.alerts().next());
        try (SingleInstance instance = stage.startLazy(contender)) {
            Instant readyAt = instance.awaitReady();
            double cpuAtNext = CpuTime.millis(instance.pid());
            Instant givenAt = Instant.now();
            handle(instance, another);
            Instant postedAt = posted(1).get(0);
            into.add(form, Measure.LAZY_NEXT, millis(instance.startedAt(), readyAt));
            into.add(form, Measure.LAZY_COLD_PAGE, millis(instance.startedAt(), postedAt));
            into.add(form, Measure.LAZY_FIRST_ALERT, millis(givenAt, postedAt));
            into.add(form, Measure.LAZY_FIRST_ALERT_CPU, CpuTime.millis(instance.pid()) - cpuAtNext);
        }
    }

    // ---- The same through counting proxies ----

    private void callByCall() throws InterruptedException {
        for (int i = 0; i < UNMEASURED_COLD_PAGES; i++) {
            for (Contender contender : stage.contenders()) {
                callByCall(contender, new Results());
            }
        }
        progress.begin("Calls on the wire", runs);
        for (int run = 0; run < runs; run++) {
            for (Contender contender : stage.inTurn(run)) {
                callByCall(contender, results);
            }
            progress.done(run + 1);
        }
    }

    private void callByCall(Contender contender, Results into) throws InterruptedException {
        stage.pagerDuty().reset();
        Alerts alerts = stage.alerts();
        byte[] first = alerts.fires(alerts.next());
        Alerts.Alert second = alerts.next();
        byte[] fires = alerts.fires(second);
        Form form = contender.form();
        try (SingleInstance instance = stage.startCounted(contender)) {
            Instant readyAt = instance.awaitReady();
            Instant givenAt = Instant.now();
            handle(instance, first);
            Instant doneAt = Instant.now();
            List<WireCall> calls = stage.takeCalls();
            into.add(form, Handled.FIRST_TRIGGER, calls);
            into.add(form, new ColdPage(instance.startedAt(), readyAt, givenAt, calls, doneAt));
            into.add(form, Handled.TRIGGER, callsOf(instance, fires));
            into.add(form, Handled.SAME_AGAIN, callsOf(instance, fires));
            into.add(form, Handled.REPEAT, callsOf(instance, alerts.goesOn(second)));
            into.add(form, Handled.RESOLVE, callsOf(instance, alerts.ends(second)));
        }
    }

    private List<WireCall> callsOf(SingleInstance instance, byte[] event) throws InterruptedException {
        handle(instance, event);
        return stage.takeCalls();
    }

    // ---- One process for all pages ----

    private void warmPages() throws InterruptedException {
        Map<Form, SingleInstance> instances = new EnumMap<>(Form.class);
        try {
            for (Contender contender : stage.contenders()) {
                instances.put(contender.form(), stage.start(contender));
            }
            singlePages(instances);
            batches(instances, 10, Measure.BATCH_OF_10);
            batches(instances, 100, Measure.BATCH_OF_100);
            instances.forEach((form, instance) -> results.add(
                    form,
                    Measure.MEMORY_AFTER_BATCHES,
                    Memory.of(instance.pid()).now()));
        } finally {
            instances.values().forEach(SingleInstance::close);
        }
    }

    private void singlePages(Map<Form, SingleInstance> instances) throws InterruptedException {
        for (int i = 0; i < UNMEASURED_WARM_PAGES; i++) {
            for (Contender contender : stage.contenders()) {
                warmPage(contender, instances.get(contender.form()), new Results());
            }
        }
        int pages = runs * WARM_PAGES_PER_RUN;
        progress.begin("Warm pages", pages);
        for (int run = 0; run < pages; run++) {
            for (Contender contender : stage.inTurn(run)) {
                warmPage(contender, instances.get(contender.form()), results);
            }
            progress.done(run + 1);
        }
    }

    private void warmPage(Contender contender, SingleInstance instance, Results into) throws InterruptedException {
        stage.pagerDuty().reset();
        byte[] event = stage.alerts().fires(stage.alerts().next());
        Instant givenAt = Instant.now();
        handle(instance, event);
        Instant doneAt = Instant.now();
        into.add(contender.form(), Measure.WARM_PAGE, millis(givenAt, posted(1).get(0)));
        into.add(contender.form(), Measure.WARM_ANSWER, millis(givenAt, doneAt));
    }

    private void batches(Map<Form, SingleInstance> instances, int size, Measure measure) throws InterruptedException {
        for (Contender contender : stage.contenders()) {
            batch(contender, instances.get(contender.form()), size, measure, new Results());
        }
        progress.begin("Batches of " + size, runs);
        for (int run = 0; run < runs; run++) {
            for (Contender contender : stage.inTurn(run)) {
                batch(contender, instances.get(contender.form()), size, measure, results);
            }
            progress.done(run + 1);
        }
    }

    private void batch(Contender contender, SingleInstance instance, int size, Measure measure, Results into)
            throws InterruptedException {
        stage.pagerDuty().reset();
        stage.pagerDuty()
                .faults()
                .add(Fault.on("POST", "/incidents").holding(SLOW_PAGER_DUTY).untilCleared());
        byte[] event = stage.alerts().fires(stage.alerts().next(size));
        Instant givenAt = Instant.now();
        handle(instance, event);
        into.add(contender.form(), measure, millis(givenAt, Instant.now()));
        posted(size);
    }

    // ---- Common to all ----

    /** @throws IllegalStateException if a message failed, with the last of the log */
    static void handle(SingleInstance instance, byte[] event) throws InterruptedException {
        InvocationResult result = instance.invoke(event);
        if (result.functionError() || !result.payloadText().matches("\\{\"batchItemFailures\":\\[]}")) {
            throw new IllegalStateException(
                    "An alert was not handled: " + result.payloadText() + "\n" + result.logTail());
        }
    }

    /** When PagerDuty received the pages of this round. */
    private List<Instant> posted(int expected) {
        List<RecordedRequest> posts = stage.pagerDuty().requests(Operation.CREATE_INCIDENT);
        if (posts.size() != expected
                || posts.stream().anyMatch(post -> post.status().orElse(0) != 201)) {
            throw new IllegalStateException("PagerDuty was to open " + expected + " incidents, and was asked " + posts);
        }
        return posts.stream().map(RecordedRequest::receivedAt).toList();
    }
}
