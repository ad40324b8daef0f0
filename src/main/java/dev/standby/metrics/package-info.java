/**
 * The room of those who run the node: a port of its own at which Prometheus scrapes and an
 * orchestrator asks for the health, so that neither is open to clients nor suffers from them.
 *
 * <p>What is counted, each room knows by itself: it gets a plain {@code MeterRegistry}. What has to
 * be asked of the database is asked when somebody scrapes, so that a node that nobody watches does
 * nothing for it. Vert.x's own metrics are left out, as most of them would be counted on the path
 * of a send, by names that say nothing of events; of its interfaces only those of the SQL client
 * and its pools are used.
 */
package dev.standby.metrics;
