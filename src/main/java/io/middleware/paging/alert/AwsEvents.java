package io.middleware.paging.alert;

import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What AWS sends by itself: CloudWatch alarms, and other events, which are no alerts until somebody makes some of them. Such
 * an event gets a reason that names it and says how.
 *
 * <p>Source of the shapes: AWS, "EventBridge events" and "Alarm events and EventBridge".
 */
final class AwsEvents {
    /** For a reason. */
    static final String HOW_TO_MAKE_AN_ALERT = "see \"What is no alert\" in docs/alerts.md";

    /** Words as AWS and its partners name types of events, up to EventBridge's 128 characters; none as long as a token. */
    private static final Pattern TYPE =
            Pattern.compile("(?=.{1,128}$)[A-Za-z0-9()&/.:'-]{1,19}( [A-Za-z0-9()&/.:'-]{1,19})*");

    private AwsEvents() {}

    static boolean is(JsonNode node) {
        return isFromEventBridge(node)
                || CloudWatchAlarms.isFromSns(node)
                || isDetailOfAnAlarm(node)
                || isPayloadOfALambdaAction(node);
    }

    static ParsedMessage parse(JsonNode node, ForeignNames names, InsufficientData insufficientData) {
        if (CloudWatchAlarms.isFromSns(node)) {
            return CloudWatchAlarms.fromSns(node, names, insufficientData);
        }
        if (isFromEventBridge(node)) {
            String type = node.path("detail-type").asText();
            return CloudWatchAlarms.isEvent(type)
                    ? CloudWatchAlarms.fromEventBridge(type, node, names, insufficientData)
                    : otherEvent(type, node);
        }
        return ParsedMessage.malformed(
                isDetailOfAnAlarm(node)
                        ? "the detail of a CloudWatch alarm event without its envelope, which holds account, region and"
                                + " ARN: give the EventBridge target the whole matched event, with no input path; "
                                + HOW_TO_MAKE_AN_ALERT
                        : "what a CloudWatch alarm hands to its Lambda action: send the alarm through EventBridge or SNS"
                                + " instead; " + HOW_TO_MAKE_AN_ALERT);
    }

    /** An own alert may have unknown fields, this one too. */
    private static boolean isFromEventBridge(JsonNode node) {
        return node.path("detail-type").isTextual() && !node.has("alertId");
    }

    /** Budgets, Backup and others write to people; so does an input transformer whose template is no object. */
    static boolean isPlainText(String notJson) {
        return !notJson.stripLeading().matches("(?s)[{\\[\"].*");
    }

    private static boolean isDetailOfAnAlarm(JsonNode node) {
        return node.path("alarmName").isTextual() && node.path("state").has("value");
    }

    private static boolean isPayloadOfALambdaAction(JsonNode node) {
        return node.path("alarmArn").isTextual() && node.path("alarmData").isObject();
    }

    private static ParsedMessage otherEvent(String type, JsonNode node) {
        return ParsedMessage.malformed("an EventBridge event of type " + named(type) + " from "
                + source(node.path("source").asText())
                + ", which is no alert: give the EventBridge target an input transformer that makes an alert of it; "
                + HOW_TO_MAKE_AN_ALERT);
    }

    private static String named(String type) {
        return TYPE.matcher(type).matches() ? '"' + type + '"' : JsonFields.found(type);
    }

    private static String source(String source) {
        return source.matches("aws\\.[a-z0-9-]{1,30}") ? source : "another source than AWS";
    }
}
