/**
 * The command line's side of the HTTP API: commands that ask a node, by its URL and an API key.
 *
 * <p>A command lives for the length of one request, so it must start fast: nothing here uses
 * Vert.x, the settings or a logger. The JDK's old {@code HttpURLConnection} is ready in a tenth of
 * the time that its successor takes (30 against 250 ms), and can tell a silent connection from an
 * idle one.
 */
package dev.standby.cli;
