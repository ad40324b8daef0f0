/**
 * The store: the only room that speaks to PostgreSQL.
 *
 * <p><b>Group commit.</b> Requests by key go through a {@link dev.standby.store.Lane}, one for each
 * kind of statement, on a connection of its own. While its statement is on its way, what arrives is
 * collected; the next statement takes it all. So a busy node pays for one round trip and one flush
 * to disk for hundreds of requests, and an idle one adds no delay.
 *
 * <p><b>The row decides.</b> {@code finish.sql} ends a wait only {@code WHERE status = 'waiting'},
 * in one statement with the counters. Who did not get the row reads it afterwards, in a newer
 * snapshot, and is judged by what it says ({@link dev.standby.store.Judge}).
 */
package dev.standby.store;
