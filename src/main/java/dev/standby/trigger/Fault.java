package dev.standby.trigger;

/**
 * What is wrong with one place of a payload, by the schema that its wait was registered with.
 *
 * @param pointer RFC 6901, into the payload; empty for the whole of it
 * @param message what would have been right; never shows anything of the payload
 */
public record Fault(String pointer, String message) {}
