package io.middleware.paging.alert;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

import io.middleware.paging.binding.PageText;

/** What notify itself does for an alert, apart from asking others. Run by {@code mvn -Pbench}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AlertBenchmark {

    private final AlertParser parser = new AlertParser(Samples.JSON, FixedAlertConfig.defaults(), Samples.CLOCK);
    private final AlertMessage own =
            Samples.received(Samples.message("triggered").toString(), Map.of());
    private final AlertMessage alertmanager =
            Samples.received(Samples.message("alertmanager").toString(), Map.of());
    private final Alert alert = parser.parse(own).alerts().get(0);

    @Benchmark
    public Object parseOwnMessage() {
        return parser.parse(own);
    }

    @Benchmark
    public Object parseAlertmanagerMessage() {
        return parser.parse(alertmanager);
    }

    @Benchmark
    public Object textOfIncident() {
        return IncidentText.of(alert, PageText.NONE, List.of());
    }
}
