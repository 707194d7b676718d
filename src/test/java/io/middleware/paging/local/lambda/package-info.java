/**
 * AWS Lambda on this machine: each function in its own process, started from the built package, behind the Runtime API
 * that Lambda gives its runtimes. Reading order: {@link io.middleware.paging.local.lambda.LambdaEmulator} (the functions
 * by name), {@code EmulatedFunction} (its instances: cold start, reuse, limit), {@code FunctionInstance} (one process and
 * what becomes of its invocations), {@code RuntimeApi} (the wire), {@code FunctionPackage} (what is started).
 */
package io.middleware.paging.local.lambda;
