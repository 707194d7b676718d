package io.middleware.paging.local.secrets;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One secret with its versions. A staging label is on at most one version at a time, so labels point at versions and not
 * the other way round. Not safe for use by several threads at once.
 */
final class Secret {

    static final String CURRENT = "AWSCURRENT";
    static final String PREVIOUS = "AWSPREVIOUS";

    /** "Versions per secret: ~100", https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
    private static final int MAX_VERSIONS = 100;

    /** Order of creation, which is the order of listings. */
    final long number;

    final String name;
    final String arn;
    final Instant createdAt;
    final Map<String, String> tags = new LinkedHashMap<>();
    String description;
    String kmsKeyId;
    Instant changedAt;
    Instant accessedAt;
    /** When it will be gone; null unless scheduled for deletion. */
    Instant deletedAt;

    private final Map<String, Version> versions = new LinkedHashMap<>();
    private final Map<String, String> versionIdByLabel = new TreeMap<>();

    Secret(long number, String name, String arn, Instant now) {
        this.number = number;
        this.name = name;
        this.arn = arn;
        this.createdAt = now;
        this.changedAt = now;
    }

    /**
     * A version and the moment of its creation; its labels are asked of the secret.
     *
     * @param kmsKeyId under which it is encrypted; null for the account's key for Secrets Manager
     */
    record Version(String id, SecretValue value, Instant createdAt, String kmsKeyId) {}

    /** Adds a version and moves these labels to it; the version that loses AWSCURRENT becomes AWSPREVIOUS. */
    void add(Version version, List<String> labels) {
        versions.put(version.id(), version);
        labels.forEach(label -> move(label, version.id()));
        if (!versionIdByLabel.containsKey(CURRENT)) {
            move(CURRENT, version.id());
        }
        changedAt = version.createdAt();
        versions.keySet().stream()
                .filter(id -> versions.size() > MAX_VERSIONS && !versionIdByLabel.containsValue(id))
                .findFirst()
                .ifPresent(versions::remove);
    }

    /** The secret's later versions are encrypted under this key, and so are now those with a label. */
    void encryptUnder(String key) {
        kmsKeyId = key;
        versionIdByLabel
                .values()
                .forEach(id -> versions.computeIfPresent(
                        id, (same, old) -> new Version(id, old.value(), old.createdAt(), key)));
    }

    private void move(String label, String versionId) {
        String before = versionIdByLabel.put(label, versionId);
        if (label.equals(CURRENT) && before != null && !before.equals(versionId)) {
            versionIdByLabel.put(PREVIOUS, before);
        }
    }

    Optional<Version> version(String id) {
        return Optional.ofNullable(versions.get(id));
    }

    Optional<Version> labelled(String label) {
        return Optional.ofNullable(versionIdByLabel.get(label)).map(versions::get);
    }

    List<Version> versions() {
        return List.copyOf(versions.values());
    }

    /** The labels on a version, in alphabetical order; none makes it a deprecated one. */
    List<String> labels(String versionId) {
        return versionIdByLabel.entrySet().stream()
                .filter(entry -> entry.getValue().equals(versionId))
                .map(Map.Entry::getKey)
                .toList();
    }

    boolean isScheduledForDeletion() {
        return deletedAt != null;
    }
}
