/**
 * The room that tells receivers of triggers that have ended: webhooks, as Standard Webhooks has
 * them (contract, section "More for a wait"). The queue is in the database, and every node takes
 * from it; this room makes the requests and says what has come of them. When to try again, the
 * database's clock decides.
 *
 * <p>Who may register a wait chooses where a node sends a request to. So a URL's host is resolved
 * here, every address of it is checked, and one of just these is dialled: a name that changes
 * between the two changes nothing. Redirects are not followed, and nothing that a receiver says is
 * shown but its status.
 */
package dev.standby.webhook;
