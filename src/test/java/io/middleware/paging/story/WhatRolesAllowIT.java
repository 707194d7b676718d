package io.middleware.paging.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

import io.middleware.paging.local.iam.AccessRecord;

/**
 * Least privilege: what the roles of {@code template.yaml} allow is what the functions do. That they do no more fails the story in
 * which they try. That they are allowed no more is judged here, after all stories: it is the last class that runs.
 */
@Order(Integer.MAX_VALUE)
class WhatRolesAllowIT {

    private static final Path TABLE = Path.of("target", "role-rights.txt");

    @Test
    void everyRightOfEveryRoleIsUsedByAStory() throws Exception {
        AccessRecord record = AccessRecord.ofThisJvm();
        Files.writeString(TABLE, record.table());
        assumeTrue(
                System.getProperty("it.test", "").isBlank(),
                "-Dit.test runs a part of the stories, which need not use all rights; what was used is in " + TABLE);
        assumeFalse(record.uses().isEmpty(), "another AWS endpoint judges by itself");

        assertThat(record.unused())
                .as(
                        "rights that no story uses, so that nobody knows whether they are needed: take them out of template.yaml and"
                                + " infra/iam.tf, or tell the story that needs them (all rights: " + TABLE + ")")
                .isEmpty();
    }
}
