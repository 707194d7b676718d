/**
 * The shape of the product as a test: which room may use which, and where the types of AWS may appear.
 *
 * <p>Read {@code ImportRules} for the rules and {@code ImportRuleTest} for what they hold. The classes under {@code fixture}
 * break them on purpose, to prove that the rules would notice.
 */
package io.middleware.paging.architecture;
