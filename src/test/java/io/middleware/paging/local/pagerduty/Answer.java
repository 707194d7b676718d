package io.middleware.paging.local.pagerduty;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What goes back to the client. A body without bytes has no {@code Content-Type} either. */
record Answer(int status, Map<String, String> headers, byte[] body) {
    private static final String TYPE = "Content-Type";

    static Answer json(int status, JsonNode body) {
        return new Answer(status, Map.of(TYPE, "application/json"), Json.bytes(body));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0]);
    }

    /** The kind of page that a proxy in front of the API sends. */
    static Answer html(int status, String title) {
        String page = "<html><head><title>" + status + " " + title + "</title></head><body><h1>" + title
                + "</h1></body></html>\n";
        return new Answer(status, Map.of(TYPE, "text/html"), page.getBytes(StandardCharsets.UTF_8));
    }

    /** PagerDuty's envelope. Without {@code errors} the field is left out, as PagerDuty does. */
    static Answer error(int status, int code, String message, String... errors) {
        ObjectNode error = Json.object().put("message", message).put("code", code);
        if (errors.length > 0) {
            error.set("errors", Json.texts(List.of(errors)));
        }
        return json(status, Json.object().set("error", error));
    }

    static Answer invalid(String... errors) {
        return error(400, 2001, "Invalid Input Provided", errors);
    }

    static Answer arguments(String error) {
        return error(400, 2002, "Arguments Caused Error", error);
    }

    static Answer accessDenied() {
        return error(403, 2010, "Access Denied");
    }

    static Answer notFound() {
        return error(404, 2100, "Not Found");
    }

    static Answer tooLarge() {
        return html(413, "Request Entity Too Large");
    }

    static Answer rateLimited() {
        return error(429, 2020, "Rate Limit Exceeded");
    }

    /** What PagerDuty, or the proxy in front of it, says with this status. */
    static Answer usual(int status) {
        return switch (status) {
            case 401 -> error(401, 2006, "Authentication failed");
            case 402 -> error(402, 2014, "Missing Account Ability");
            case 403 -> accessDenied();
            case 404 -> notFound();
            case 413 -> tooLarge();
            case 429 -> rateLimited();
            case 500 -> error(500, 2000, "Internal Server Error");
            case 502 -> html(502, "Bad Gateway");
            case 503 -> html(503, "Service Unavailable");
            case 504 -> html(504, "Gateway Timeout");
            default -> status < 400 ? json(status, Json.object()) : error(status, 2001, "Invalid Input Provided");
        };
    }

    Answer with(String header, String value) {
        Map<String, String> more = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        more.putAll(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }

    /** As {@link #with}, unless it has this header. */
    Answer withDefault(String header, String value) {
        Answer more = with(header, value);
        more.headers().putAll(headers);
        return more;
    }

    Answer withBody(String text) {
        return new Answer(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    Answer withStatus(int other) {
        return new Answer(other, headers, body);
    }
}
