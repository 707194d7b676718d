package io.middleware.paging.local.pagerduty;

/**
 * How PagerDuty behaves where its documents leave it open. Everything can be changed while the server runs; {@link FakePagerDuty#reset()}
 * restores the defaults. Safe for use by several threads.
 */
public final class Quirks {

    /** The body of a 401. */
    public enum UnauthorizedBody {
        /** No body and no {@code Content-Type}, as clients have often seen it. */
        EMPTY,
        JSON,
        HTML
    }

    /** What a 429 carries besides its status. */
    public enum RateLimitAnswer {
        FULL,
        WITHOUT_HEADERS,
        WITHOUT_BODY,
        BARE
    }

    /** The error of a refused POST /incidents, always with status 400. */
    public record RefusalText(int code, String message, String error) {
        Answer answer() {
            return error.isEmpty() ? Answer.error(400, code, message) : Answer.error(400, code, message, error);
        }
    }

    private volatile UnauthorizedBody unauthorizedBody;
    private volatile RateLimitAnswer rateLimitAnswer;
    private volatile RefusalText disabled;
    private volatile RefusalText maintenance;
    private volatile RefusalText nobodyOnCall;
    private volatile boolean repeatedStatusRefused;
    private volatile boolean selfAssignmentAcknowledges;
    private volatile boolean forbiddenBody;
    private volatile int maxTitleChars;
    private volatile int noteStatus;
    private volatile boolean othersMasked;
    private volatile String notificationChannel;

    Quirks() {
        restoreDefaults();
    }

    void restoreDefaults() {
        unauthorizedBody = UnauthorizedBody.EMPTY;
        rateLimitAnswer = RateLimitAnswer.FULL;
        disabled = new RefusalText(2001, "Incident could not be created", "Service is disabled");
        maintenance = new RefusalText(2001, "Incident could not be created", "Service is in maintenance");
        nobodyOnCall = new RefusalText(1015, "Escalation Policy Has No User On Call", "Incident could not be assigned");
        repeatedStatusRefused = true;
        selfAssignmentAcknowledges = true;
        forbiddenBody = true;
        maxTitleChars = 1024;
        noteStatus = 200;
        othersMasked = false;
        notificationChannel = "push";
    }

    /** Default: {@link UnauthorizedBody#EMPTY}. */
    public Quirks unauthorizedBody(UnauthorizedBody body) {
        unauthorizedBody = body;
        return this;
    }

    /** Default: {@link RateLimitAnswer#FULL}. */
    public Quirks rateLimitAnswer(RateLimitAnswer answer) {
        rateLimitAnswer = answer;
        return this;
    }

    /** A new incident on a disabled service. Default: 2001 {@code Incident could not be created}. */
    public Quirks disabledService(RefusalText text) {
        disabled = text;
        return this;
    }

    /** A new incident on a service in maintenance. Default: 2001 {@code Incident could not be created}. */
    public Quirks serviceInMaintenance(RefusalText text) {
        maintenance = text;
        return this;
    }

    /** A new incident whose policy has nobody on call. Default: 1015 {@code Escalation Policy Has No User On Call}. */
    public Quirks nobodyOnCall(RefusalText text) {
        nobodyOnCall = text;
        return this;
    }

    /** Whether resolving a resolved incident, or acknowledging an acknowledged one, is a 400 (default) or a 200 that changes nothing. */
    public Quirks repeatedStatusRefused(boolean refused) {
        repeatedStatusRefused = refused;
        return this;
    }

    /** Whether an incident assigned to nobody but the one who opens it starts acknowledged. Default: true. */
    public Quirks selfAssignmentAcknowledges(boolean acknowledges) {
        selfAssignmentAcknowledges = acknowledges;
        return this;
    }

    /** Whether a 403 says code 2010 (default) or has no body. */
    public Quirks forbiddenBody(boolean present) {
        forbiddenBody = present;
        return this;
    }

    /** Default: 1,024, the limit of an event's summary; the real one of a title is not documented. */
    public Quirks maxTitleChars(int chars) {
        maxTitleChars = chars;
        return this;
    }

    /** The status of an added note: 200 (default, PagerDuty's schema) or 201 (its general pages). */
    public Quirks noteStatus(int status) {
        noteStatus = status;
        return this;
    }

    /** Whether users other than the token's owner are shown without name and e-mail. Default: false. How PagerDuty masks is not documented. */
    public Quirks othersMasked(boolean masked) {
        othersMasked = masked;
        return this;
    }

    /** By what persons are notified: {@code push} (default), {@code sms}, {@code phone}, {@code email}. */
    public Quirks notificationChannel(String channel) {
        notificationChannel = channel;
        return this;
    }

    boolean othersMasked() {
        return othersMasked;
    }

    String notificationChannel() {
        return notificationChannel;
    }

    Answer unauthorized() {
        return switch (unauthorizedBody) {
            case EMPTY -> Answer.empty(401);
            case JSON -> Answer.usual(401);
            case HTML -> Answer.html(401, "Unauthorized");
        };
    }

    Answer forbidden() {
        return forbiddenBody ? Answer.accessDenied() : Answer.empty(403);
    }

    RateLimitAnswer rateLimitAnswer() {
        return rateLimitAnswer;
    }

    Answer disabledService() {
        return disabled.answer();
    }

    Answer serviceInMaintenance() {
        return maintenance.answer();
    }

    Answer nobodyOnCall() {
        return nobodyOnCall.answer();
    }

    boolean repeatedStatusRefused() {
        return repeatedStatusRefused;
    }

    boolean selfAssignmentAcknowledges() {
        return selfAssignmentAcknowledges;
    }

    int maxTitleChars() {
        return maxTitleChars;
    }

    int noteStatus() {
        return noteStatus;
    }
}
