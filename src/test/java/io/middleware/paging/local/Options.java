package io.middleware.paging.local;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

import io.middleware.paging.local.lambda.FunctionPackage.Form;

/**
 * What {@code mvn -Plocal} can be told, as system properties. One that is absent or blank has its default.
 *
 * @param port {@code local.port}, default 8080; 0 for a free one
 * @param host {@code local.host}, default localhost: the address at which the gateway listens
 * @param tour {@code local.tour}, default on
 * @param pagerDuty {@code local.pagerduty}: a host to use instead of the fake PagerDuty, for both regions
 */
record Options(int port, String host, Tour tour, Optional<URI> pagerDuty) {

    private static final int USUAL_PORT = 8080;
    private static final int HIGHEST_PORT = 65_535;

    /** Whether to take the tour, and whether to go on running after it. */
    enum Tour {
        ON,
        ONLY,
        OFF
    }

    /** @throws IllegalArgumentException if one has a value that it cannot have: names it, and says what it can be */
    static Options of(Properties properties) {
        // Read by the cloud's builder, but wrong is wrong before anything has started.
        form(properties);
        url(properties, "aws.endpoint");
        return new Options(
                port(properties),
                value(properties, "local.host").orElse(Gateway.THIS_MACHINE),
                tour(properties),
                url(properties, "local.pagerduty"));
    }

    /** {@code local.form}: which package to run; empty: the native binary if there is one. */
    static Optional<Form> form(Properties properties) {
        return word(properties, "local.form", Form.values());
    }

    /** The URL that a property holds. */
    static Optional<URI> url(Properties properties, String name) {
        return value(properties, name).map(text -> {
            if (!text.matches("https?://[^/\\s]+.*") || text.matches(".*\\s.*")) {
                throw new IllegalArgumentException("-D" + name + "=" + text
                        + " is no URL. Give one that begins with http:// or https://, such as http://localhost:4566");
            }
            return URI.create(text);
        });
    }

    private static Tour tour(Properties properties) {
        return word(properties, "local.tour", Tour.values()).orElse(Tour.ON);
    }

    private static int port(Properties properties) {
        return value(properties, "local.port")
                .map(text -> {
                    if (!text.matches("\\d{1,5}") || Integer.parseInt(text) > HIGHEST_PORT) {
                        throw new IllegalArgumentException("-Dlocal.port=" + text
                                + " is no port. Give a number up to " + HIGHEST_PORT + ", or leave it out for "
                                + USUAL_PORT);
                    }
                    return Integer.parseInt(text);
                })
                .orElse(USUAL_PORT);
    }

    private static <E extends Enum<E>> Optional<E> word(Properties properties, String name, E[] words) {
        return value(properties, name)
                .map(text -> Stream.of(words)
                        .filter(word -> word.name().equalsIgnoreCase(text))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("-D" + name + "=" + text
                                + " means nothing. Give one of "
                                + String.join(
                                        ", ",
                                        Stream.of(words).map(Options::lowerCase).toList()))));
    }

    private static String lowerCase(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<String> value(Properties properties, String name) {
        return Optional.ofNullable(properties.getProperty(name))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }
}
