/**
 * IAM for the functions of the local cloud: each call is held against the role that {@code template.yaml} gives the function,
 * and denied as AWS denies it. {@link io.middleware.paging.local.iam.AccessControl} stands before the engines, {@code
 * NeededAccess} says what a call needs, {@code FunctionRole} whether it is allowed, {@link
 * io.middleware.paging.local.iam.AccessRecord} what was used of what is allowed.
 *
 * <p>Judged are a role's own statements. Policies of resources, of keys and of the organization are not, nor are signatures.
 */
package io.middleware.paging.local.iam;
