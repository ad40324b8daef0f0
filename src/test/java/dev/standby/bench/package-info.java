/**
 * What Standby costs, measured: {@code mvn -Pbench verify -Dbench=<name>}. Every benchmark has its
 * baseline in the same run, and what counts is the ratio: the machines are noisy. Never part of
 * {@code mvn verify}.
 */
package dev.standby.bench;
