package io.middleware.paging.local.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.secretsmanager.model.DecryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.EncryptionFailureException;
import software.amazon.awssdk.services.secretsmanager.model.InternalServiceErrorException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

class FakeSecretsManagerTest extends SecretsManagerContract {

    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    private final HttpClient http = HttpClient.newHttpClient();
    private final SettableClock clock = new SettableClock(NOON);
    private FakeSecretsManager fake;

    @BeforeEach
    @Override
    void connect() {
        fake = FakeSecretsManager.start(0, clock, new Random(1));
        super.connect();
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    @Override
    URI endpoint() {
        return fake.endpoint();
    }

    @Test
    void datesComeFromTheClock() {
        create("one");
        clock.now = NOON.plusSeconds(60);
        read();

        aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(7L));

        assertThat(describe().createdDate()).isEqualTo(NOON);
        assertThat(describe().lastAccessedDate()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(describe().deletedDate()).isEqualTo(clock.now.plus(Duration.ofDays(7)));
    }

    @Test
    void aSecretIsGoneWhenItsRecoveryWindowEnds() {
        create("one");
        aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(7L));

        clock.now = NOON.plus(Duration.ofDays(7));

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(this::describe);
        assertThat(create("two").name()).isEqualTo(name);
    }

    @Test
    void throttlingLastsAsManyCallsAsToldAndOnlyForItsAction() {
        create("one");

        fake.failNext(2, "GetSecretValue", Fault.throttling());

        assertThat(describe().name()).isEqualTo(name);
        for (int call = 0; call < 2; call++) {
            assertThatExceptionOfType(SecretsManagerException.class)
                    .isThrownBy(this::read)
                    .matches(refused -> refused.isThrottlingException() && refused.statusCode() == 400);
        }
        assertThat(read()).isEqualTo("one");
    }

    @Test
    void faultsOfAnyActionComeInTheOrderTheyWerePlanned() {
        create("one");

        fake.failNext(1, Fault.internalServiceError());
        fake.failNext(1, Fault.answer("LimitExceededException", 400));

        assertThatExceptionOfType(InternalServiceErrorException.class)
                .isThrownBy(this::read)
                .matches(failed -> failed.statusCode() == 500);
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(this::describe)
                .matches(refused -> refused.awsErrorDetails().errorCode().equals("LimitExceededException"));
        assertThat(read()).isEqualTo("one");
    }

    @Test
    void aDroppedCallIsNotCarriedOut() {
        fake.failNext(1, Fault.dropped());

        assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> create("one"));

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(this::describe);
    }

    @Test
    void aCallWhoseAnswerIsLostIsCarriedOut() {
        fake.failNext(1, Fault.answerLost());

        assertThatExceptionOfType(SdkClientException.class).isThrownBy(() -> create("one"));

        assertThat(read()).isEqualTo("one");
    }

    @Test
    void healedFaultsDoNotCome() {
        create("one");
        fake.failNext(5, Fault.dropped());

        fake.heal();

        assertThat(read()).isEqualTo("one");
    }

    @Test
    void aPolicyThatAsksForATagDeniesWhatHasNone() {
        create("one");
        fake.allowOnly("owner", "us");

        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(this::read)
                .matches(denied -> denied.awsErrorDetails().errorCode().equals("AccessDeniedException"));
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() -> aws.getSecretValue(get -> get.secretId("contract/none")))
                .matches(denied -> denied.awsErrorDetails().errorCode().equals("AccessDeniedException"));
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() -> aws.deleteSecret(delete -> delete.secretId(name)))
                .matches(denied -> denied.awsErrorDetails().errorCode().equals("AccessDeniedException"));
        assertThat(describe().name()).isEqualTo(name);

        aws.tagResource(tag ->
                tag.secretId(name).tags(Tag.builder().key("owner").value("us").build()));

        assertThat(read()).isEqualTo("one");
    }

    @Test
    void aKeyThatTheCallerMayNotUseEncryptsAndDecryptsNothing() {
        aws.createSecret(create -> create.name(name).secretString("one").kmsKeyId(KEY));
        fake.allowOnlyKeys(OTHER_KEY);

        assertDenied(this::read);
        assertDenied(() -> aws.putSecretValue(put -> put.secretId(name).secretString("two")));
        assertDenied(() -> aws.updateSecret(update -> update.secretId(name).kmsKeyId(OTHER_KEY)));
        assertDenied(() -> aws.createSecret(
                create -> create.name(name + "/2").secretString("one").kmsKeyId(KEY)));
        assertThat(describe().kmsKeyId()).isEqualTo(KEY);
        assertThat(aws.createSecret(create -> create.name(name + "/3").secretString("the account's own key"))
                        .versionId())
                .isNotNull();

        fake.allowOnlyKeys(KEY.substring(KEY.lastIndexOf('/') + 1));

        assertThat(read()).as("named by its id").isEqualTo("one");
    }

    private static void assertDenied(ThrowingCallable call) {
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(call)
                .withMessageContaining("Access to KMS is not allowed")
                .matches(denied -> denied.awsErrorDetails().errorCode().equals("AccessDeniedException"));
    }

    @Test
    void aDisabledKeyEncryptsAndDecryptsNothing() {
        aws.createSecret(create -> create.name(name).secretString("one").kmsKeyId(KEY));
        fake.disableKey(KEY);

        assertThatExceptionOfType(DecryptionFailureException.class).isThrownBy(this::read);
        assertThatExceptionOfType(EncryptionFailureException.class)
                .isThrownBy(() -> aws.putSecretValue(put -> put.secretId(name).secretString("two")));

        fake.heal();

        assertThat(read()).isEqualTo("one");
    }

    @Test
    void aSecretThatWasMovedToAnotherKeyIsReadWithThat() {
        aws.createSecret(create -> create.name(name).secretString("one").kmsKeyId(KEY));
        aws.updateSecret(update -> update.secretId(name).kmsKeyId(OTHER_KEY));
        fake.allowOnlyKeys(OTHER_KEY);

        assertThat(read()).isEqualTo("one");
    }

    @Test
    void aFaultOfAMisspeltActionIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> fake.failNext(1, "GetSecret", Fault.throttling()))
                .withMessageContaining("GetSecretValue");
    }

    @Test
    void callsAreCountedByActionWhetherTheyFailOrNot() {
        create("one");
        fake.failNext(1, "GetSecretValue", Fault.dropped());

        assertThatExceptionOfType(SdkClientException.class).isThrownBy(this::read);
        read();

        assertThat(fake.calls("GetSecretValue")).isEqualTo(2);
        assertThat(fake.calls()).isEqualTo(Map.of("CreateSecret", 1, "GetSecretValue", 2));
    }

    @ParameterizedTest
    @CsvSource({
        "secretsmanager.RotateSecret, {}, UnknownOperationException",
        "DynamoDB_20120810.GetItem, {}, UnknownOperationException",
        "secretsmanager.GetSecretValue, {}, ValidationException",
        "secretsmanager.GetSecretValue, '{\"SecretId\":7}', SerializationException",
        "secretsmanager.GetSecretValue, '{\"SecretId\":\"hunter2', SerializationException",
        "secretsmanager.CreateSecret, '{\"Name\":\"a\",\"SecretString\":\"hunter2\"}', InvalidRequestException",
    })
    void aRequestThatNoSdkWouldSendIsRefusedAsAwsDoes(String target, String body, String type) throws Exception {
        HttpResponse<String> answer = post(target, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("x-amzn-ErrorType")).contains(type);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-amz-json-1.1");
        assertThat(answer.body())
                .contains("\"__type\":\"" + type + "\"", "\"Message\":\"")
                .doesNotContain("hunter2");
    }

    @Test
    void aValueIsInNoText() {
        create("hunter2");

        assertThat(fake.toString()).doesNotContain("hunter2");
        assertThat(new SecretValue("hunter2", null)).hasToString("SecretValue[redacted]");
        assertThat(new Secret.Version("1", new SecretValue(null, "aHVudGVyMg=="), NOON, null).toString())
                .doesNotContain("aHVudGVyMg==");
    }

    private HttpResponse<String> post(String target, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(fake.endpoint())
                .header("X-Amz-Target", target)
                .header("Content-Type", "application/x-amz-json-1.1")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static final class SettableClock extends Clock {

        private volatile Instant now;

        private SettableClock(Instant now) {
            this.now = now;
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
