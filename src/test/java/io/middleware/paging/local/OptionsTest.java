package io.middleware.paging.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Properties;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.middleware.paging.local.lambda.FunctionPackage.Form;

class OptionsTest {

    private final Properties properties = new Properties();

    @Test
    void whatIsAbsentOrBlankHasItsDefault() {
        properties.setProperty("local.form", "");
        properties.setProperty("local.pagerduty", "");

        Options options = Options.of(properties);

        assertThat(options.port()).isEqualTo(8080);
        assertThat(options.host()).isEqualTo("localhost");
        assertThat(options.tour()).isEqualTo(Options.Tour.ON);
        assertThat(options.pagerDuty()).isEmpty();
        assertThat(Options.form(properties)).isEmpty();
    }

    @Test
    void whatIsGivenIsTaken() {
        properties.setProperty("local.port", "9000");
        properties.setProperty("local.host", "0.0.0.0");
        properties.setProperty("local.tour", "only");
        properties.setProperty("local.form", "native");
        properties.setProperty("local.pagerduty", "https://api.pagerduty.com");

        Options options = Options.of(properties);

        assertThat(options.port()).isEqualTo(9000);
        assertThat(options.host()).isEqualTo("0.0.0.0");
        assertThat(options.tour()).isEqualTo(Options.Tour.ONLY);
        assertThat(options.pagerDuty()).contains(URI.create("https://api.pagerduty.com"));
        assertThat(Options.form(properties)).contains(Form.NATIVE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "local.port | abc | -Dlocal.port=abc is no port. Give a number up to 65535",
                "local.port | 70000 | -Dlocal.port=70000 is no port",
                "local.port | -1 | -Dlocal.port=-1 is no port",
                "local.tour | maybe | -Dlocal.tour=maybe means nothing. Give one of on, only, off",
                "local.form | jar | -Dlocal.form=jar means nothing. Give one of jvm, native",
                "local.pagerduty | api.pagerduty.com | -Dlocal.pagerduty=api.pagerduty.com is no URL",
                "aws.endpoint | localhost:4566 | -Daws.endpoint=localhost:4566 is no URL"
            })
    void whatCannotBeIsRefusedByName(String name, String value, String message) {
        properties.setProperty(name, value);

        assertThatThrownBy(() -> Options.of(properties))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }
}
