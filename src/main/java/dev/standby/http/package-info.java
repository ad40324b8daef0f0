/**
 * The HTTP room: decodes requests into commands, asks this node's own store over the bus, encodes
 * what comes back. It decides nothing.
 *
 * <p>Requests are matched by hand ({@link dev.standby.http.Operations}) on the path as it was sent:
 * a key may hold anything, and only a path that nobody has decoded or normalized tells {@code
 * a%2Fb} from {@code a/b}. {@code openapi.yaml} is served, and the tests hold every operation
 * against it.
 */
package dev.standby.http;
