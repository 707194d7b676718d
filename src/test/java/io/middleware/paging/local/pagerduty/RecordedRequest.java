package io.middleware.paging.local.pagerduty;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A request that came in. It can be printed: in place of the token it holds a digest.
 *
 * @param sequence order of arrival, from 1, over both regions
 * @param path decoded
 * @param query decoded, in the order sent
 * @param headers names without regard to case; {@code Authorization} reads {@code Token token=redacted}
 * @param body as text; of an oversized body its first 512 KB
 * @param caller e-mail of the token's owner, {@code account key} or {@code unknown}
 * @param status what is answered; empty while the request is under way and if the connection was dropped instead
 * @param receivedAt by the fake's clock
 */
public record RecordedRequest(
        long sequence,
        Region region,
        Operation operation,
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, String> headers,
        String body,
        String caller,
        OptionalInt status,
        Instant receivedAt,
        String tokenDigest) {

    static final String REDACTED = "Token token=redacted";

    static RecordedRequest of(long sequence, Call call, String caller, Instant now) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(call.headers());
        headers.computeIfPresent(
                "Authorization", (name, value) -> value.startsWith("Token token=") ? REDACTED : "redacted");
        return new RecordedRequest(
                sequence,
                call.region(),
                call.operation(),
                call.method(),
                call.path(),
                Collections.unmodifiableMap(call.query()),
                Collections.unmodifiableMap(headers),
                new String(call.body(), StandardCharsets.UTF_8),
                caller,
                OptionalInt.empty(),
                now,
                call.header("Authorization").map(RecordedRequest::digest).orElse(""));
    }

    /** Whether it was authorized with exactly this token. */
    public boolean carried(String token) {
        return tokenDigest.equals(digest("Token token=" + token));
    }

    /** The header's value, empty text if it was not sent. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    RecordedRequest answered(OptionalInt answered) {
        return new RecordedRequest(
                sequence,
                region,
                operation,
                method,
                path,
                query,
                headers,
                body,
                caller,
                answered,
                receivedAt,
                tokenDigest);
    }

    private static String digest(String authorization) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(authorization.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
