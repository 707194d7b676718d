package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

import org.jboss.resteasy.reactive.RestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadersTest {
    private static final String SECRET = "u+s3cret-Token_12345";

    @Test
    void answerTellsItsIdAndTheNearestLimit() {
        AnswerHeaders headers = headers(Map.of(
                "X-Request-Id", "0b7c5f3e-1f9a-4d55-9d2c-0a4f6f7d7b11",
                "RateLimit-Limit", "960",
                "RateLimit-Remaining", "959",
                "RateLimit-Reset", " 12 "));

        assertThat(headers)
                .isEqualTo(new AnswerHeaders(
                        Optional.of("0b7c5f3e-1f9a-4d55-9d2c-0a4f6f7d7b11"),
                        Optional.of(new AnswerHeaders.RateLimit(960, 959, Duration.ofSeconds(12)))));
    }

    @Test
    void answerThatSaysNothingGivesNothing() {
        assertThat(headers(Map.of())).isEqualTo(AnswerHeaders.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1, 1",
        "960, '', 1",
        "960, 1, ''",
        "many, 1, 1",
        "960, -1, 1",
        "960, 1, 1.5",
        "'960, 960;w=60', 1, 1",
        "99999999999, 1, 1",
        "960, 1, 'Wed, 21 Oct 2026 07:28:00 GMT'",
    })
    void limitOfWhichAPartIsOddIsNone(String limit, String remaining, String reset) {
        AnswerHeaders headers =
                headers(Map.of("ratelimit-limit", limit, "ratelimit-remaining", remaining, "ratelimit-reset", reset));

        assertThat(headers.rateLimit()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"})
    void limitOfWhichAPartIsAbsentIsNone(String only) {
        assertThat(headers(Map.of(only, "7")).rateLimit()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"' '|", "a b\tc|abc", "'  id '|id", "zurück|zurck", "'[31mred'|[31mred"})
    void requestIdIsVisibleAscii(String header, String requestId) {
        assertThat(headers(Map.of("x-request-id", header)).requestId()).isEqualTo(Optional.ofNullable(requestId));
    }

    @Test
    void requestIdIsCut() {
        assertThat(headers(Map.of("x-request-id", "x".repeat(8_000))).requestId())
                .contains("x".repeat(100));
    }

    @Test
    void tokenThatIsRepeatedIsRedactedWhereverItStands() {
        for (int before = 70; before <= 105; before++) {
            assertThat(headers(Map.of("x-request-id", "x".repeat(before) + SECRET))
                            .requestId()
                            .orElseThrow())
                    .doesNotContain("u+");
        }
        assertThat(headers(Map.of("x-request-id", "for u+s3cret\t-Token_12345")).requestId())
                .contains("for[redacted]");
    }

    private static AnswerHeaders headers(Map<String, String> headers) {
        RestResponse.ResponseBuilder<String> answer = RestResponse.ResponseBuilder.create(200, "");
        headers.forEach(answer::header);
        return AnswerHeaders.of(answer.build(), new ApiToken(SECRET));
    }
}
