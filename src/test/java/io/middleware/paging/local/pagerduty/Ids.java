package io.middleware.paging.local.pagerduty;

import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** PagerDuty's newer kind of id: a letter and 13 of {@code 0-9 A-Z}, not in order, never twice in an account. */
final class Ids {
    private static final int DIGITS = 13;

    private final long salt;
    private final AtomicLong last = new AtomicLong();

    Ids(String subdomain) {
        this.salt = scramble(subdomain.hashCode());
    }

    String next(char prefix) {
        String digits = Long.toUnsignedString(scramble(salt + last.incrementAndGet()), Character.MAX_RADIX)
                .toUpperCase(Locale.ROOT);
        return prefix + "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** The finalizer of MurmurHash3: looks random and maps no two numbers to the same one. */
    private static long scramble(long number) {
        long mixed = (number ^ (number >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
