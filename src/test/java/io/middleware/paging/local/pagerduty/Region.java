package io.middleware.paging.local.pagerduty;

import java.util.Locale;

/** PagerDuty's two service regions: separate hosts, accounts and tokens. */
public enum Region {
    US(""),
    EU("eu.");

    private final String infix;

    Region(String infix) {
        this.infix = infix;
    }

    /** The word for it in JSON: {@code us} or {@code eu}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Region ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }

    String webUrl(String subdomain) {
        return "https://" + subdomain + "." + infix + "pagerduty.com";
    }

    String apiUrl() {
        return "https://api." + infix + "pagerduty.com";
    }
}
