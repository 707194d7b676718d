package io.middleware.paging.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;

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
