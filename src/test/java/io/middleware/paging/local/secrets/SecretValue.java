package io.middleware.paging.local.secrets;

/** What is kept secret: a text or, as base64, bytes; the other one is null. */
record SecretValue(String text, String base64) {

    @Override
    public String toString() {
        return "SecretValue[redacted]";
    }
}
