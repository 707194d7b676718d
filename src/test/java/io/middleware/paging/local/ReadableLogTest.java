package io.middleware.paging.local;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableLogTest {

    @Test
    void anOutcomeIsOneSentenceAboutOneAlert() {
        assertThat(ReadableLog.line("notify", """
                        {"timestamp":"2026-11-23T03:00:09.123Z","level":"WARN","message":"WAITING: PagerDuty answers 503",
                         "mdc":{"workspace":"acme","rule":"cpu-high","alert":"web-1","number":"2","nextTryIn":"PT4S"}}"""))
                .contains("03:00:09 notify        WARN  WAITING: PagerDuty answers 503"
                        + "  [acme, cpu-high, web-1, incident #2, next try in PT4S]");
    }

    @Test
    void aFailureIsNamedWithoutItsStack() {
        assertThat(ReadableLog.line("install", """
                        {"timestamp":"2026-11-23T03:00:09.123Z","level":"ERROR","message":"A bug",
                         "exception":{"exceptionType":"java.lang.NullPointerException","message":"alert is null","frames":[{}]}}"""))
                .contains("03:00:09 install       ERROR A bug  java.lang.NullPointerException: alert is null");
    }

    @Test
    void whatIsNoJsonIsShownAsItIs() {
        assertThat(ReadableLog.line("notify", "Task timed out after 30.00 seconds"))
                .contains("         notify        Task timed out after 30.00 seconds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "START RequestId: 6698959d Version: $LATEST",
                "REPORT RequestId: 6698959d\tDuration: 583 ms",
                "{\"_aws\":{\"Timestamp\":1795858567731},\"outcome\":\"RESOLVED\",\"Alerts\":1}"
            })
    void linesForMachinesAreLeftOut(String line) {
        assertThat(ReadableLog.line("notify", line)).isEmpty();
    }
}
