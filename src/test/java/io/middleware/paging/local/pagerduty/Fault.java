package io.middleware.paging.local.pagerduty;

import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Something that goes wrong with a request: once, unless {@link #times} or {@link #untilCleared} say otherwise. By itself a fault changes
 * nothing: the request is acted on and answered as ever. Not to be changed once it is armed by {@link Faults#add}.
 *
 * <pre>
 * Fault.on("POST", "/incidents").answering(503).times(3)                  // refused three times, nothing was done
 * Fault.on("POST", "/incidents").dropping().afterActing()                 // the incident exists, the 201 is lost
 * Fault.on("POST", "/incidents").afterwards(request -&gt; process.destroy()) // the caller dies before it hears of it
 * </pre>
 */
public final class Fault {
    /** For {@link #times}: until it is removed or the faults are cleared. */
    public static final int ALWAYS = -1;

    private final String method;
    private final PathPattern path;
    private final TreeMap<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private Optional<Region> region = Optional.empty();
    private Optional<Integer> status = Optional.empty();
    private Optional<String> body = Optional.empty();
    private boolean acts = true;
    private boolean drops;
    private Duration stall = Duration.ZERO;
    private Duration hold = Duration.ZERO;
    private Consumer<RecordedRequest> afterwards = request -> {};
    private int times = 1;
    private double probability = 1;
    private RandomGenerator random = new Random(0);

    private Fault(String method, String path) {
        this.method = method;
        this.path = new PathPattern(path);
    }

    /**
     * @param method {@code *} for any
     * @param path a segment {@code *} stands for any one, {@code **} at the end for all that follows
     */
    public static Fault on(String method, String path) {
        return new Fault(method, path);
    }

    public static Fault onEverything() {
        return on("*", "/**");
    }

    /** A 429 that asks to wait for so many seconds. */
    public static Fault rateLimited(String method, String path, int resetSeconds) {
        return on(method, path)
                .answering(429)
                .header("ratelimit-limit", "60")
                .header("ratelimit-remaining", "0")
                .header("ratelimit-reset", Integer.toString(resetSeconds));
    }

    /** Default: both regions. */
    public Fault in(Region only) {
        region = Optional.of(only);
        return this;
    }

    /** Answers with this status, and the body that PagerDuty usually sends with it, without acting. */
    public Fault answering(int otherStatus) {
        status = Optional.of(otherStatus);
        acts = false;
        return this;
    }

    /** Answers with this status and body, without acting. The body is declared to be JSON; an empty one is not declared. */
    public Fault answering(int otherStatus, String otherBody) {
        body = Optional.of(otherBody);
        return answering(otherStatus);
    }

    public Fault header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /** Closes the connection without an answer, and without acting. */
    public Fault dropping() {
        drops = true;
        acts = false;
        return this;
    }

    /** To follow {@link #answering} or {@link #dropping}: the request has its effect all the same. */
    public Fault afterActing() {
        acts = true;
        return this;
    }

    /** Acts, and answers with the true status and a body that is no JSON, whatever its type says. */
    public Fault garbled() {
        body = Optional.of("{\"incident\":{\"id\":\"Q0");
        return this;
    }

    /** Acts at once, and answers only after this much real time. */
    public Fault holding(Duration time) {
        hold = time;
        return this;
    }

    /** Waits for this much real time before it acts, so that a caller who gives up first may be overtaken by the effect. */
    public Fault stalling(Duration time) {
        stall = time;
        return this;
    }

    /** Runs this after acting and before answering; the request tells the status that is about to be answered. */
    public Fault afterwards(Consumer<RecordedRequest> hook) {
        afterwards = hook;
        return this;
    }

    /** @param count {@link #ALWAYS} makes it a standing fault, which counts only when no other one matches */
    public Fault times(int count) {
        times = count;
        return this;
    }

    public Fault untilCleared() {
        return times(ALWAYS);
    }

    /** Strikes a matching request only with this probability. Matching requests it spares use up none of its times. */
    public Fault withProbability(double chance, RandomGenerator source) {
        probability = chance;
        random = source;
        return this;
    }

    boolean strikes(Call call) {
        return (method.equals("*") || method.equals(call.method()))
                && path.matches(call.path())
                && region.map(call.region()::equals).orElse(true)
                && (probability >= 1 || random.nextDouble() < probability);
    }

    boolean acts() {
        return acts;
    }

    Duration stall() {
        return stall;
    }

    Duration hold() {
        return hold;
    }

    Consumer<RecordedRequest> afterwards() {
        return afterwards;
    }

    int times() {
        return times;
    }

    /**
     * What is answered in place of the true answer, which is empty if the request was not acted on.
     *
     * @return empty to drop the connection
     */
    Optional<Answer> distort(Optional<Answer> truth) {
        if (drops) {
            return Optional.empty();
        }
        Answer answer = status.map(Answer::usual).or(() -> truth).orElseGet(() -> Answer.usual(500));
        if (body.isPresent()) {
            answer = body.get().isEmpty()
                    ? Answer.empty(answer.status())
                    : Answer.json(answer.status(), Json.object()).withBody(body.get());
        }
        for (var header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return Optional.of(answer);
    }

    @Override
    public String toString() {
        return method + " " + path + region.map(where -> " in " + where.word()).orElse("") + ": "
                + (acts ? "act, " : "do not act, ")
                + (drops
                        ? "drop the connection"
                        : status.map(code -> "answer " + code).orElse("answer"))
                + (stall.isZero() ? "" : ", stall " + stall)
                + (hold.isZero() ? "" : ", hold " + hold)
                + (probability >= 1 ? "" : ", probability " + probability);
    }
}
