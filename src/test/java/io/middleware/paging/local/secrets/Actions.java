package io.middleware.paging.local.secrets;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What each action of Secrets Manager does, from the request's JSON to the answer's. One call at a time. A secret whose
 * recovery window is over by the clock is gone with the next call.
 */
final class Actions {

    private static final String ARN_PREFIX = "arn:aws:secretsmanager:us-east-1:000000000000:secret:";
    private static final String SUFFIX_CHARS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** Names and limits: API reference of each action; tags: user guide, reference_limits.html. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9/_+=.@-]+");

    private static final int MAX_NAME_CHARS = 512;
    private static final int MAX_SECRET_ID_CHARS = 2_048;
    private static final int MAX_DESCRIPTION_CHARS = 2_048;
    private static final int MAX_TAGS = 50;
    private static final int MAX_LABELS = 20;
    private static final int DEFAULT_RECOVERY_DAYS = 30;

    private final Clock clock;
    private final Random random;
    private final Keys keys;
    private final Map<String, Secret> secrets = new TreeMap<>();
    private final Map<String, Function<Parameters, ObjectNode>> actions = Map.ofEntries(
            Map.entry("CreateSecret", this::createSecret),
            Map.entry("GetSecretValue", this::getSecretValue),
            Map.entry("PutSecretValue", this::putSecretValue),
            Map.entry("UpdateSecret", this::updateSecret),
            Map.entry("DescribeSecret", this::describeSecret),
            Map.entry("ListSecrets", this::listSecrets),
            Map.entry("ListSecretVersionIds", this::listSecretVersionIds),
            Map.entry("DeleteSecret", this::deleteSecret),
            Map.entry("RestoreSecret", this::restoreSecret),
            Map.entry("TagResource", this::tagResource),
            Map.entry("UntagResource", this::untagResource));
    private long created;

    Actions(Clock clock, Random random, Keys keys) {
        this.clock = clock;
        this.random = random;
        this.keys = keys;
    }

    Set<String> names() {
        return actions.keySet();
    }

    /**
     * @param policy the tag that the caller's policy asks for
     * @throws Refusal if Secrets Manager would answer with an error
     */
    synchronized ObjectNode answer(String action, JsonNode request, Optional<Map.Entry<String, String>> policy) {
        if (!actions.containsKey(action)) {
            throw new Refusal("UnknownOperationException", "There is no action " + action + " here.");
        }
        secrets.values().removeIf(this::isGone);
        if (policy.isPresent() && !isAllowed(action, new Parameters(request), policy.get())) {
            throw Refusal.accessDenied(action);
        }
        return actions.get(action).apply(new Parameters(request));
    }

    /** By name, by ARN, or by ARN without its suffix. */
    synchronized Optional<KnownSecret> known(String secretId) {
        secrets.values().removeIf(this::isGone);
        return find(secretId)
                .map(secret ->
                        new KnownSecret(secret.arn, Map.copyOf(secret.tags), Optional.ofNullable(secret.kmsKeyId)));
    }

    private boolean isAllowed(String action, Parameters parameters, Map.Entry<String, String> tag) {
        return switch (action) {
            case "CreateSecret" -> tag.getValue().equals(tags(parameters).get(tag.getKey()));
            case "GetSecretValue", "PutSecretValue", "UpdateSecret", "RestoreSecret", "DeleteSecret" ->
                find(secretId(parameters))
                        .filter(secret -> tag.getValue().equals(secret.tags.get(tag.getKey())))
                        .isPresent();
            default -> true;
        };
    }

    private boolean isGone(Secret secret) {
        return secret.isScheduledForDeletion() && !clock.instant().isBefore(secret.deletedAt);
    }

    private ObjectNode createSecret(Parameters parameters) {
        String name = checkedName(parameters.required("Name", 1, MAX_NAME_CHARS));
        String token = clientRequestToken(parameters);
        Optional<String> description = description(parameters);
        Optional<String> kmsKeyId = kmsKeyId(parameters);
        Map<String, String> tags = tags(parameters);
        Optional<SecretValue> value = parameters.secretValue();

        Secret existing = secrets.get(name);
        if (existing != null) {
            return createdBefore(existing, token, value);
        }
        Secret secret = new Secret(++created, name, newArn(name), clock.instant());
        secret.description = description.orElse(null);
        secret.kmsKeyId = kmsKeyId.orElse(null);
        secret.tags.putAll(tags);
        value.ifPresent(present -> addVersion(secret, token, present, List.of(Secret.CURRENT)));
        secrets.put(name, secret);
        return withVersion(secret, value.map(present -> token));
    }

    private static ObjectNode createdBefore(Secret existing, String token, Optional<SecretValue> value) {
        if (existing.isScheduledForDeletion()) {
            throw Refusal.invalidRequest(
                    "You can't create this secret because a secret with this name is already scheduled for deletion.");
        }
        if (isRepeat(existing, token, value)) {
            return withVersion(existing, Optional.of(token));
        }
        throw Refusal.exists("The operation failed because the secret " + existing.name + " already exists.");
    }

    private ObjectNode getSecretValue(Parameters parameters) {
        Optional<String> versionId = parameters.text("VersionId", 32, 64);
        Optional<String> label = parameters.text("VersionStage", 1, 256);
        Secret secret = usable(parameters);
        Secret.Version version = version(secret, versionId, label);
        keys.checkDecrypting(version.kmsKeyId());

        secret.accessedAt = today();
        ObjectNode answer = arnAndName(secret);
        answer.put("VersionId", version.id());
        putUnlessNull(answer, "SecretString", version.value().text());
        putUnlessNull(answer, "SecretBinary", version.value().base64());
        putLabels(answer, "VersionStages", secret.labels(version.id()));
        putDate(answer, "CreatedDate", version.createdAt());
        return answer;
    }

    private static Secret.Version version(Secret secret, Optional<String> versionId, Optional<String> label) {
        if (versionId.isEmpty()) {
            String wanted = label.orElse(Secret.CURRENT);
            return secret.labelled(wanted).orElseThrow(() -> Refusal.valueNotFound("staging label", wanted));
        }
        Secret.Version version =
                secret.version(versionId.get()).orElseThrow(() -> Refusal.valueNotFound("VersionId", versionId.get()));
        if (label.isPresent() && !secret.labels(version.id()).contains(label.get())) {
            throw Refusal.invalidRequest(
                    "You provided a VersionStage that is not associated to the provided VersionId.");
        }
        return version;
    }

    private ObjectNode putSecretValue(Parameters parameters) {
        String token = clientRequestToken(parameters);
        List<String> labels = parameters.texts("VersionStages", 1, 256);
        SecretValue value = parameters
                .secretValue()
                .orElseThrow(() -> Refusal.invalidRequest("You must provide either SecretString or SecretBinary."));
        if (labels.size() > MAX_LABELS) {
            throw Parameters.broken("VersionStages", null, "have length less than or equal to " + MAX_LABELS);
        }

        Secret secret = usable(parameters);
        addOrRepeat(secret, token, value, labels.isEmpty() ? List.of(Secret.CURRENT) : labels);
        ObjectNode answer = withVersion(secret, Optional.of(token));
        putLabels(answer, "VersionStages", secret.labels(token));
        return answer;
    }

    private ObjectNode updateSecret(Parameters parameters) {
        Optional<String> description = description(parameters);
        Optional<String> kmsKeyId = kmsKeyId(parameters);
        Optional<SecretValue> value = parameters.secretValue();
        Optional<String> token = value.map(present -> clientRequestToken(parameters));

        Secret secret = usable(parameters);
        if (parameters.has("KmsKeyId")) {
            keys.checkDecrypting(secret.kmsKeyId);
            keys.checkEncrypting(kmsKeyId.orElse(null));
            secret.encryptUnder(kmsKeyId.orElse(null));
        }
        value.ifPresent(present -> addOrRepeat(secret, token.get(), present, List.of(Secret.CURRENT)));
        description.ifPresent(text -> secret.description = text);
        secret.changedAt = clock.instant();
        return withVersion(secret, token);
    }

    private ObjectNode describeSecret(Parameters parameters) {
        Secret secret = secret(parameters);

        ObjectNode answer = description(secret);
        putVersions(answer, "VersionIdsToStages", secret);
        return answer;
    }

    private ObjectNode listSecrets(Parameters parameters) {
        List<SecretFilter> filters =
                parameters.structures("Filters").stream().map(SecretFilter::of).toList();
        boolean includeDeleted = parameters.flag("IncludePlannedDeletion");
        boolean descending =
                parameters.text("SortOrder", 1, 4).filter("desc"::equals).isPresent();
        Page page = page(parameters);

        ToLongFunction<Secret> position = secret -> descending ? -secret.number : secret.number;
        List<Secret> rest = secrets.values().stream()
                .filter(secret -> includeDeleted || !secret.isScheduledForDeletion())
                .filter(secret -> filters.stream().allMatch(filter -> filter.matches(secret)))
                .sorted(Comparator.comparingLong(position))
                .filter(secret -> position.applyAsLong(secret) > page.after())
                .toList();
        ObjectNode answer = object();
        rest.stream().limit(page.size()).forEach(secret -> {
            ObjectNode entry = description(secret);
            putVersions(entry, "SecretVersionsToStages", secret);
            answer.withArray("/SecretList").add(entry);
        });
        answer.withArray("/SecretList");
        page.putNextToken(answer, rest, position);
        return answer;
    }

    private ObjectNode listSecretVersionIds(Parameters parameters) {
        boolean includeDeprecated = parameters.flag("IncludeDeprecated");
        Page page = page(parameters);
        Secret secret = secret(parameters);

        List<Secret.Version> all = secret.versions();
        ToLongFunction<Secret.Version> position = all::indexOf;
        List<Secret.Version> rest = all.stream()
                .filter(version ->
                        includeDeprecated || !secret.labels(version.id()).isEmpty())
                .filter(version -> position.applyAsLong(version) > page.after())
                .toList();
        ObjectNode answer = arnAndName(secret);
        rest.stream().limit(page.size()).forEach(version -> {
            ObjectNode entry = answer.withArray("/Versions").addObject().put("VersionId", version.id());
            putLabels(entry, "VersionStages", secret.labels(version.id()));
            putDate(entry, "CreatedDate", version.createdAt());
        });
        answer.withArray("/Versions");
        page.putNextToken(answer, rest, position);
        return answer;
    }

    private ObjectNode deleteSecret(Parameters parameters) {
        Optional<Integer> days = parameters.integer("RecoveryWindowInDays");
        boolean force = parameters.flag("ForceDeleteWithoutRecovery");
        if (force && days.isPresent()) {
            throw Refusal.invalidParameter(
                    "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.");
        }
        if (days.filter(number -> number < 7 || number > 30).isPresent()) {
            throw Refusal.invalidParameter("The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).");
        }
        return force ? deleteNow(parameters) : scheduleDeletion(parameters, days.orElse(DEFAULT_RECOVERY_DAYS));
    }

    /** "If you use this parameter and include a previously deleted or nonexistent secret", there is no error. */
    private ObjectNode deleteNow(Parameters parameters) {
        String secretId = secretId(parameters);
        Secret secret = find(secretId).orElseGet(() -> new Secret(0, secretId, newArn(secretId), clock.instant()));
        secrets.remove(secret.name);
        return deletion(secret, clock.instant());
    }

    private ObjectNode scheduleDeletion(Parameters parameters, int days) {
        Secret secret = usable(parameters);
        secret.deletedAt = clock.instant().plus(Duration.ofDays(days));
        return deletion(secret, secret.deletedAt);
    }

    private static ObjectNode deletion(Secret secret, Instant when) {
        ObjectNode answer = arnAndName(secret);
        putDate(answer, "DeletionDate", when);
        return answer;
    }

    private ObjectNode restoreSecret(Parameters parameters) {
        Secret secret = secret(parameters);
        secret.deletedAt = null;
        return arnAndName(secret);
    }

    private ObjectNode tagResource(Parameters parameters) {
        Map<String, String> tags = tags(parameters);
        Secret secret = usable(parameters);
        Map<String, String> result = new TreeMap<>(secret.tags);
        result.putAll(tags);
        if (result.size() > MAX_TAGS) {
            throw Refusal.invalidParameter("Tags: a secret can have at most " + MAX_TAGS + " tags.");
        }
        secret.tags.putAll(tags);
        secret.changedAt = clock.instant();
        return object();
    }

    private ObjectNode untagResource(Parameters parameters) {
        List<String> keys = parameters.texts("TagKeys", 1, 128);
        Secret secret = usable(parameters);
        secret.tags.keySet().removeAll(keys);
        secret.changedAt = clock.instant();
        return object();
    }

    private Secret usable(Parameters parameters) {
        Secret secret = secret(parameters);
        if (secret.isScheduledForDeletion()) {
            throw Refusal.markedForDeletion();
        }
        return secret;
    }

    private Secret secret(Parameters parameters) {
        return find(secretId(parameters)).orElseThrow(Refusal::notFound);
    }

    private static String secretId(Parameters parameters) {
        String secretId = parameters.required("SecretId", 1, MAX_SECRET_ID_CHARS);
        return secretId.startsWith("arn:") ? secretId : checkedName(secretId);
    }

    /** By name, by ARN, or by ARN without its suffix of a hyphen and six characters. */
    private Optional<Secret> find(String secretId) {
        return secrets.values().stream()
                .filter(secret -> secretId.equals(secret.arn))
                .findFirst()
                .or(() -> Optional.ofNullable(secrets.get(
                        secretId.startsWith(ARN_PREFIX) ? secretId.substring(ARN_PREFIX.length()) : secretId)));
    }

    private static String checkedName(String name) {
        if (!NAME.matcher(name).matches()) {
            // AWS names the "!" of the secrets that its own services create; API reference: a user's name cannot have
            // it.
            throw Refusal.validation("Invalid name. Must be a valid name containing alphanumeric characters,"
                    + " or any of the following: -/_+=.@!");
        }
        return name;
    }

    /** The SDKs fill it in; AWS requires it of a hand-written request. */
    private static String clientRequestToken(Parameters parameters) {
        return parameters
                .text("ClientRequestToken", 32, 64)
                .orElseThrow(() -> Refusal.invalidRequest(
                        "You must provide a ClientRequestToken value. We recommend a UUID-type value."));
    }

    private static Optional<String> description(Parameters parameters) {
        return parameters.text("Description", 0, MAX_DESCRIPTION_CHARS);
    }

    /** Empty for the account's key for Secrets Manager: "If you set this to an empty string" (UpdateSecret), by name, or absent. */
    private static Optional<String> kmsKeyId(Parameters parameters) {
        return parameters
                .text("KmsKeyId", 0, 2_048)
                .filter(key -> !key.isEmpty() && !key.endsWith("alias/aws/secretsmanager"));
    }

    private static Map<String, String> tags(Parameters parameters) {
        Map<String, String> tags = parameters.structures("Tags").stream()
                .collect(Collectors.toMap(
                        tag -> tag.required("Key", 1, 128),
                        tag -> tag.text("Value", 0, 256).orElse(""),
                        (first, second) -> second,
                        TreeMap::new));
        if (tags.keySet().stream().anyMatch(key -> key.startsWith("aws:"))) {
            throw Refusal.invalidParameter("Tags: keys that start with aws: are reserved.");
        }
        if (tags.size() > MAX_TAGS) {
            throw Refusal.invalidParameter("Tags: a secret can have at most " + MAX_TAGS + " tags.");
        }
        return tags;
    }

    private void addOrRepeat(Secret secret, String token, SecretValue value, List<String> labels) {
        if (isRepeat(secret, token, Optional.of(value))) {
            return;
        }
        if (secret.version(token).isPresent()) {
            throw Refusal.exists("You can't use ClientRequestToken " + token
                    + " because that value is already in use for a version of secret " + secret.arn + ".");
        }
        addVersion(secret, token, value, labels);
    }

    private static boolean isRepeat(Secret secret, String token, Optional<SecretValue> value) {
        return secret.version(token)
                .map(Secret.Version::value)
                .filter(value.orElse(null)::equals)
                .isPresent();
    }

    private void addVersion(Secret secret, String id, SecretValue value, List<String> labels) {
        keys.checkEncrypting(secret.kmsKeyId);
        secret.add(new Secret.Version(id, value, clock.instant(), secret.kmsKeyId), labels);
    }

    private String newArn(String name) {
        return ARN_PREFIX + name + "-"
                + random.ints(6, 0, SUFFIX_CHARS.length())
                        .mapToObj(SUFFIX_CHARS::charAt)
                        .map(String::valueOf)
                        .collect(Collectors.joining());
    }

    private Instant today() {
        return clock.instant().truncatedTo(ChronoUnit.DAYS);
    }

    private static ObjectNode arnAndName(Secret secret) {
        return object().put("ARN", secret.arn).put("Name", secret.name);
    }

    private static ObjectNode withVersion(Secret secret, Optional<String> versionId) {
        ObjectNode answer = arnAndName(secret);
        versionId.ifPresent(id -> answer.put("VersionId", id));
        return answer;
    }

    private static ObjectNode description(Secret secret) {
        ObjectNode answer = arnAndName(secret);
        putUnlessNull(answer, "Description", secret.description);
        putUnlessNull(answer, "KmsKeyId", secret.kmsKeyId);
        putDate(answer, "CreatedDate", secret.createdAt);
        putDate(answer, "LastChangedDate", secret.changedAt);
        putDate(answer, "LastAccessedDate", secret.accessedAt);
        putDate(answer, "DeletedDate", secret.deletedAt);
        secret.tags.forEach((key, value) ->
                answer.withArray("/Tags").addObject().put("Key", key).put("Value", value));
        return answer;
    }

    private static void putVersions(ObjectNode answer, String field, Secret secret) {
        secret.versions().stream()
                .filter(version -> !secret.labels(version.id()).isEmpty())
                .forEach(version ->
                        putLabels(answer.withObject("/" + field), version.id(), secret.labels(version.id())));
    }

    private static void putLabels(ObjectNode answer, String field, List<String> labels) {
        labels.forEach(answer.putArray(field)::add);
    }

    private static void putUnlessNull(ObjectNode answer, String field, String text) {
        if (text != null) {
            answer.put(field, text);
        }
    }

    /** JSON 1.1 writes a timestamp as seconds since 1970 with a fraction. */
    private static void putDate(ObjectNode answer, String field, Instant instant) {
        if (instant != null) {
            answer.put(field, instant.toEpochMilli() / 1_000.0);
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static Page page(Parameters parameters) {
        int size = parameters.integer("MaxResults").orElse(100);
        if (size < 1) {
            throw Parameters.broken("MaxResults", "" + size, "have value greater than or equal to 1");
        }
        if (size > 100) {
            throw Parameters.broken("MaxResults", "" + size, "have value less than or equal to 100");
        }
        return new Page(
                size, parameters.text("NextToken", 1, 4_096).map(Page::position).orElse(Long.MIN_VALUE));
    }

    /** A part of a listing: so many entries after this position. The token is the position of a page's last entry. */
    private record Page(int size, long after) {

        static long position(String token) {
            try {
                return Long.parseLong(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException notOurs) {
                throw new Refusal("InvalidNextTokenException", "The NextToken value is invalid.");
            }
        }

        <T> void putNextToken(ObjectNode answer, List<T> rest, ToLongFunction<T> position) {
            if (rest.size() > size) {
                byte[] last =
                        Long.toString(position.applyAsLong(rest.get(size - 1))).getBytes(StandardCharsets.UTF_8);
                answer.put("NextToken", Base64.getUrlEncoder().withoutPadding().encodeToString(last));
            }
        }
    }
}
