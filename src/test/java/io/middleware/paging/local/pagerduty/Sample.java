package io.middleware.paging.local.pagerduty;

import java.time.Duration;
import java.time.Instant;

/**
 * The accounts and tokens that the fake starts with. All tokens have 20 characters, and none is worth anything anywhere else.
 *
 * <table>
 * <caption>Services of the US account {@code acme}</caption>
 * <tr><td>Payments, Checkout</td><td>active, high urgency, Asha is on call</td></tr>
 * <tr><td>Search</td><td>active, low urgency, nobody on level 1, Ben on level 2</td></tr>
 * <tr><td>Legacy</td><td>disabled</td></tr>
 * <tr><td>Batch</td><td>in maintenance for 30 days from the start</td></tr>
 * <tr><td>Weekend</td><td>nobody on call at any level</td></tr>
 * <tr><td>Bots</td><td>only the owner of {@link #MANAGER_TOKEN} is on call: incidents start acknowledged</td></tr>
 * <tr><td>Orders API, Orders Worker</td><td>active, Ben is on call</td></tr>
 * </table>
 *
 * <p>The EU account {@code acme-eu} has Payments EU and Search EU; the other US account, {@code globex}, has a Payments of its own.
 */
public final class Sample {
    public static final String US_SUBDOMAIN = "acme";
    public static final String OTHER_US_SUBDOMAIN = "globex";
    public static final String EU_SUBDOMAIN = "acme-eu";

    /** Token of a Manager (role {@code user}) of {@code acme}, {@link #MANAGER_EMAIL}: the one to install with. */
    public static final String MANAGER_TOKEN = "u+sample-manager-001";

    /** Token of another user of {@code acme}, a Responder (role {@code limited_user}), {@link #RESPONDER_EMAIL}. */
    public static final String RESPONDER_TOKEN = "u+sample-respond-001";

    /** Token of an Observer of {@code acme} who may page {@link #PAYMENTS} only. */
    public static final String OBSERVER_TOKEN = "u+sample-observer-01";

    /** Token of a Full Stakeholder (role {@code read_only_user}) of {@code acme}: reads, and may not write. */
    public static final String STAKEHOLDER_TOKEN = "u+sample-stakehold-1";

    /** Token of a user of {@code acme} with role {@code restricted_access} who may page {@link #CHECKOUT} only. */
    public static final String RESTRICTED_TOKEN = "u+sample-restrict-01";

    /** A token that was revoked before the start: 401. */
    public static final String REVOKED_TOKEN = "u+sample-revoked-001";

    /** A general access key of {@code acme}. */
    public static final String ACCOUNT_KEY = "y_sample-account-key";

    /** A general access key of {@code acme} that may only read. */
    public static final String READ_ONLY_ACCOUNT_KEY = "y_sample-read-only-1";

    /** Token of a Manager of the other US account, {@code globex}. */
    public static final String OTHER_ACCOUNT_TOKEN = "u+sample-other-00001";

    /** Token of a Manager of {@code acme-eu}: 401 in the US. */
    public static final String EU_TOKEN = "u+sample-eu-user-001";

    public static final String MANAGER_EMAIL = "paging-bot@acme.example";
    public static final String RESPONDER_EMAIL = "ben@acme.example";
    public static final String EU_EMAIL = "paging-bot@acme-eu.example";
    public static final String OTHER_ACCOUNT_EMAIL = "paging-bot@globex.example";

    public static final String PAYMENTS = "PSVC001";
    public static final String CHECKOUT = "PSVC002";
    public static final String SEARCH = "PSVC003";
    public static final String LEGACY = "PSVC004";
    public static final String BATCH = "PSVC005";
    public static final String WEEKEND = "PSVC006";
    public static final String BOTS = "PSVC007";
    public static final String ORDERS_API = "PSVC008";
    public static final String ORDERS_WORKER = "PSVC009";
    public static final String PAYMENTS_EU = "PSVCE01";
    public static final String SEARCH_EU = "PSVCE02";
    public static final String OTHER_PAYMENTS = "PSVCG01";

    public static final String PRIMARY_POLICY = "PEP0001";
    public static final String WEEKEND_POLICY = "PEP0003";

    private Sample() {}

    static void fill(PagerDutyHost us, PagerDutyHost eu) {
        fillAcme(us.addAccount(US_SUBDOMAIN));
        fillGlobex(us.addAccount(OTHER_US_SUBDOMAIN));
        fillAcmeEu(eu.addAccount(EU_SUBDOMAIN));
    }

    private static void fillAcme(Account acme) {
        User manager = acme.addUser("PUSR001", "Paging Bot", MANAGER_EMAIL, "user");
        User ben = acme.addUser("PUSR002", "Ben Okafor", RESPONDER_EMAIL, "limited_user");
        User observer = acme.addUser("PUSR003", "Olga Observer", "olga@acme.example", "observer");
        User stakeholder = acme.addUser("PUSR004", "Stan Stakeholder", "stan@acme.example", "read_only_user");
        User restricted = acme.addUser("PUSR005", "Rita Restricted", "rita@acme.example", "restricted_access");
        User asha = acme.addUser("PUSR006", "Asha Rao", "asha@acme.example", "admin");
        acme.addUserToken(MANAGER_TOKEN, manager)
                .addUserToken(RESPONDER_TOKEN, ben)
                .addUserToken(OBSERVER_TOKEN, observer)
                .addUserToken(STAKEHOLDER_TOKEN, stakeholder)
                .addUserToken(RESTRICTED_TOKEN, restricted)
                .addAccountKey(ACCOUNT_KEY)
                .addReadOnlyAccountKey(READ_ONLY_ACCOUNT_KEY);

        EscalationPolicy primary = acme.addPolicy(PRIMARY_POLICY, "Primary", asha);
        EscalationPolicy second =
                acme.addPolicy("PEP0002", "Search, second line").onCall(2, ben);
        EscalationPolicy weekend = acme.addPolicy(WEEKEND_POLICY, "Weekend");
        EscalationPolicy bots = acme.addPolicy("PEP0004", "Bots", manager);
        EscalationPolicy orders = acme.addPolicy("PEP0005", "Orders", ben);

        Service payments = acme.addService(PAYMENTS, "Payments", primary).describedAs("Card and bank payments");
        Service checkout = acme.addService(CHECKOUT, "Checkout", primary).describedAs("The shop's checkout");
        acme.addService(SEARCH, "Search", second).urgency("low");
        acme.addService(LEGACY, "Legacy", primary).disable();
        Service batch = acme.addService(BATCH, "Batch", primary);
        acme.addService(WEEKEND, "Weekend", weekend);
        acme.addService(BOTS, "Bots", bots);
        acme.addService(ORDERS_API, "Orders API", orders);
        acme.addService(ORDERS_WORKER, "Orders Worker", orders);
        Instant start = acme.now().minus(Duration.ofHours(1));
        acme.addMaintenanceWindow("Moving the batch machines", batch, start, start.plus(Duration.ofDays(30)));
        acme.letPage(observer, payments).letPage(restricted, checkout);
    }

    private static void fillGlobex(Account globex) {
        User manager = globex.addUser("PUSRG01", "Paging Bot", OTHER_ACCOUNT_EMAIL, "user");
        User hank = globex.addUser("PUSRG02", "Hank Scorpio", "hank@globex.example", "owner");
        globex.addUserToken(OTHER_ACCOUNT_TOKEN, manager);
        globex.addService(OTHER_PAYMENTS, "Payments", globex.addPolicy("PEPG001", "Everything", hank));
    }

    private static void fillAcmeEu(Account acme) {
        User manager = acme.addUser("PUSRE01", "Paging Bot", EU_EMAIL, "user");
        User eva = acme.addUser("PUSRE02", "Eva Lind", "eva@acme-eu.example", "limited_user");
        acme.addUserToken(EU_TOKEN, manager);
        EscalationPolicy policy = acme.addPolicy("PEPE001", "Europe", eva);
        acme.addService(PAYMENTS_EU, "Payments EU", policy);
        acme.addService(SEARCH_EU, "Search EU", policy);
    }
}
