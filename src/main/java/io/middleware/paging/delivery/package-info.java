/**
 * Was this alert already delivered, and who is delivering it now.
 *
 * <p>Read {@link io.middleware.paging.delivery.DeliveryLedger} first: the rules of time are there. Then
 * {@link io.middleware.paging.delivery.Claim}, and {@link io.middleware.paging.delivery.DynamoDeliveryLedger}, where each
 * rule is one conditional write. What is known of an alert is an {@link io.middleware.paging.delivery.Episode}, and
 * {@link io.middleware.paging.delivery.Episodes} reads it. The promise of this room: of all that try at once only one is granted the claim, and a
 * granted claim expires by itself.
 */
package io.middleware.paging.delivery;
