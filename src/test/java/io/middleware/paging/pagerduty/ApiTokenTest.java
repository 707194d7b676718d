package io.middleware.paging.pagerduty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.io.Serializable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiTokenTest {
    private static final String SECRET = "u+s3cret-Token_12345";

    @Test
    void isShownByRevealAlone() {
        ApiToken token = new ApiToken(SECRET);

        assertThat(token.reveal()).isEqualTo(SECRET);
        assertThat(token).hasToString("ApiToken[redacted]");
        assertThat(new Access(Region.US, token).toString()).doesNotContain(SECRET);
        assertThat(String.format("%s %s", token, new ApiToken(SECRET))).doesNotContain(SECRET);
    }

    @Test
    void isNotInItsJson() throws JsonProcessingException {
        ObjectMapper json = new ObjectMapper().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);

        assertThat(json.writeValueAsString(new ApiToken(SECRET))).isEqualTo("{}");
        assertThat(json.writeValueAsString(new Access(Region.US, new ApiToken(SECRET))))
                .doesNotContain(SECRET);
    }

    @Test
    void cannotBeSerialised() {
        assertThat(new ApiToken(SECRET)).isNotInstanceOf(Serializable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "to ken",
                "token\n",
                "token\r\nX-Other: 1",
                "\ttoken",
                "tok\u0000en",
                "tok\u007Fen",
                "tökén",
                "{\"token\":\"u+abc\"}",
                "[\"u+abc\"]",
                "\"u+abc\""
            })
    void holdsOnlyWhatAHeaderCanCarryAndTheRefusalDoesNotRepeatIt(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ApiToken(value))
                .withMessage("a token is one or more visible ASCII characters, and no JSON");
    }

    @Test
    void isNeverNull() {
        assertThatNullPointerException().isThrownBy(() -> new ApiToken(null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"u+sample-manager-001", "y_NbAkKc66ryYTWUXYEu", "a/b=c", "!~"})
    void holdsEveryCharacterThatTokensAreMadeOf(String value) {
        assertThat(new ApiToken(value).reveal()).isEqualTo(value);
    }

    @Test
    void isTakenOutOfTextsWhereverItStands() {
        ApiToken token = new ApiToken(SECRET);

        assertThat(token.redactedFrom(SECRET + " is no token, " + SECRET + " is none"))
                .isEqualTo("[redacted] is no token, [redacted] is none");
        assertThat(token.redactedFrom("Not Found")).isEqualTo("Not Found");
    }

    @Test
    void isItsValue() {
        assertThat(new ApiToken(SECRET)).isEqualTo(new ApiToken(SECRET)).hasSameHashCodeAs(new ApiToken(SECRET));
        assertThat(new ApiToken(SECRET)).isNotEqualTo(new ApiToken("u+another"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u+sample-manager-001",
                "y_NbAkKc66ryYTWUXYEu",
                "NbAkKc66ryYTWUXYEu",
                "0123456789abcdef0123456789abcdef",
                "0123456789ABCDEF0123456789ABCDEF"
            })
    void whatMayBeATokenIsNotRepeated(String token) {
        assertThat(ApiToken.maskedIn(token)).isEqualTo("[not repeated: may be a token]");
        assertThat(ApiToken.maskedIn("see " + token + ", please"))
                .isEqualTo("see [not repeated: may be a token], please");
        assertThat(ApiToken.maskedIn("accessToken=" + token + token)).doesNotContain(token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acme",
                "prod-eu-west-1-observability",
                "3f2b8c1e-7d64-4c58-9a0b-52f1e0c7a9d3",
                "kubernetes-pods-restart-too-often/cluster:prod",
                "Payments and Checkout, of all regions"
            })
    void namesAreRepeatedAsTheyAre(String name) {
        assertThat(ApiToken.maskedIn(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u+sample-manager-001",
                "u+s3cret-Token_12345",
                "u+s3cret-Token_123",
                "y_NbAkKc66ryYTWUXYEu",
                "y_sample-account-key",
                "e+FBPUhrHQ7LHmWwyqbA",
                "z6AuGmBQsL8bEfYqTBkg",
                "pdus+_0XBPWQQ_dfd712a6-0000-4c58-9a0b-52f1e0c7a9d3"
            })
    void aWholeTokenIsFoundInAText(String token) {
        assertThat(ApiToken.isPastedIn(token)).isTrue();
        assertThat(ApiToken.isPastedIn("https://a.example/?token=" + token + "&x=1"))
                .isTrue();
        assertThat(ApiToken.isPastedIn("Use \"" + token + "\".")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "internationalization",
                "InstanceLimitExceeded",
                "KafkaConsumerGroup01",
                "kafka_consumer_group_1 y_axis u+ up",
                "DatabaseConnectionsTooHighOnPrimary2",
                "AKIAIOSFODNN7EXAMPLE",
                "i-0123456789abcdef0",
                "3f2b8c1e-7d64-4c58-9a0b-52f1e0c7a9d3",
                "https://notes.example/Runbook-CPU-1c2e0123456789abcdef0123456789ab",
                "https://wiki.example/display/SRE/Runbook+for+the+checkout+service",
                "https://docs.example/d/1A2b3C4d5E6f7G8h9I0j1K2l3M4n5O6p7Q8r9S0t1U2v/edit",
                "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:CPUUtilization-High"
            })
    void aLongNameIsNoToken(String text) {
        assertThat(ApiToken.isPastedIn(text)).isFalse();
    }
}
