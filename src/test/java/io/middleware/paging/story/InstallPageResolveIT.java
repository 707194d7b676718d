package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.pagerduty.Sample;

/** The main job: a pasted token installs, a rule is bound, an alert becomes one incident, its end resolves it. */
class InstallPageResolveIT extends Story {
    @Test
    void aPastedTokenInstallsAndAnAlertPagesUnderItsUsersName() throws Exception {
        JsonNode installed = install(Sample.MANAGER_TOKEN);
        assertThat(installed.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(installed.path("services").findValuesAsText("name")).contains("Payments");
        JsonNode listed = cloud.invoke(
                "list-services", object().put("workspaceId", workspace).put("query", "pay"));
        assertThat(listed.path("services").path(0).path("id").asText()).isEqualTo(Sample.PAYMENTS);
        bind("Payments");

        fires(0);
        handled();

        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).isEqualTo("CPU above 90 % on web-1");
            assertThat(incident.serviceId()).isEqualTo(Sample.PAYMENTS);
            assertThat(incident.from()).contains(Sample.MANAGER_EMAIL);
            assertThat(incident.isOpen()).isTrue();
            assertThat(incident.details()).contains("93.4 % for 5 minutes", "Severity: critical", "env=prod");
        });
        assertThat(ledger("outcome")).isEqualTo("OPENED");

        resolves(60);
        handled();

        assertThat(incidents()).singleElement().matches(incident -> !incident.isOpen());
        assertThat(ledger("outcome")).isEqualTo("RESOLVED");
    }

    @Test
    void aTokenOfTheEuRegionPagesThere() throws Exception {
        assertThat(install(Sample.EU_TOKEN).path("region").asText()).isEqualTo("eu");
        bind("Payments EU");

        fires(0);
        handled();

        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.serviceId()).isEqualTo(Sample.PAYMENTS_EU));
    }

    @Test
    void anAlertOfARuleThatIsBoundToNothingIsOnRecord() throws Exception {
        install(Sample.MANAGER_TOKEN);

        fires(0);
        handled();

        assertThat(incidents()).isEmpty();
        assertThat(ledger("outcome")).isEqualTo("UNBOUND");
    }

    @Test
    void titlesAreCutBetweenCharactersAndUnicodeArrivesWhole() throws Exception {
        installAndBind();
        String title = "Überlast 過負荷 🔥 ".repeat(30);

        cloud.send(message("triggered", ALERT, 0).replace("CPU above 90 % on web-1", title));
        handled();

        assertThat(incidents()).singleElement().satisfies(incident -> {
            assertThat(incident.title()).startsWith("Überlast 過負荷 🔥 Überlast").endsWith("…");
            assertThat(incident.title().length()).isLessThanOrEqualTo(255);
            assertThat(incident.details()).contains("title was cut").contains(String.valueOf(title.length()));
        });
    }
}
