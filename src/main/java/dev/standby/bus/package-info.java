/**
 * The whole internal protocol: {@link dev.standby.bus.Operation} (addresses and what goes over
 * them), {@link dev.standby.bus.Codecs} (how), {@link dev.standby.bus.EventTriggers} (the client).
 *
 * <p>The bus is a hint, never the truth. A change is announced in two forms: {@link
 * dev.standby.bus.Changes} for those who speak the codecs, whose payloads stay the JSON text they
 * are; and a plain {@code JsonObject} for everybody else, which costs nothing while nobody listens.
 * Whoever waits hears an announcement or, if it is lost, finds the change when {@link
 * dev.standby.bus.Watchers} reads again.
 */
package dev.standby.bus;
