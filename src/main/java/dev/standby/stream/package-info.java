/**
 * The room that knows who streams what on this node. It decides what a reader still has to hear;
 * the HTTP room, which has the connections, writes it.
 */
package dev.standby.stream;
