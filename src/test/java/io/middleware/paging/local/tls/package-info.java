/** TLS on this machine, with a certificate authority that nobody else trusts: {@link io.middleware.paging.local.tls.PrivateCa}. */
package io.middleware.paging.local.tls;
