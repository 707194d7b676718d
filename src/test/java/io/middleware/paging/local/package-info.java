/**
 * The whole product on this machine, without Docker and without an account. {@link
 * io.middleware.paging.local.LocalCloud} puts it together and is the harness of the end-to-end tests; {@link
 * io.middleware.paging.local.LocalMain} is the same for people ({@code mvn -Plocal}).
 *
 * <p>Reading order: {@code LocalCloud}, {@code template} (what exists), {@code engine} (where it exists), {@code lambda}
 * (what runs), {@code queue} (how alerts reach it), {@code Gateway} (the one address for all of it). The vendors are in
 * {@code pagerduty} and {@code secrets}.
 */
package io.middleware.paging.local;
