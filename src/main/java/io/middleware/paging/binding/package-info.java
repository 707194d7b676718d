/**
 * Which PagerDuty service a rule pages, and with what urgency.
 *
 * <p>Read {@link io.middleware.paging.binding.RuleBinding}, then {@link io.middleware.paging.binding.RuleBinder}. The
 * promise of this room: a binding is stored only for a service that the workspace's token could see.
 */
package io.middleware.paging.binding;
