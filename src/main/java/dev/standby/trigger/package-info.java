/**
 * The domain: what a durable wait is, what may be asked of it, and what is answered. Plain {@code
 * java.*}: no JSON, no SQL, no Vert.x, so that every other room can depend on it and it on none.
 *
 * <p>JSON payloads are carried as JSON text. Nobody between the request and the row needs to look
 * inside, so nobody parses them twice, and a number reads back digit for digit as it was sent.
 */
package dev.standby.trigger;
