package io.middleware.paging.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "cpu-high", "team/cpu:high_1.0", "-", "..", "0"})
    void holdsLettersDigitsAndSixMarks(String value) {
        assertThat(RuleId.isValid(value)).isTrue();
        assertThat(new RuleId(value)).hasToString(value);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {" ", "cpu high", "cpu-high\n", "cpu#high", "cpü", "cpu\u0000", "\uD83D\uDE00"})
    void holdsNothingElse(String value) {
        assertThat(RuleId.isValid(value)).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RuleId(value))
                .withMessage("ruleId must be 1 to 128 characters of A-Z a-z 0-9 . _ - : /");
    }

    @Test
    void hasAtMost128Characters() {
        assertThat(RuleId.isValid("r".repeat(128))).isTrue();
        assertThat(RuleId.isValid("r".repeat(129))).isFalse();
    }

    @Test
    void isPlainTextInJson() throws JsonProcessingException {
        assertThat(new ObjectMapper().writeValueAsString(new RuleId("cpu-high")))
                .isEqualTo("\"cpu-high\"");
    }

    /** The digits are those of {@code printf %s NAME | sha256sum}. */
    @ParameterizedTest
    @CsvSource({
        "cpu-high, cpu-high",
        "'CPU high (prod)', CPU-high--prod--8fa89ca1",
        "' CPU high ', CPU-high-0c578a2b",
        "'cpu-high ', cpu-high-4749b791",
        "'Größe', Gr--e-aedc3f80",
        "'load \uD83D\uDE00', load---16421158",
        "'決済エラー', ------8db77471",
        "'検索停止中', ------d9a90649",
    })
    void ofANameThatIsNoIdHasHyphensAndAHash(String name, String id) {
        assertThat(RuleId.named(name).value()).isEqualTo(id);
    }

    @Test
    void theDocumentedExamplesAreRight() throws IOException {
        Matcher rows = Pattern.compile("(?m)^\\| `(.+)` \\| `(.+)` \\|$")
                .matcher(docs().substring(docs().indexOf("| name | `ruleId` |")));

        assertThat(rows.results())
                .hasSize(3)
                .allSatisfy(row -> assertThat(RuleId.named(row.group(1))).hasToString(row.group(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu-high", "CPU high (prod)", " CPU high ", "Größe", "決済エラー", "load \uD83D\uDE00"})
    void theDocumentedCommandMakesTheSameId(String name) throws IOException {
        String function = docs().replaceFirst("(?s)^.*```sh\\n(rule_id\\(\\) \\{.*?\\n}\\n).*$", "$1");
        Process shell =
                new ProcessBuilder("env", "LC_ALL=C.UTF-8", "sh", "-c", function + "rule_id \"$(cat)\"").start();
        try (OutputStream in = shell.getOutputStream()) {
            in.write(name.getBytes(StandardCharsets.UTF_8));
        }
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(printed).isEqualTo(RuleId.named(name) + "\n");
    }

    private static String docs() throws IOException {
        return Files.readString(Path.of("docs", "alerts.md"));
    }

    @Test
    void ofDifferentNamesIsNeverTheSame() {
        List<String> names = List.of(
                "決済エラー",
                "検索停止中",
                "-----",
                "a b",
                "a-b",
                "a b ",
                " a b",
                "a  b",
                "é",
                "e\u0301",
                "\uD83D",
                "\uDE00",
                "?",
                "\uD83D\uDE00",
                "n".repeat(128),
                "n".repeat(129),
                "n".repeat(130));

        assertThat(names).extracting(RuleId::named).doesNotHaveDuplicates();
    }

    @Test
    void ofANameThatIsAsLongAsAnIdIsThatName() {
        String name = "n".repeat(128);

        assertThat(RuleId.named(name).value()).isEqualTo(name);
    }

    @Test
    void ofALongNameIsCutAndToldApartByItsHash() {
        String common = "n".repeat(200);

        RuleId one = RuleId.named(common + " one");
        RuleId two = RuleId.named(common + " two");

        assertThat(one.value()).hasSize(128).startsWith("n".repeat(119) + "-").isNotEqualTo(two.value());
        assertThat(RuleId.named(common + " one")).isEqualTo(one);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\t "})
    void ofNoNameIsNone(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> RuleId.named(name));
    }
}
