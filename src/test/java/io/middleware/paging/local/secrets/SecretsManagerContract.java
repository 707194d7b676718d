package io.middleware.paging.local.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.model.CreateSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.DescribeSecretResponse;
import software.amazon.awssdk.services.secretsmanager.model.Filter;
import software.amazon.awssdk.services.secretsmanager.model.FilterNameStringType;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.InvalidParameterException;
import software.amazon.awssdk.services.secretsmanager.model.InvalidRequestException;
import software.amazon.awssdk.services.secretsmanager.model.ListSecretsRequest;
import software.amazon.awssdk.services.secretsmanager.model.PutSecretValueResponse;
import software.amazon.awssdk.services.secretsmanager.model.ResourceExistsException;
import software.amazon.awssdk.services.secretsmanager.model.ResourceNotFoundException;
import software.amazon.awssdk.services.secretsmanager.model.SecretListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretVersionsListEntry;
import software.amazon.awssdk.services.secretsmanager.model.SecretsManagerException;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/**
 * What AWS Secrets Manager does, as seen through the AWS SDK. Each test uses names of its own, so that
 * a server may be shared.
 */
abstract class SecretsManagerContract {

    static final String KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555";
    static final String OTHER_KEY = "arn:aws:kms:us-east-1:000000000000:key/99999999-2222-3333-4444-555555555555";

    final String name = "contract/" + UUID.randomUUID();
    SecretsManagerClient aws;

    abstract URI endpoint();

    @BeforeEach
    void connect() {
        aws = client(endpoint());
    }

    @AfterEach
    void disconnect() {
        if (aws != null) {
            aws.close();
        }
    }

    /** A client that tries once, so that each call is one call. */
    static SecretsManagerClient client(URI endpoint) {
        return SecretsManagerClient.builder()
                .endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(overrides -> overrides.retryStrategy(AwsRetryStrategy.doNotRetry()))
                .build();
    }

    @Test
    void aSecretIsReadBackByNameAndByItsFullOrPartialArn() {
        CreateSecretResponse created = create("s3cret");

        String partialArn = created.arn().substring(0, created.arn().lastIndexOf('-'));

        assertThat(created.arn())
                .matches("arn:aws:secretsmanager:us-east-1:\\d{12}:secret:" + name + "-[A-Za-z0-9]{6}");
        assertThat(List.of(name, created.arn(), partialArn)).allSatisfy(id -> {
            GetSecretValueResponse read = aws.getSecretValue(get -> get.secretId(id));
            assertThat(read.secretString()).isEqualTo("s3cret");
            assertThat(read.name()).isEqualTo(name);
            assertThat(read.arn()).isEqualTo(created.arn());
            assertThat(read.versionId()).isEqualTo(created.versionId());
            assertThat(read.versionStages()).containsExactly("AWSCURRENT");
            assertThat(read.createdDate()).isNotNull();
        });
    }

    @Test
    void bytesAreReadBackAsBytes() {
        SdkBytes bytes = SdkBytes.fromByteArray(new byte[] {0, 1, -1});
        aws.createSecret(create -> create.name(name).secretBinary(bytes));

        GetSecretValueResponse read = aws.getSecretValue(get -> get.secretId(name));

        assertThat(read.secretBinary()).isEqualTo(bytes);
        assertThat(read.secretString()).isNull();
    }

    @Test
    void anUnknownSecretIsNotFound() {
        String arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:" + name + "-abcdef";

        assertThat(List.of(name, arn))
                .allSatisfy(id -> assertThatExceptionOfType(ResourceNotFoundException.class)
                        .isThrownBy(() -> aws.getSecretValue(get -> get.secretId(id)))
                        .withMessageContaining("Secrets Manager can't find the specified secret."));
    }

    @Test
    void aSecretWithoutAValueHasNoCurrentVersion() {
        assertThat(aws.createSecret(create -> create.name(name)).versionId()).isNull();

        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> aws.getSecretValue(get -> get.secretId(name)))
                .withMessageContaining(
                        "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
    }

    @Test
    void creatingTwiceFailsBecauseTheSecretExists() {
        create("s3cret");

        assertThatExceptionOfType(ResourceExistsException.class)
                .isThrownBy(() -> create("s3cret"))
                .withMessageContaining("The operation failed because the secret " + name + " already exists.");
    }

    @Test
    void creatingAgainWithTheSameTokenAndValueIsARepeat() {
        String token = UUID.randomUUID().toString();
        CreateSecretResponse first = createWithToken(token, "s3cret");

        CreateSecretResponse second = createWithToken(token, "s3cret");

        assertThat(second.arn()).isEqualTo(first.arn());
        assertThat(second.versionId()).isEqualTo(first.versionId()).isEqualTo(token);
    }

    @Test
    void creatingAgainWithTheSameTokenAndAnotherValueFails() {
        String token = UUID.randomUUID().toString();
        createWithToken(token, "s3cret");

        assertThatExceptionOfType(ResourceExistsException.class).isThrownBy(() -> createWithToken(token, "other"));
    }

    @Test
    void putMakesTheCurrentVersionThePreviousOne() {
        String first = create("one").versionId();

        PutSecretValueResponse second = put("two");

        assertThat(second.versionStages()).containsExactly("AWSCURRENT");
        assertThat(read()).isEqualTo("two");
        assertThat(readStage("AWSPREVIOUS").secretString()).isEqualTo("one");
        assertThat(readStage("AWSPREVIOUS").versionId()).isEqualTo(first);
        assertThat(aws.getSecretValue(get -> get.secretId(name).versionId(second.versionId()))
                        .secretString())
                .isEqualTo("two");
    }

    @Test
    void aThirdVersionTakesBothLabelsOffTheFirst() {
        String first = create("one").versionId();
        String second = put("two").versionId();

        String third = put("three").versionId();

        assertThat(describe().versionIdsToStages())
                .isEqualTo(Map.of(second, List.of("AWSPREVIOUS"), third, List.of("AWSCURRENT")));
        assertThat(aws.listSecretVersionIds(list -> list.secretId(name)).versions())
                .extracting(SecretVersionsListEntry::versionId)
                .containsExactlyInAnyOrder(second, third);
        assertThat(aws.listSecretVersionIds(list -> list.secretId(name).includeDeprecated(true))
                        .versions())
                .extracting(SecretVersionsListEntry::versionId)
                .containsExactlyInAnyOrder(first, second, third);
    }

    @Test
    void aVersionWithLabelsOfItsOwnLeavesTheCurrentOneAlone() {
        create("one");

        aws.putSecretValue(put -> put.secretId(name).secretString("next").versionStages("STAGED"));

        assertThat(read()).isEqualTo("one");
        assertThat(readStage("STAGED").secretString()).isEqualTo("next");
    }

    @Test
    void puttingAgainWithTheSameTokenAndValueIsARepeat() {
        create("one");
        String token = UUID.randomUUID().toString();
        putWithToken(token, "two");

        putWithToken(token, "two");

        assertThat(describe().versionIdsToStages()).hasSize(2);
        assertThat(readStage("AWSPREVIOUS").secretString()).isEqualTo("one");
    }

    @Test
    void puttingAgainWithTheSameTokenAndAnotherValueFails() {
        create("one");
        String token = UUID.randomUUID().toString();
        putWithToken(token, "two");

        assertThatExceptionOfType(ResourceExistsException.class)
                .isThrownBy(() -> putWithToken(token, "three"))
                .withMessageContaining("You can't use ClientRequestToken " + token)
                .withMessageNotContaining("three");
    }

    @Test
    void putNeedsASecretAndAValue() {
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> put("one"));

        create("one");

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> aws.putSecretValue(put -> put.secretId(name)))
                .withMessageContaining("You must provide either SecretString or SecretBinary.");
    }

    @Test
    void anUnknownVersionOrStageIsNotFound() {
        String versionId = create("one").versionId();
        String otherId = UUID.randomUUID().toString();

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> readStage("NONE"));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> aws.getSecretValue(get -> get.secretId(name).versionId(otherId)))
                .withMessageContaining(
                        "Secrets Manager can't find the specified secret value for VersionId: " + otherId);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> aws.getSecretValue(
                        get -> get.secretId(name).versionId(versionId).versionStage("AWSPREVIOUS")))
                .withMessageContaining("You provided a VersionStage that is not associated to the provided VersionId.");
    }

    @Test
    void updateChangesTheDescriptionAloneOrTheValue() {
        String first = create("one").versionId();

        aws.updateSecret(update -> update.secretId(name).description("Token of acme"));
        String second = aws.updateSecret(update -> update.secretId(name).secretString("two"))
                .versionId();

        assertThat(describe().description()).isEqualTo("Token of acme");
        assertThat(describe().versionIdsToStages())
                .isEqualTo(Map.of(first, List.of("AWSPREVIOUS"), second, List.of("AWSCURRENT")));
        assertThat(read()).isEqualTo("two");
    }

    @Test
    void describeTellsAllButTheValue() {
        aws.createSecret(create -> create.name(name)
                .secretString("s3cret")
                .description("Token of acme")
                .kmsKeyId("alias/paging")
                .tags(tag("team", "core")));

        DescribeSecretResponse described = describe();

        assertThat(described.description()).isEqualTo("Token of acme");
        assertThat(described.kmsKeyId()).isEqualTo("alias/paging");
        assertThat(described.tags()).containsExactly(tag("team", "core"));
        assertThat(described.createdDate()).isNotNull();
        assertThat(described.lastChangedDate()).isNotNull();
        assertThat(described.deletedDate()).isNull();
        assertThat(described.toString()).doesNotContain("s3cret");
    }

    @Test
    void tagsAreAddedReplacedAndTakenAway() {
        aws.createSecret(create -> create.name(name).secretString("one").tags(tag("team", "core"), tag("env", "prod")));

        aws.tagResource(tag -> tag.secretId(name).tags(tag("team", "edge"), tag("tier", "1")));
        aws.untagResource(untag -> untag.secretId(name).tagKeys("env", "none"));

        assertThat(describe().tags()).containsExactlyInAnyOrder(tag("team", "edge"), tag("tier", "1"));
    }

    @Test
    void aSecretScheduledForDeletionIsOnlyDescribedUntilItIsRestored() {
        create("one");

        aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(7L));

        assertThat(describe().deletedDate()).isNotNull();
        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(this::read);
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(
                        () -> aws.updateSecret(update -> update.secretId(name).secretString("two")));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> aws.deleteSecret(delete -> delete.secretId(name)));

        aws.restoreSecret(restore -> restore.secretId(name));

        assertThat(read()).isEqualTo("one");
        assertThat(describe().deletedDate()).isNull();
    }

    @Test
    void aSecretScheduledForDeletionTakesNoVersionsOrTags() {
        create("one");
        aws.deleteSecret(delete -> delete.secretId(name));

        assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> put("two"));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> aws.tagResource(tag -> tag.secretId(name).tags(tag("team", "core"))));
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(
                        () -> aws.untagResource(untag -> untag.secretId(name).tagKeys("team")));
    }

    @Test
    void readingASecretScheduledForDeletionSaysSo() {
        create("one");
        aws.deleteSecret(delete -> delete.secretId(name));

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(this::read)
                .withMessageContaining(
                        "You can't perform this operation on the secret because it was marked for deletion.");
    }

    @Test
    void aNameThatWaitsForDeletionCannotBeUsedAgain() {
        create("one");
        aws.deleteSecret(delete -> delete.secretId(name));

        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> create("two"))
                .withMessageContaining(
                        "You can't create this secret because a secret with this name is already scheduled for deletion.");
    }

    @Test
    void aSecretDeletedByForceIsGoneAndItsNameIsFree() {
        String firstArn = create("one").arn();

        aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(this::read);
        assertThat(create("two").arn()).isNotEqualTo(firstArn);
    }

    @Test
    void forceDeletesWhatIsScheduledForDeletionAndWhatIsNotThere() {
        create("one");
        aws.deleteSecret(delete -> delete.secretId(name));

        aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true));

        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(this::describe);
        assertThatCode(() -> aws.deleteSecret(delete -> delete.secretId(name).forceDeleteWithoutRecovery(true)))
                .doesNotThrowAnyException();
    }

    @Test
    void deletingWithoutForceNeedsASecret() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> aws.deleteSecret(delete -> delete.secretId(name)));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 6, 31})
    void aRecoveryWindowIsSevenToThirtyDays(long days) {
        create("one");

        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(
                        () -> aws.deleteSecret(delete -> delete.secretId(name).recoveryWindowInDays(days)))
                .withMessageContaining("RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
    }

    @Test
    void forceAndARecoveryWindowExcludeEachOther() {
        create("one");

        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> aws.deleteSecret(
                        delete -> delete.secretId(name).recoveryWindowInDays(7L).forceDeleteWithoutRecovery(true)))
                .withMessageContaining("ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
    }

    @Test
    void listsAreFilteredByNameTagAndDescription() {
        String word = letters();
        aws.createSecret(create -> create.name(name + "/a")
                .secretString("one")
                .description("Token " + word)
                .tags(tag("key" + word, "value" + word)));
        aws.createSecret(create -> create.name(name + "/b").secretString("two"));

        assertThat(listed(FilterNameStringType.NAME, name)).containsExactlyInAnyOrder(name + "/a", name + "/b");
        assertThat(listed(FilterNameStringType.NAME, name + "/b")).containsExactly(name + "/b");
        assertThat(listed(FilterNameStringType.NAME, word)).isEmpty();
        assertThat(listed(FilterNameStringType.TAG_KEY, "key" + word)).containsExactly(name + "/a");
        assertThat(listed(FilterNameStringType.TAG_VALUE, "value" + word)).containsExactly(name + "/a");
        assertThat(listed(FilterNameStringType.DESCRIPTION, word)).containsExactly(name + "/a");
        assertThat(listed(FilterNameStringType.ALL, "value" + word)).containsExactly(name + "/a");
    }

    @Test
    void aListLeavesOutWhatWaitsForDeletionUnlessAskedForIt() {
        create("one");
        aws.deleteSecret(delete -> delete.secretId(name));

        assertThat(listed(FilterNameStringType.NAME, name)).isEmpty();
        assertThat(aws.listSecrets(list -> list.filters(filter(FilterNameStringType.NAME, name))
                                .includePlannedDeletion(true))
                        .secretList())
                .extracting(SecretListEntry::name)
                .containsExactly(name);
    }

    @Test
    void aSecretNamesItsKeyUnlessThatIsTheAccountsOwn() {
        create("one");
        aws.createSecret(create -> create.name(name + "/2").secretString("two").kmsKeyId("alias/aws/secretsmanager"));
        aws.createSecret(
                create -> create.name(name + "/3").secretString("three").kmsKeyId(KEY));

        assertThat(describe().kmsKeyId()).isNull();
        assertThat(aws.describeSecret(describe -> describe.secretId(name + "/2"))
                        .kmsKeyId())
                .isNull();
        assertThat(aws.describeSecret(describe -> describe.secretId(name + "/3"))
                        .kmsKeyId())
                .isEqualTo(KEY);
    }

    @Test
    void anUpdateMovesASecretToAnotherKey() {
        aws.createSecret(create -> create.name(name).secretString("one").kmsKeyId(KEY));

        aws.updateSecret(update -> update.secretId(name).kmsKeyId(OTHER_KEY));

        assertThat(describe().kmsKeyId()).isEqualTo(OTHER_KEY);
        assertThat(read()).isEqualTo("one");
    }

    @Test
    void aLongListComesInPages() {
        List<String> names = IntStream.range(0, 5).mapToObj(i -> name + "/" + i).toList();
        names.forEach(one -> aws.createSecret(create -> create.name(one).secretString("s")));

        ListSecretsRequest request = ListSecretsRequest.builder()
                .filters(filter(FilterNameStringType.NAME, name))
                .maxResults(2)
                .build();
        List<List<String>> pages = new ArrayList<>();
        aws.listSecretsPaginator(request)
                .forEach(page -> pages.add(
                        page.secretList().stream().map(SecretListEntry::name).toList()));

        assertThat(pages).extracting(List::size).containsExactly(2, 2, 1);
        assertThat(pages.stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aValueMayHave65536BytesAndNoMore() {
        create("x".repeat(65_536));

        assertThat(read()).hasSize(65_536);
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() -> put("x".repeat(65_537)))
                .withMessageContaining("secretString")
                .withMessageContaining("65536")
                .withMessageNotContaining("xxx");
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() -> put("é".repeat(32_769)))
                .withMessageContaining("secretString");
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "ümlaut", "star*", "colon:", ""})
    void aNameHasOnlyCertainCharacters(String badName) {
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(
                        () -> aws.createSecret(create -> create.name(badName).secretString("s")))
                .withMessageContaining("name")
                .matches(refused -> refused.awsErrorDetails().errorCode().equals("ValidationException"));
    }

    @Test
    void aNameMayHave512CharactersAndNoMore() {
        String longest = name + "/_+=.@-" + "n".repeat(512 - name.length() - 7);
        aws.createSecret(create -> create.name(longest).secretString("s"));

        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() ->
                        aws.createSecret(create -> create.name(longest + "n").secretString("s")))
                .withMessageContaining("'name'")
                .withMessageContaining("512");
    }

    @Test
    void aTokenHas32To64Characters() {
        assertThatExceptionOfType(SecretsManagerException.class)
                .isThrownBy(() -> createWithToken("short", "s"))
                .satisfies(refused -> assertThat(refused.getMessage()).containsIgnoringCase("clientRequestToken"));
    }

    @Test
    void aSecretHasAStringOrBytesButNotBoth() {
        assertThatExceptionOfType(InvalidParameterException.class)
                .isThrownBy(() -> aws.createSecret(create ->
                        create.name(name).secretString("s").secretBinary(SdkBytes.fromByteArray(new byte[] {1}))));
    }

    @Test
    void arnsOfDifferentSecretsEndDifferently() {
        Set<String> suffixes = new HashSet<>();

        IntStream.range(0, 3)
                .mapToObj(i ->
                        aws.createSecret(create -> create.name(name + "/" + i).secretString("s")))
                .forEach(created ->
                        suffixes.add(created.arn().substring(created.arn().length() - 6)));

        assertThat(suffixes).hasSize(3);
    }

    /** A word of letters alone: AWS does not say where it parts words that have digits. */
    private static String letters() {
        return UUID.randomUUID()
                .toString()
                .replaceAll("[^a-f0-9]", "")
                .chars()
                .mapToObj(hex -> String.valueOf((char) ('a' + Character.digit(hex, 16))))
                .collect(Collectors.joining());
    }

    CreateSecretResponse create(String value) {
        return aws.createSecret(create -> create.name(name).secretString(value));
    }

    private CreateSecretResponse createWithToken(String token, String value) {
        return aws.createSecret(
                create -> create.name(name).clientRequestToken(token).secretString(value));
    }

    private PutSecretValueResponse put(String value) {
        return aws.putSecretValue(put -> put.secretId(name).secretString(value));
    }

    private PutSecretValueResponse putWithToken(String token, String value) {
        return aws.putSecretValue(
                put -> put.secretId(name).clientRequestToken(token).secretString(value));
    }

    String read() {
        return aws.getSecretValue(get -> get.secretId(name)).secretString();
    }

    private GetSecretValueResponse readStage(String label) {
        return aws.getSecretValue(get -> get.secretId(name).versionStage(label));
    }

    DescribeSecretResponse describe() {
        return aws.describeSecret(describe -> describe.secretId(name));
    }

    private List<String> listed(FilterNameStringType key, String value) {
        return aws.listSecrets(list -> list.filters(filter(key, value))).secretList().stream()
                .map(SecretListEntry::name)
                .toList();
    }

    private static Filter filter(FilterNameStringType key, String value) {
        return Filter.builder().key(key).values(value).build();
    }

    private static Tag tag(String key, String value) {
        return Tag.builder().key(key).value(value).build();
    }
}
