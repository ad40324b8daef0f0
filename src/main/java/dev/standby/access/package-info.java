/**
 * The room that knows who may come in: it checks credentials, makes API keys, and signs and opens
 * callback links (contract, section "Access"). What is to be remembered, the store keeps; what a
 * client may do with what it has proved, the HTTP room decides.
 *
 * <p>A secret is compared by its SHA-256 or HMAC and in constant time ({@link
 * java.security.MessageDigest#isEqual}), and is never logged. The secret of a key is 256 random
 * bits, so that its plain SHA-256 is as good as a slow hash, and a hundred thousand times cheaper.
 */
package dev.standby.access;
