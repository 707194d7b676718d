package io.middleware.paging.local.pagerduty;

import java.util.stream.Stream;

/** What a request asks for. Printed as method and path, for example {@code POST /incidents}. */
public enum Operation {
    GET_ME("GET", "/users/me"),
    LIST_SERVICES("GET", "/services"),
    GET_SERVICE("GET", "/services/*"),
    GET_ESCALATION_POLICY("GET", "/escalation_policies/*"),
    LIST_ON_CALLS("GET", "/oncalls"),
    LIST_MAINTENANCE_WINDOWS("GET", "/maintenance_windows"),
    LIST_INCIDENTS("GET", "/incidents"),
    GET_INCIDENT("GET", "/incidents/*"),
    CREATE_INCIDENT("POST", "/incidents"),
    UPDATE_INCIDENT("PUT", "/incidents/*"),
    UPDATE_INCIDENTS("PUT", "/incidents"),
    ADD_NOTE("POST", "/incidents/*/notes"),
    LIST_LOG_ENTRIES("GET", "/incidents/*/log_entries"),
    /** A request for anything else: answered 404 and listed by {@link FakePagerDuty#unexpectedRequests()}. */
    UNEXPECTED("*", "/**");

    private final String method;
    private final PathPattern path;

    Operation(String method, String path) {
        this.method = method;
        this.path = new PathPattern(path);
    }

    static Operation of(String method, String path) {
        return Stream.of(values())
                .filter(operation -> operation.matches(method, path))
                .findFirst()
                .orElse(UNEXPECTED);
    }

    /** @throws IllegalArgumentException if {@code label} is not what {@link #toString()} of an operation gives */
    static Operation ofLabel(String label) {
        return Stream.of(values())
                .filter(operation -> operation.toString().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no operation is called " + label));
    }

    private boolean matches(String method, String path) {
        return (this.method.equals("*") || this.method.equals(method)) && this.path.matches(path);
    }

    boolean writes() {
        return method.equals("POST") || method.equals("PUT");
    }

    @Override
    public String toString() {
        return method + " " + path;
    }
}
