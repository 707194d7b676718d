package io.middleware.paging.pagerduty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.jboss.resteasy.reactive.RestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusalsTest {
    private static final String SECRET = "u+s3cret-Token_12345";
    private static final ApiToken TOKEN = new ApiToken(SECRET);

    private final Refusals refusals = new Refusals(new ObjectMapper());

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>Bad Request</html>", "{\"error\":{\"message\":\"Arguments Ca"})
    void a400WhoseWordsAreLostIsTriedAgainSinceItMayHaveSaidThatTheIncidentIsOpen(String body) {
        Failure failure = refusals.of(answer(400, body), TOKEN);

        assertThat(failure.kind()).isEqualTo(Failure.Kind.SERVER_ERROR);
        assertThat(failure.kind().mayHaveActed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "401, UNAUTHORIZED",
        "402, REFUSED",
        "403, FORBIDDEN",
        "404, NOT_FOUND",
        "405, REFUSED",
        "408, SERVER_ERROR",
        "409, REFUSED",
        "413, TOO_LARGE",
        "422, REFUSED",
        "429, RATE_LIMITED",
        "500, SERVER_ERROR",
        "502, SERVER_ERROR",
        "503, SERVER_ERROR",
        "504, SERVER_ERROR",
        "200, SERVER_ERROR",
        "204, SERVER_ERROR",
        "302, SERVER_ERROR",
    })
    void everyStatusHasItsMeaning(int status, Failure.Kind kind) {
        Failure failure = refusals.of(answer(status, ""), TOKEN);

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure.status()).isEqualTo(status);
    }

    @Test
    void usualEnvelopeGivesCodeMessageAndErrors() {
        Failure failure = refusals.of(answer(400, """
                {"error":{"code":2001,"message":"Invalid Input Provided","errors":["Title cannot be empty."]}}"""), TOKEN);

        assertThat(failure.describe())
                .isEqualTo("REFUSED (HTTP 400, PagerDuty code 2001): Invalid Input Provided: Title cannot be empty.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\u0001',
            value = {
                "errors absent             | {'error':{'code':2010,'message':'Access Denied'}}                             | 2010 | Access Denied",
                "several errors            | {'error':{'code':2001,'message':'Invalid','errors':['a','b']}}                | 2001 | Invalid: a: b",
                "errors a string           | {'error':{'code':2001,'message':'Invalid','errors':'Title is empty'}}         | 2001 | Invalid: Title is empty",
                "errors an object          | {'error':{'code':2001,'message':'Invalid','errors':{'name':['is taken']}}}    | 2001 | Invalid: name is taken",
                "errors null               | {'error':{'code':2001,'message':'Invalid','errors':null}}                     | 2001 | Invalid",
                "errors empty              | {'error':{'code':2001,'message':'Invalid','errors':[]}}                       | 2001 | Invalid",
                "error a string            | {'error':'Because this was an account-level access token'}                    | 0    | Because this was an account-level access token",
                "error a list of strings   | {'error':['one','two']}                                                       | 0    | one: two",
                "error a list of objects   | {'error':[{'code':2001,'message':'one'},{'code':2002,'message':'two'}]}       | 2001 | one: two",
                "message absent            | {'error':{'code':2100}}                                                       | 2100 | ''",
                "message a list            | {'error':{'code':2001,'message':['one']}}                                     | 2001 | one",
                "code a string             | {'error':{'code':'2020','message':'Rate Limit Exceeded'}}                     | 2020 | Rate Limit Exceeded",
                "code no number            | {'error':{'code':'many','message':'x'}}                                       | 0    | x",
                "error null                | {'error':null}                                                                | 0    | ''",
                "error a list of nothing   | {'error':[]}                                                                  | 0    | ''",
                "no error at all           | {}                                                                            | 0    | ''",
                "a list                    | []                                                                            | 0    | ''",
                "line breaks               | {'error':{'code':1,'message':' two\\n\\nlines '}}                             | 1    | two lines",
                "HTML                      | <html><body>Bad Gateway</body></html>                                         | 0    | an answer that is not JSON",
                "a piece of JSON           | {'error':{'code':20                                                           | 0    | an answer that is not JSON",
            })
    void deviationIsRead(String what, String body, int code, String text) {
        Refusals.ErrorBody error = refusals.read(body.replace('\'', '"'), TOKEN);

        assertThat(error.code()).as(what).isEqualTo(code);
        assertThat(error.text()).as(what).isEqualTo(text.replace("''", ""));
    }

    @Test
    void bodyThatIsStillAStreamIsRead() {
        RestResponse.ResponseBuilder<Object> answer = RestResponse.ResponseBuilder.create(403, "");
        answer.entity(
                new ByteArrayInputStream("{\"error\":{\"message\":\"Zugriff für Sie gesperrt\"}}".getBytes(UTF_8)));

        @SuppressWarnings({"unchecked", "rawtypes"})
        RestResponse<String> asDeclared = (RestResponse) answer.build();

        assertThat(refusals.of(asDeclared, TOKEN).detail()).isEqualTo("Zugriff für Sie gesperrt");
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = " \n")
    void emptyBodySaysNothing(String body) {
        assertThat(refusals.read(body, TOKEN)).isEqualTo(new Refusals.ErrorBody(0, "", false));
    }

    @Test
    void answerNestedWithoutEndIsNotRead() {
        assertThat(refusals.read("{\"error\":" + "[".repeat(100_000), TOKEN).text())
                .isEqualTo("an answer that is not JSON");
    }

    @Test
    void longTextIsCutOutsideSurrogatePairs() {
        String grins = "x" + "\uD83D\uDE00".repeat(1_000);

        String text = refusals.read("{\"error\":\"" + grins + "\"}", TOKEN).text();

        assertThat(text).hasSizeLessThanOrEqualTo(401).endsWith("\uD83D\uDE00…");
        assertThat(UTF_8.newEncoder().canEncode(text)).isTrue();
    }

    @Test
    void tokenThatIsRepeatedIsRedactedEvenWhereTheTextIsCut() {
        for (int before = 370; before <= 405; before++) {
            String body = "{\"error\":{\"message\":\"" + "x".repeat(before) + SECRET + "\"}}";

            assertThat(refusals.of(answer(400, body), TOKEN).detail()).doesNotContain("u+");
        }
    }

    @Test
    void lockContentionIsOverAMomentLater() {
        Failure failure = refusals.of(answer(400, """
                {"error":{"code":2001,"message":"Invalid Input","errors":["The user Could Not Be Locked"]}}"""), TOKEN);

        assertThat(failure.kind()).isEqualTo(Failure.Kind.SERVER_ERROR);
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "' 7 ', 7", "0, 0", "999999, 999999"})
    void rateLimitSaysForHowLong(String header, int seconds) {
        Failure failure = refusals.of(answer(429, "", Map.of("ratelimit-reset", header)), TOKEN);

        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "soon", "1.5", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999999999999"})
    void headerThatIsNoNumberOfSecondsSaysNothing(String header) {
        Failure failure = refusals.of(answer(429, "", Map.of("ratelimit-reset", header, "retry-after", header)), TOKEN);

        assertThat(failure.retryAfter()).isEmpty();
    }

    @Test
    void proxysRetryAfterCountsWherePagerDutySaysNothing() {
        assertThat(refusals.of(answer(503, "", Map.of("Retry-After", "9")), TOKEN)
                        .retryAfter())
                .contains(Duration.ofSeconds(9));
        assertThat(refusals.of(answer(429, "", Map.of("Retry-After", "9", "RateLimit-Reset", "3")), TOKEN)
                        .retryAfter())
                .contains(Duration.ofSeconds(3));
    }

    /** Every answer has that header, also one over an error that has nothing to do with the limit. */
    @ParameterizedTest
    @ValueSource(ints = {400, 408, 500, 503})
    void whatIsRefusedForAnotherReasonNeedNotWaitForTheLimit(int status) {
        assertThat(refusals.of(answer(status, "", Map.of("ratelimit-reset", "58")), TOKEN)
                        .retryAfter())
                .isEmpty();
        assertThat(refusals.of(answer(status, "", Map.of("ratelimit-reset", "58", "Retry-After", "9")), TOKEN)
                        .retryAfter())
                .contains(Duration.ofSeconds(9));
    }

    @Test
    void withoutAConnectionNothingWasSent() {
        assertThat(kindOf(new ConnectException("Connection refused"))).isEqualTo(Failure.Kind.UNREACHABLE);
        assertThat(kindOf(new UnknownHostException("api.pagerduty.com"))).isEqualTo(Failure.Kind.UNREACHABLE);
        assertThat(kindOf(new NoRouteToHostException())).isEqualTo(Failure.Kind.UNREACHABLE);
        assertThat(kindOf(new SSLHandshakeException("unknown certificate"))).isEqualTo(Failure.Kind.UNREACHABLE);
    }

    @Test
    void timeOutIsNoAnswerInTime() {
        assertThat(Refusals.of(new TimeoutException()))
                .isEqualTo(Failure.withoutAnswer(Failure.Kind.TIMEOUT, "no answer in time"));
        assertThat(kindOf(new io.smallrye.mutiny.TimeoutException())).isEqualTo(Failure.Kind.TIMEOUT);
    }

    @Test
    void connectionThatBrokeMayHaveCarriedTheRequest() {
        assertThat(kindOf(new SocketException("Connection reset"))).isEqualTo(Failure.Kind.CONNECTION_BROKEN);
        assertThat(kindOf(new IOException())).isEqualTo(Failure.Kind.CONNECTION_BROKEN);
        assertThat(kindOf(new SSLException("closing inbound before receiving peer's close_notify")))
                .isEqualTo(Failure.Kind.CONNECTION_BROKEN);
    }

    @Test
    void causeCountsHoweverDeepItLies() {
        Failure failure = Refusals.of(new RuntimeException(new IllegalStateException(new ConnectException("refused"))));

        assertThat(failure.describe()).isEqualTo("UNREACHABLE: no connection: ConnectException: refused");
    }

    private static Failure.Kind kindOf(Exception thrown) {
        return Refusals.of(new RuntimeException("wrapped", thrown)).kind();
    }

    private static RestResponse<String> answer(int status, String body) {
        return answer(status, body, Map.of());
    }

    private static RestResponse<String> answer(int status, String body, Map<String, String> headers) {
        RestResponse.ResponseBuilder<String> answer = RestResponse.ResponseBuilder.create(status, "");
        answer.entity(body);
        headers.forEach(answer::header);
        return answer.build();
    }
}
