package dev.standby.trigger;

/**
 * What is wrong with a payload.
 *
 * @param pointer where in the payload (RFC 6901); empty for the whole of it
 * @param message what is wrong there
 */
public record Fault(String pointer, String message) {}
