package io.middleware.paging.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;

/**
 * Where everything listens.
 *
 * @param lambda the gateway: it also takes requests for DynamoDB, SQS and Secrets Manager
 */
public record Endpoints(
        URI lambda,
        URI sqs,
        String queueUrl,
        String deadLetterQueueUrl,
        URI dynamodb,
        URI secretsmanager,
        URI pagerduty,
        URI pagerdutyEu) {

    /** By the names that {@code endpoints.json} uses. */
    Map<String, String> byName() {
        Map<String, String> map = new LinkedHashMap<>();
        map.put("lambda", lambda.toString());
        map.put("sqs", sqs.toString());
        map.put("queueUrl", queueUrl);
        map.put("deadLetterQueueUrl", deadLetterQueueUrl);
        map.put("dynamodb", dynamodb.toString());
        map.put("secretsmanager", secretsmanager.toString());
        map.put("pagerduty", pagerduty.toString());
        map.put("pagerdutyEu", pagerdutyEu.toString());
        return map;
    }

    /** Writes them as JSON. Whoever sees the file sees all of it. */
    void write(Path file) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path unfinished = file.resolveSibling(file.getFileName() + ".new");
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(unfinished.toFile(), byName());
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
