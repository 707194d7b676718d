package io.middleware.paging.bench;

import static io.middleware.paging.bench.ColdPage.millis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.middleware.paging.local.lambda.SingleInstance;
import io.middleware.paging.local.pagerduty.Operation;
import io.middleware.paging.local.pagerduty.RecordedRequest;

/**
 * The measured rounds as on Lambda: init with the whole CPU, and from the first {@code /next} on the share of one that goes
 * with the memory. All runners have their turn in each round, and take turns at being first.
 */
final class LambdaMeasurements {

    /** What a busy function has behind it: the JVM has compiled by then what it runs. */
    private static final int UNMEASURED_WARM_PAGES = 30;

    private static final int WARM_PAGES_PER_RUN = 3;

    private final Stage stage;
    private final Stage.Distance distance;
    private final CpuShare share;
    private final List<Runner> runners;
    private final int runs;
    private final Progress progress;
    private final LambdaResults results = new LambdaResults();

    LambdaMeasurements(
            Stage stage, Stage.Distance distance, CpuShare share, List<Runner> runners, int runs, Progress progress) {
        this.stage = stage;
        this.distance = distance;
        this.share = share;
        this.runners = runners;
        this.runs = runs;
        this.progress = progress;
    }

    LambdaResults measure() throws InterruptedException {
        coldPages();
        warmPages();
        return results;
    }

    private void coldPages() throws InterruptedException {
        for (Runner runner : runners) {
            coldPage(runner, new LambdaResults());
        }
        progress.begin("Cold pages", runs);
        for (int run = 0; run < runs; run++) {
            List<Runner> turned = new ArrayList<>(runners);
            Collections.rotate(turned, run);
            for (Runner runner : turned) {
                coldPage(runner, results);
            }
            progress.done(run + 1);
        }
    }

    private void coldPage(Runner runner, LambdaResults into) throws InterruptedException {
        byte[] event = nextEvent();
        try (SingleInstance instance = runner.start().process()) {
            Instant readyAt = instance.awaitReady();
            share.limit(instance.pid(), runner.memoryMegabytes());
            double cpuAtNext = CpuTime.millis(instance.pid());
            Instant givenAt = Instant.now();
            Measurements.handle(instance, event);
            Instant doneAt = Instant.now();
            double init = millis(instance.startedAt(), readyAt);
            double first = millis(givenAt, posted());
            into.add(runner, LambdaMeasure.INIT, init);
            // Without what this bench does between the two.
            into.add(runner, LambdaMeasure.COLD_PAGE, init + first);
            into.add(runner, LambdaMeasure.FIRST_PAGE, first);
            into.add(runner, LambdaMeasure.FIRST_DONE, millis(givenAt, doneAt));
            into.add(runner, LambdaMeasure.FIRST_CPU, CpuTime.millis(instance.pid()) - cpuAtNext);
        }
    }

    private void warmPages() throws InterruptedException {
        progress.begin("Warm pages", runners.size());
        for (int i = 0; i < runners.size(); i++) {
            warmPages(runners.get(i));
            progress.done(i + 1);
        }
    }

    private void warmPages(Runner runner) throws InterruptedException {
        try (SingleInstance instance = runner.start().process()) {
            instance.awaitReady();
            for (int i = 0; i < UNMEASURED_WARM_PAGES; i++) {
                Measurements.handle(instance, nextEvent());
            }
            share.limit(instance.pid(), runner.memoryMegabytes());
            // The first one within the share still pays for what the others left undone.
            Measurements.handle(instance, nextEvent());
            for (int i = 0; i < runs * WARM_PAGES_PER_RUN; i++) {
                warmPage(runner, instance);
            }
            results.add(runner, LambdaMeasure.MEMORY, Memory.of(instance.pid()).now());
        }
    }

    private void warmPage(Runner runner, SingleInstance instance) throws InterruptedException {
        byte[] event = nextEvent();
        stage.takeCalls();
        double cpuBefore = CpuTime.millis(instance.pid());
        Instant givenAt = Instant.now();
        Measurements.handle(instance, event);
        Instant doneAt = Instant.now();
        results.add(runner, LambdaMeasure.WARM_PAGE, millis(givenAt, posted()));
        results.add(runner, LambdaMeasure.WARM_DONE, millis(givenAt, doneAt));
        results.add(runner, LambdaMeasure.WARM_CPU, CpuTime.millis(instance.pid()) - cpuBefore);
        List<WireCall> calls = stage.takeCalls();
        results.add(runner, LambdaMeasure.WARM_ROUND_TRIPS, distance.waited(calls));
        results.addWarmCalls(runner, calls);
    }

    private byte[] nextEvent() {
        stage.pagerDuty().reset();
        return stage.alerts().fires(stage.alerts().next());
    }

    /** When PagerDuty received the page of this round. */
    private Instant posted() {
        List<RecordedRequest> posts = stage.pagerDuty().requests(Operation.CREATE_INCIDENT);
        if (posts.size() != 1 || posts.get(0).status().orElse(0) != 201) {
            throw new IllegalStateException("PagerDuty was to open 1 incident, and was asked " + posts);
        }
        return posts.get(0).receivedAt();
    }
}
