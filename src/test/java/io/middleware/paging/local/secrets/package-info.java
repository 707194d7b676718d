/**
 * Secrets Manager without AWS: what the local cloud and the tests use in its place.
 *
 * <p>Read {@code FakeSecretsManager} (the server: wire protocol, faults, counting) first, then {@code Actions} (what each
 * call does), {@code Secret} (versions and their staging labels) and {@code Parameters} (how a request is checked).
 * {@code SecretsManagerContract} says what AWS does; it runs against the fake and, where it is installed, against moto.
 *
 * <p>The promise: a secret's value leaves only in the answer to GetSecretValue, never in a {@code toString()}, a message or
 * a log.
 */
package io.middleware.paging.local.secrets;
