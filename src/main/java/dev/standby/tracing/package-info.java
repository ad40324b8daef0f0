/**
 * Traces: what a node records of some requests, for OpenTelemetry. Vert.x records what comes by
 * HTTP, goes over the event bus and to PostgreSQL one by one; {@link dev.standby.tracing.Step} is
 * for what goes together in a batch, and on to those who wait. Where no trace is recorded, nothing
 * here costs more than a look at a field.
 */
package dev.standby.tracing;
