package io.middleware.paging.local.pagerduty;

import java.util.Optional;

/** A REST key. Prints without the key. */
record Token(String key, Kind kind, Account account, Optional<User> owner) {

    enum Kind {
        USER,
        ACCOUNT,
        READ_ONLY_ACCOUNT
    }

    @Override
    public String toString() {
        return kind + " token of " + owner.map(User::email).orElse(account.subdomain());
    }
}
