/**
 * SQS on a clock that somebody else drives: for tests in which hours of visibility time-outs pass within a second.
 *
 * <p>Read {@link io.middleware.paging.local.sqs.FakeSqs} (the server, and what a driver of the clock needs to know) first,
 * then {@code Actions} (what each call does), {@code Queue} and {@code StoredMessage} (who may see a message when) and
 * {@code MoveTask} (the way back from a dead-letter queue). {@code SqsContract} says what AWS does; it runs against the fake
 * and against ElasticMQ, which is what everything else here uses as SQS.
 */
package io.middleware.paging.local.sqs;
