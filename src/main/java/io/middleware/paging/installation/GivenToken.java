package io.middleware.paging.installation;

import java.util.Optional;

import io.middleware.paging.pagerduty.ApiToken;

/**
 * A token as somebody gave it, which may be none, and where it stood. Not a record, so that nothing prints its text by
 * accident. Immutable.
 */
public final class GivenToken {
    private final String text;
    private final Optional<String> secret;

    private GivenToken(String text, Optional<String> secret) {
        this.text = text == null ? "" : text.strip();
        this.secret = secret;
    }

    /** @param accessToken the request's field, white space and all; null or blank when there is none */
    public static GivenToken inRequest(String accessToken) {
        return new GivenToken(accessToken, Optional.empty());
    }

    /** @param secret the name of a secret that somebody wrote for {@code install} to read */
    static GivenToken inSecret(String secret, String text) {
        return new GivenToken(text, Optional.of(secret));
    }

    /** Without white space around it. For checks, and for {@link ApiToken}. */
    public String text() {
        return text;
    }

    /** Where it stood, as the subject of a sentence. */
    String place() {
        return secret.map(name -> "accessTokenSecretId: the secret " + name).orElse("accessToken");
    }

    /** Which way it came, for the log. */
    public String way() {
        return secret.map(name -> "token from the secret " + ApiToken.maskedIn(name))
                .orElse("token from the request");
    }

    /** What an empty one means, as a sentence. */
    String whyEmpty() {
        return secret.isPresent()
                ? place() + " holds nothing but white space."
                : "Neither accessToken nor accessTokenSecretId is set: one of them must hold more than white space.";
    }

    /** How to give the token alone. */
    String givenAlone() {
        return secret.isPresent()
                ? "Store the token alone as the secret's text, without quotes or other text; the console makes JSON of"
                        + " what is entered as key/value. "
                : "Paste the token alone, without quotes or other text. ";
    }

    @Override
    public String toString() {
        return "GivenToken[" + way() + "]";
    }
}
