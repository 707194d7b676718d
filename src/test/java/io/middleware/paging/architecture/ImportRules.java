package io.middleware.paging.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;

/** The rules for a base package. Its own classes are the doors (deployed functions), its subpackages the rooms. */
record ImportRules(String base) {

    /** From the top of the listing down: a door may use every room, a room those that it names. */
    private static final List<Room> ROOMS = List.of(
            new Room("explain", "binding", "delivery", "installation", "metrics", "pacing", "pagerduty", "recall"),
            new Room("alert", "binding", "delivery", "installation", "metrics", "pacing", "pagerduty", "recall"),
            new Room("binding", "delivery", "installation", "metrics", "pacing", "pagerduty", "recall"),
            new Room("delivery", "installation", "metrics", "pacing", "pagerduty", "recall"),
            new Room("installation", "metrics", "pacing", "pagerduty", "recall"),
            new Room("metrics"),
            new Room("pacing", "metrics", "pagerduty", "recall"),
            new Room("pagerduty"),
            new Room("recall"));

    private record Room(String name, String... mayUse) {}

    List<ArchRule> importsPointDown() {
        return ROOMS.stream().map(this::usesOnlyRoomsBelow).toList();
    }

    private ArchRule usesOnlyRoomsBelow(Room room) {
        String[] own = Stream.concat(Stream.of(room.name()), Stream.of(room.mayUse()))
                .map(this::packagesOf)
                .toArray(String[]::new);
        return classes()
                .that()
                .resideInAPackage(packagesOf(room.name()))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(own).or(resideOutsideOfPackage(base + "..")))
                .allowEmptyShould(true);
    }

    ArchRule everyClassIsADoorOrInARoom() {
        String[] places = Stream.concat(
                        Stream.of(base), ROOMS.stream().map(Room::name).map(this::packagesOf))
                .toArray(String[]::new);
        return classes().should().resideInAnyPackage(places).allowEmptyShould(true);
    }

    ArchRule noPackageIsACatchAll() {
        return noClasses()
                .should()
                .resideInAnyPackage("..common..", "..util..", "..utils..", "..model..")
                .allowEmptyShould(true);
    }

    ArchRule awsSdkStaysInItsAdapters() {
        return noClasses()
                .that(are("are not AWS adapters", javaClass -> !isAwsAdapter(javaClass)))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("software.amazon.awssdk..")
                .allowEmptyShould(true);
    }

    private static boolean isAwsAdapter(JavaClass javaClass) {
        String outermost = javaClass.getName().replaceFirst("^.*\\.", "").replaceFirst("\\$.*$", "");
        return Stream.of("Dynamo", "SecretsManager", "Sqs").anyMatch(outermost::startsWith);
    }

    ArchRule lambdaTypesStayInTheDoors() {
        return noClasses()
                .that()
                .resideOutsideOfPackage(base)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.amazonaws.services.lambda..")
                .allowEmptyShould(true);
    }

    private String packagesOf(String room) {
        return base + "." + room + "..";
    }

    private static DescribedPredicate<JavaClass> are(String description, Predicate<JavaClass> predicate) {
        return DescribedPredicate.describe(description, predicate);
    }
}
