/**
 * The promises of the documentation as stories against the packaged functions: each in its own process, started as Lambda
 * would start it, with real engines and a fake PagerDuty around them.
 *
 * <p>Read {@link io.middleware.paging.story.InstallPageResolveIT} first. {@link io.middleware.paging.story.Story} holds
 * what all stories need. They run after {@code package}, against the native binary with {@code -Dnative}, and against
 * another AWS endpoint with {@code -Daws.endpoint=…} or, with Docker, {@code -Plocalstack}.
 */
package io.middleware.paging.story;
