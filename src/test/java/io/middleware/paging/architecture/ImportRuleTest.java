package io.middleware.paging.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** Imports point down the listing of rooms, and the types of AWS stay where they are adapted. */
class ImportRuleTest {

    private static final String BASE = "io.middleware.paging";
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    private final ImportRules rules = new ImportRules(BASE);

    @Test
    void importsPointDownTheListing() {
        rules.importsPointDown().forEach(rule -> rule.check(PRODUCT));
    }

    @Test
    void everyClassIsADoorOrInARoom() {
        rules.everyClassIsADoorOrInARoom().check(PRODUCT);
    }

    @Test
    void noPackageIsACatchAll() {
        rules.noPackageIsACatchAll().check(PRODUCT);
    }

    @Test
    void typesOfTheAwsSdkStayInTheirAdapters() {
        rules.awsSdkStaysInItsAdapters().check(PRODUCT);
    }

    @Test
    void typesOfLambdaStayInTheDoors() {
        rules.lambdaTypesStayInTheDoors().check(PRODUCT);
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        assertThat(packagesWithoutPackageInfo(PRODUCT, "src/main/java")).isEmpty();
    }

    @Test
    void theRulesBite() {
        String base = BASE + ".architecture.fixture";
        JavaClasses bad = new ClassFileImporter().importPackages(base);
        ImportRules rules = new ImportRules(base);

        assertThat(rules.importsPointDown().stream().flatMap(rule -> violations(rule, bad).stream()))
                .hasSize(2)
                .anyMatch(violation -> violation.contains("pagerduty.Upward") && violation.contains("alert.Paged"))
                .anyMatch(violation -> violation.contains("pagerduty.Upward") && violation.contains("fixture.Door"));
        assertThat(violations(rules.everyClassIsADoorOrInARoom(), bad))
                .singleElement()
                .asString()
                .contains("Elsewhere");
        assertThat(violations(rules.noPackageIsACatchAll(), bad))
                .singleElement()
                .asString()
                .contains("Strings");
        assertThat(violations(rules.awsSdkStaysInItsAdapters(), bad))
                .singleElement()
                .asString()
                .contains("Paged");
        assertThat(violations(rules.lambdaTypesStayInTheDoors(), bad))
                .singleElement()
                .asString()
                .contains("Upward");
        assertThat(packagesWithoutPackageInfo(bad, "src/test/java")).contains(base + ".alert");
    }

    private static List<String> violations(ArchRule rule, JavaClasses classes) {
        return rule.evaluate(classes).getFailureReport().getDetails();
    }

    /** Looks at the sources: the compiler writes no class file for a package-info without annotations. */
    private static List<String> packagesWithoutPackageInfo(JavaClasses classes, String sources) {
        return classes.stream()
                .map(JavaClass::getPackageName)
                .distinct()
                .filter(name -> !Files.exists(Path.of(sources, name.replace('.', '/'), "package-info.java")))
                .toList();
    }
}
