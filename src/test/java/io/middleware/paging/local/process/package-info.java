/**
 * Processes that never outlive this one: {@link io.middleware.paging.local.process.ChildProcess} starts them,
 * {@link io.middleware.paging.local.process.Reaper} ends what is left when this JVM is gone, however it went.
 */
package io.middleware.paging.local.process;
