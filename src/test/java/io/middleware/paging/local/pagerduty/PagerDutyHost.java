package io.middleware.paging.local.pagerduty;

import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * One region of the fake: its address, accounts and tokens. Methods that add to "the account" mean the sample account of the region.
 * Safe for use by several threads.
 */
public final class PagerDutyHost {
    private final Region region;
    private final String sampleSubdomain;
    private final InstantSource clock;
    private final ConcurrentMap<String, Token> tokens = new ConcurrentHashMap<>();
    private final Map<String, Account> accounts = new ConcurrentSkipListMap<>();
    private volatile URI url;

    PagerDutyHost(Region region, String sampleSubdomain, InstantSource clock) {
        this.region = region;
        this.sampleSubdomain = sampleSubdomain;
        this.clock = clock;
    }

    /** The base URL, without a slash at the end. */
    public URI url() {
        return url;
    }

    public Region region() {
        return region;
    }

    /** Adds an empty account; one of that subdomain, if there is one, goes with its tokens. */
    public Account addAccount(String subdomain) {
        tokens.values().removeIf(token -> token.account().subdomain().equals(subdomain));
        Account account = new Account(region, subdomain, clock, tokens);
        accounts.put(subdomain, account);
        return account;
    }

    /** @throws NoSuchElementException if there is no such account */
    public Account account(String subdomain) {
        return Optional.ofNullable(accounts.get(subdomain)).orElseThrow();
    }

    /** The sample account: {@code acme} or {@code acme-eu}. */
    public Account account() {
        return account(sampleSubdomain);
    }

    public List<Account> accounts() {
        return List.copyOf(accounts.values());
    }

    public User addUser(String name, String email, String role) {
        return account().addUser(name, email, role);
    }

    public EscalationPolicy addPolicy(String name, User... onCall) {
        return account().addPolicy(name, onCall);
    }

    public Service addService(String name, EscalationPolicy policy) {
        return account().addService(name, policy);
    }

    public void addUserToken(String key, User owner) {
        account().addUserToken(key, owner);
    }

    /** @throws NoSuchElementException if the sample account has no service of that id */
    public Service service(String id) {
        return account().service(id).orElseThrow();
    }

    /** Ends a token of any kind at once. False if it was none. */
    public boolean revoke(String key) {
        return tokens.remove(key) != null;
    }

    void listensAt(URI address) {
        url = address;
    }

    void clear() {
        accounts.clear();
        tokens.clear();
    }

    ConcurrentMap<String, Token> tokens() {
        return tokens;
    }
}
