/**
 * Whose PagerDuty account a workspace pages through, and where its token rests.
 *
 * <p>Read {@link io.middleware.paging.installation.Installer} for how a token gets in, then
 * {@link io.middleware.paging.installation.Accounts} for how everything else gets at it. The promise of this room:
 * nothing is stored unless every check passed, a failed reinstall changes nothing, and the token rests in Secrets
 * Manager and nowhere else.
 */
package io.middleware.paging.installation;
