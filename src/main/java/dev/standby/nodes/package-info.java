/**
 * The room that knows which nodes there are, and how each of them is doing. It asks them whenever
 * somebody wants to know, and nobody decides anything by what they say.
 */
package dev.standby.nodes;
