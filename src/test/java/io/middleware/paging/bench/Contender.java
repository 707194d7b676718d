package io.middleware.paging.bench;

import java.util.Map;
import java.util.stream.Collectors;

import io.middleware.paging.local.lambda.FunctionPackage;
import io.middleware.paging.local.template.DeployedTemplate;
import io.middleware.paging.local.template.FunctionDefinition;

/** One of the packages that are measured side by side, and its functions by their export names. */
record Contender(FunctionPackage functionPackage, Map<String, FunctionDefinition> functions) {

    static Contender of(FunctionPackage functionPackage, DeployedTemplate stack) {
        return new Contender(
                functionPackage,
                stack.functions().stream()
                        .collect(Collectors.toMap(FunctionDefinition::exportName, function -> function)));
    }

    FunctionPackage.Form form() {
        return functionPackage.form();
    }

    FunctionDefinition function(String exportName) {
        return functions.get(exportName);
    }

    /** As in tables. */
    static String name(FunctionPackage.Form form) {
        return form == FunctionPackage.Form.NATIVE ? "native" : "JVM";
    }
}
