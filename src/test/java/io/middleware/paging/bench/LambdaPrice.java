package io.middleware.paging.bench;

/** What Lambda asks for, on x86_64 in us-east-1, first tier. Source: AWS, "AWS Lambda Pricing", read in November 2026. */
final class LambdaPrice {

    static final double USD_PER_GB_SECOND = 0.0000166667;
    static final double USD_PER_MILLION_REQUESTS = 0.20;

    private LambdaPrice() {}

    /**
     * In US dollars, for a million invocations. Each is billed by the millisecond that it began, init included where it has one
     * (since August 2025 for all runtimes).
     */
    static double ofAMillion(double millis, int memoryMegabytes) {
        double gigabyteSeconds = 1e6 * Math.ceil(millis) / 1_000 * memoryMegabytes / 1_024;
        return gigabyteSeconds * USD_PER_GB_SECOND + USD_PER_MILLION_REQUESTS;
    }
}
