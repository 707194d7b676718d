/**
 * The repository's SAM template, read as a deployment would read it, so that no table, queue or environment is defined
 * twice. {@link io.middleware.paging.local.template.SamTemplate} says what is to exist;
 * {@link io.middleware.paging.local.template.DeployedTemplate} creates it at an AWS endpoint, real or emulated. Reading order:
 * {@code DeployedTemplate}, {@code SamTemplate}, {@code TemplateYaml} and {@code Evaluation} for the intrinsic functions.
 */
package io.middleware.paging.local.template;
