/**
 * The room that ends waits whose deadline has passed. It only says when to look; what is due, the
 * database's clock decides. Every node looks, and none leads: {@code SKIP LOCKED} shares the work.
 */
package dev.standby.timeout;
