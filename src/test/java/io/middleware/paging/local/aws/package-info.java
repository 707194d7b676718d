/**
 * AWS's JSON protocols over HTTP, for the fakes of single services: {@link io.middleware.paging.local.aws.AwsJsonServer}
 * reads the action and writes the answer, {@link io.middleware.paging.local.aws.AwsError} is an answer that is an error.
 */
package io.middleware.paging.local.aws;
