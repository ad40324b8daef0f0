package dev.standby.cli;

/**
 * A node's answer, whole.
 *
 * @param retryAfterMillis what its {@code Retry-After} says; 0 if there is none
 */
record Answer(int status, String body, long retryAfterMillis) {}
