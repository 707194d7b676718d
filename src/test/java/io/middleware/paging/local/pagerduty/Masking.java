package io.middleware.paging.local.pagerduty;

import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** An answer without the names and e-mails of other users than the token's owner. */
final class Masking {
    private Masking() {}

    static Answer of(Answer answer, Token token) {
        return Json.parseObject(answer.body())
                .map(body -> {
                    mask(body, token);
                    return answer.withBody(body.toString());
                })
                .orElse(answer);
    }

    private static void mask(JsonNode node, Token token) {
        boolean isUser = node.path("type").asText().matches("user(_reference)?");
        boolean isOwner = token.owner()
                .filter(user -> user.id().equals(node.path("id").asText()))
                .isPresent();
        if (node instanceof ObjectNode object && isUser && !isOwner) {
            object.putNull("summary").putNull("html_url");
            object.remove(List.of("name", "email"));
        }
        node.forEach(child -> mask(child, token));
    }
}
