/**
 * The real engines behind the local cloud: {@link io.middleware.paging.local.engine.DynamoDbEngine} (a process of its
 * own) and {@link io.middleware.paging.local.engine.SqsEngine} (in this JVM). Each starts in about two seconds, is
 * usable alone in a unit test, and is reached through {@link io.middleware.paging.local.engine.AwsClients}.
 */
package io.middleware.paging.local.engine;
