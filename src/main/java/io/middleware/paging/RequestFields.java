package io.middleware.paging;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;

import io.middleware.paging.binding.RuleId;
import io.middleware.paging.installation.Refusal;
import io.middleware.paging.installation.Warning;
import io.middleware.paging.installation.WorkspaceId;
import io.middleware.paging.pagerduty.ApiToken;
import io.middleware.paging.pagerduty.PagerDuty;

/**
 * Reads the fields of a request. The first that cannot be used is remembered as the refusal; later reads then return
 * harmless values that are never used.
 *
 * <p>A person may paste a token into any field. So an answer repeats a value of the request only without what may be one:
 * {@link #withoutTokens}.
 */
final class RequestFields {
    private static final int MAX_QUOTED_CHARS = 60;

    private static final Pattern HALF_PAIR = Pattern.compile("\\p{Cs}");

    private final JsonNode request;
    private Refusal refusal;

    RequestFields(JsonNode request) {
        this(request, false);
    }

    private RequestFields(JsonNode request, boolean takesTerraform) {
        boolean isObject = request != null && request.isObject();
        this.request = isObject ? request : MissingNode.getInstance();
        if (!isObject) {
            refuse("The request must be a JSON object.", "See events/ for one example of each function.");
        }
        if (!takesTerraform && this.request.has("tf")) {
            // Terraform adds it with lifecycle_scope = "CRUD", and then invokes for a destroy as for a create.
            refuse(
                    "tf is not taken: Terraform would run this function also when it destroys the resource.",
                    "Set lifecycle_scope of aws_lambda_invocation to CREATE_ONLY.");
        }
    }

    /** Of a function that looks at {@link #terraformAction}. */
    static RequestFields withTerraform(JsonNode request) {
        return new RequestFields(request, true);
    }

    /**
     * What Terraform is doing with the resource that invokes the function: {@code create}, {@code update} or {@code delete}.
     * Empty when it is not Terraform, or has {@code lifecycle_scope} {@code CREATE_ONLY}.
     */
    Optional<String> terraformAction() {
        if (!request.has("tf")) {
            return Optional.empty();
        }
        JsonNode action = request.path("tf").path("action");
        if (!action.asText().matches("create|update|delete")) {
            refuse(
                    "tf.action must be create, update or delete, found "
                            + (action.isTextual() ? quoted(action.asText()) : kind(action)) + ".",
                    "tf is what Terraform adds with lifecycle_scope CRUD; leave it out of a request of your own.");
        }
        return Optional.of(action.asText());
    }

    /** What is wrong; empty when every field read so far can be used. */
    Optional<Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }

    WorkspaceId workspaceId() {
        String value = required("workspaceId");
        if (refusal == null && !WorkspaceId.isValid(value)) {
            refuse(
                    "workspaceId must be " + WorkspaceId.RULE + ", found " + quoted(value) + ".",
                    "Correct workspaceId.");
        }
        return refusal == null ? new WorkspaceId(value) : null;
    }

    RuleId ruleId() {
        String text = required("ruleId");
        if (!text.isEmpty() && !RuleId.isValid(text)) {
            refuse("ruleId must be " + RuleId.RULE + ", found " + quoted(text) + ".", "Correct ruleId.");
        }
        return RuleId.isValid(text) ? new RuleId(text) : null;
    }

    /** The text of a required field; numbers count as text. */
    String required(String field) {
        Optional<String> value = optional(field);
        if (value.isEmpty()) {
            refuse(field + " is missing or empty.", "Set " + field + ".");
        }
        return value.orElse("");
    }

    /** Empty when the field is absent, null or blank; numbers count as text. */
    Optional<String> optional(String field) {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isTextual() && !value.isNumber()) {
            refuse(field + " must be text, found " + kind(value) + ".", "Send text.");
            return Optional.empty();
        }
        return Optional.of(value.asText()).filter(text -> !text.isBlank());
    }

    /**
     * Text that is kept and shown to others; empty when the field is absent, null or blank. Stripped. What holds a token is
     * refused.
     */
    Optional<String> keptText(String field, int maxChars) {
        Optional<String> text = optional(field).map(String::strip);
        if (text.isEmpty()) {
            return text;
        }
        String value = text.get();
        if (ApiToken.isPastedIn(value) || ApiToken.isPastedIn(value.replaceAll("(?i)%2B", "+"))) {
            refuse(
                    field + " holds what looks like a PagerDuty token.",
                    "Leave it out: " + field + " is stored, and shown to others. If it is none, write it in parts.");
        } else if (value.length() > maxChars) {
            refuse(
                    field + " must have at most " + maxChars + " characters, found " + value.length() + ".",
                    "Shorten " + field + ".");
        } else if (HALF_PAIR.matcher(value).find()) {
            refuse(
                    field + " holds half of a surrogate pair, as if it had been cut inside a character.",
                    "Correct " + field + ".");
        } else {
            return text;
        }
        return Optional.empty();
    }

    /** The address of a web page, without a password; empty when the field is absent, null or blank. */
    Optional<String> webAddress(String field, int maxChars) {
        Optional<String> text = keptText(field, maxChars);
        if (text.isEmpty() || isWebAddress(text.get())) {
            return text;
        }
        refuse(
                field
                        + " must be a URL that begins with http:// or https:// and has no user, blank or other character that"
                        + " a URL cannot hold, found " + quoted(text.get()) + ".",
                "Copy the address of the page from the browser.");
        return Optional.empty();
    }

    private static boolean isWebAddress(String text) {
        try {
            URI uri = new URI(text);
            return uri.getScheme() != null
                    && uri.getScheme().matches("(?i)https?")
                    && uri.getRawAuthority() != null
                    && !uri.getRawAuthority().contains("@");
        } catch (URISyntaxException noAddress) {
            return false;
        }
    }

    /** An id of PagerDuty's; empty when the field is absent, null or blank. Nothing else is ever sent there as an id. */
    Optional<String> pagerDutyId(String field) {
        Optional<String> id = optional(field);
        if (id.isPresent() && !PagerDuty.isId(id.get())) {
            refuse(
                    field + " must be an id of PagerDuty's, " + PagerDuty.ID_RULE + ", found " + quoted(id.get()) + ".",
                    "Copy the id from its page in PagerDuty; list-services shows those of services.");
            return Optional.empty();
        }
        return id;
    }

    /**
     * One of a few words.
     *
     * @param words as a person reads them: "high or low"
     */
    <T> T oneOf(String field, Function<String, Optional<T>> parse, T ifAbsent, String words, String remedy) {
        Optional<String> text = optional(field);
        Optional<T> choice = text.map(parse).orElse(Optional.of(ifAbsent));
        if (choice.isEmpty()) {
            refuse(field + " must be " + words + ", found " + quoted(text.get()) + ".", remedy);
        }
        return choice.orElse(ifAbsent);
    }

    /** {@code true}, {@code false}, or either as text; {@code otherwise} when absent or null. */
    boolean flag(String field, boolean otherwise) {
        JsonNode value = request.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return otherwise;
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isTextual() && value.asText().matches("(?i)true|false")) {
            return Boolean.parseBoolean(value.asText());
        }
        refuse(
                field + " must be true or false, found " + (value.isTextual() ? quoted(value.asText()) : kind(value))
                        + ".",
                "Correct " + field + ".");
        return otherwise;
    }

    void refuse(String message, String remedy) {
        if (refusal == null) {
            refusal = Refusal.invalidRequest(message, remedy);
        }
    }

    private static String kind(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "a list";
            case OBJECT -> "an object";
            case BOOLEAN -> "true or false";
            case NUMBER -> "a number";
            default -> "no text";
        };
    }

    static String quoted(String text) {
        String harmless = ApiToken.maskedIn(text);
        return '"'
                + (harmless.length() > MAX_QUOTED_CHARS ? harmless.substring(0, MAX_QUOTED_CHARS) + "…" : harmless)
                + '"';
    }

    /** The same refusal without values of this request that may be a token. */
    Refusal withoutTokens(Refusal refused) {
        return new Refusal(refused.code(), withoutTokens(refused.message()), withoutTokens(refused.remedy()));
    }

    /** The same warnings without values of this request that may be a token. */
    List<Warning> withoutTokens(List<Warning> warnings) {
        return warnings.stream()
                .map(warning -> new Warning(warning.code(), withoutTokens(warning.message())))
                .toList();
    }

    /** The same text without values of this request that may be a token. */
    String withoutTokens(String text) {
        String result = text;
        for (JsonNode value : request) {
            if (value.isValueNode()) {
                String given = value.asText();
                String harmless = ApiToken.maskedIn(given);
                result = given.equals(harmless) ? result : result.replace(given, harmless);
            }
        }
        return result;
    }
}
