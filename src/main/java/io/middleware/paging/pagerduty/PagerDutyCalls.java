package io.middleware.paging.pagerduty;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import jakarta.enterprise.context.ApplicationScoped;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.rest.client.reactive.QuarkusRestClientBuilder;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.client.api.QuarkusRestClientProperties;

/**
 * How any question or change reaches PagerDuty's host and comes back as an {@link Answer}: the clients, their time-outs, the
 * circuit of each host. What can be asked is told by {@link PagerDuty}, {@link ServiceReads} and {@link IncidentReads}.
 *
 * <p>Thread-safe.
 */
@ApplicationScoped
class PagerDutyCalls {
    /** The largest {@code limit}. Source: PagerDuty, "Pagination". */
    static final int PAGE = 100;

    /**
     * A connection that slept with a frozen Lambda may be dead without a sign, and would cost the whole time-out. One
     * that was idle for longer is not used again.
     */
    private static final Duration MAX_IDLE_CONNECTION = Duration.ofSeconds(20);

    /** By so much a probe of the circuit may end after its call must have ended. */
    private static final Duration PROBE_RESERVE = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(PagerDutyCalls.class);

    private final PagerDutyConfig config;
    private final ObjectMapper json;
    private final TlsConfigurationRegistry tls;
    private final Refusals refusals;
    private final Map<Region, PagerDutyRestApi> clients = new EnumMap<>(Region.class);
    private final Map<Region, Circuit> circuits = new EnumMap<>(Region.class);

    PagerDutyCalls(PagerDutyConfig config, ObjectMapper json, TlsConfigurationRegistry tls, Clock clock) {
        this.tls = tls;
        this.config = config;
        this.json = json;
        this.refusals = new Refusals(json);
        for (Region region : Region.values()) {
            circuits.put(
                    region,
                    new Circuit(
                            config.baseUrl(region).getHost(),
                            config.circuitFailures(),
                            config.circuitPause(),
                            config.circuitMaxPause(),
                            config.callTimeout().plus(PROBE_RESERVE),
                            clock));
        }
    }

    /** Why a call would not go out now; empty when it would. Calls nobody. */
    Optional<Failure> reasonNotToCall(Access access, Deadline deadline) {
        return deadline.leavesTimeFor(config.callTimeout())
                ? circuits.get(access.region()).outage()
                : Optional.of(noTimeLeft());
    }

    private static Failure noTimeLeft() {
        return Failure.withoutAnswer(Failure.Kind.NO_TIME_LEFT, "the invocation may end before PagerDuty could answer");
    }

    /** The answer with status 200 to a question, which is asked once more when PagerDuty failed without a reason. */
    <T> Answer<T> read(
            Access access,
            Deadline deadline,
            Function<PagerDutyRestApi, Uni<RestResponse<String>>> request,
            Function<JsonNode, T> decode) {
        Supplier<Answer<T>> once = () -> call(access, deadline, request, 200, (body, headers) -> decode.apply(body));
        Answer<T> answer = once.get();
        boolean again = answer instanceof Answer.Failed<T> failed
                && failed.failure().kind().mayHaveActed()
                && failed.failure().kind() != Failure.Kind.TIMEOUT;
        return again ? once.get() : answer;
    }

    /** One page of a list. */
    interface PageRequest {
        Function<PagerDutyRestApi, Uni<RestResponse<String>>> of(int limit, int offset);
    }

    /** All pages of a list, as far as PagerDuty lets anyone page. Fails if one of them cannot be read. */
    <T> Answer<List<T>> readAll(
            Access access, Deadline deadline, PageRequest request, String field, Function<JsonNode, T> decode) {
        List<T> all = new ArrayList<>();
        boolean more = true;
        for (int offset = 0; more && offset + PAGE <= PagerDuty.MAX_LISTED; offset += PAGE) {
            Answer<Boolean> page = read(access, deadline, request.of(PAGE, offset), body -> {
                List<T> items = PagerDutyJson.listed(body, field, decode);
                all.addAll(items);
                return body.path("more").asBoolean(false) && !items.isEmpty();
            });
            if (page instanceof Answer.Failed<Boolean> failed) {
                return Answer.failed(failed.failure());
            }
            more = ((Answer.Success<Boolean>) page).value();
        }
        return Answer.of(List.copyOf(all));
    }

    /** One try, never repeated. What {@code decode} throws makes the answer one that cannot be read. */
    <T> Answer<T> call(
            Access access,
            Deadline deadline,
            Function<PagerDutyRestApi, Uni<RestResponse<String>>> request,
            int expectedStatus,
            BiFunction<JsonNode, AnswerHeaders, T> decode) {
        if (!deadline.leavesTimeFor(config.callTimeout())) {
            return Answer.failed(noTimeLeft());
        }
        return circuits.get(access.region()).call(() -> ask(access, request, expectedStatus, decode));
    }

    private <T> Answer<T> ask(
            Access access,
            Function<PagerDutyRestApi, Uni<RestResponse<String>>> request,
            int expectedStatus,
            BiFunction<JsonNode, AnswerHeaders, T> decode) {
        RestResponse<String> answer;
        try {
            answer = request.apply(client(access.region())).await().atMost(config.callTimeout());
        } catch (RuntimeException thrown) {
            return Answer.failed(redacted(Refusals.of(thrown), access.token()));
        }
        if (answer.getStatus() != expectedStatus) {
            return Answer.failed(refusals.of(answer, access.token()));
        }
        AnswerHeaders headers = AnswerHeaders.of(answer, access.token());
        try {
            return Answer.of(decode.apply(json.readTree(answer.getEntity()), headers));
        } catch (JsonProcessingException | RuntimeException unreadable) {
            // It said yes, in words that we cannot read: whether it acted is as unknown as after a broken connection.
            return Answer.failed(new Failure(
                    Failure.Kind.SERVER_ERROR,
                    answer.getStatus(),
                    0,
                    "an answer that could not be read: " + unreadable.getClass().getSimpleName(),
                    Optional.empty(),
                    headers));
        }
    }

    private static Failure redacted(Failure failure, ApiToken token) {
        return new Failure(
                failure.kind(),
                failure.status(),
                failure.code(),
                token.redactedFrom(failure.detail()),
                failure.retryAfter(),
                failure.headers());
    }

    /** See {@link PagerDuty#connect}. */
    void connect(Region region) {
        try {
            client(region).connectionOnly().await().atMost(config.callTimeout());
        } catch (RuntimeException takenBackOrFailed) {
            LOG.debugf("Connection to PagerDuty's host %s: %s", config.baseUrl(region), takenBackOrFailed.getMessage());
        }
    }

    /** Made when first needed: most functions speak to one region, and a batch of repeats to none. */
    private PagerDutyRestApi client(Region region) {
        synchronized (clients) {
            return clients.computeIfAbsent(region, this::newClient);
        }
    }

    private PagerDutyRestApi newClient(Region region) {
        QuarkusRestClientBuilder builder = QuarkusRestClientBuilder.newBuilder()
                .baseUri(config.baseUrl(region))
                .connectTimeout(config.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .readTimeout(config.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                // In seconds here: the builder hands it to Vert.x as it is.
                .property(QuarkusRestClientProperties.CONNECTION_TTL, (int) MAX_IDLE_CONNECTION.toSeconds())
                .httpClientRequestCustomizer(PagerDutyCalls::takeBackIfOnlyForItsConnection)
                // Every status is an answer here, none an exception.
                .property("microprofile.rest.client.disable.default.mapper", true);
        // A client that is built in code does not look at quarkus.tls.trust-store by itself.
        tls.getDefault().filter(given -> given.getTrustStoreOptions() != null).ifPresent(builder::tlsConfiguration);
        return builder.build(PagerDutyRestApi.class);
    }

    /**
     * A request is made when its connection is there, and sent afterwards. One that is taken back in between leaves the connection to
     * the next request, as if it had been used.
     */
    private static void takeBackIfOnlyForItsConnection(HttpClientRequest request) {
        if (HttpMethod.OPTIONS.equals(request.getMethod())) {
            // Without a handler Vert.x logs its end as an error.
            request.exceptionHandler(takenBack -> {}).reset();
        }
    }

    static String authorization(Access access) {
        // Exactly so: any other spelling is answered with 401.
        return "Token token=" + access.token().reveal();
    }
}
