package dev.standby.store;

import dev.standby.trigger.IdempotencyKey;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers as they are stored for who repeats a request: compressed, and encrypted (AES-256-GCM)
 * with a key that is made from the client's idempotency key (HMAC-SHA-256), of which only a digest
 * is stored. An answer may have a secret in it: an API key, a callback link. Who reads the database
 * learns it only by guessing the client's key, which is hopeless when that is a random UUID.
 */
final class Sealing {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String HMAC = "HmacSHA256";
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private Sealing() {}

  /** The digest by which a key is found. */
  static byte[] hash(IdempotencyKey key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(utf8(key.text()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  /** A text that can be read again by who has the key. */
  static Buffer seal(IdempotencyKey key, String text) {
    byte[] nonce = new byte[NONCE_BYTES];
    RANDOM.nextBytes(nonce);
    try {
      return Buffer.buffer(nonce)
          .appendBytes(cipher(Cipher.ENCRYPT_MODE, key, nonce).doFinal(deflated(text)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + CIPHER, e);
    }
  }

  /** The text that was sealed with that key. */
  static String open(IdempotencyKey key, Buffer box) {
    byte[] nonce = box.getBytes(0, NONCE_BYTES);
    try {
      return inflated(
          cipher(Cipher.DECRYPT_MODE, key, nonce).doFinal(box.getBytes(NONCE_BYTES, box.length())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A stored answer can't be read", e);
    }
  }

  private static Cipher cipher(int mode, IdempotencyKey key, byte[] nonce)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(HMAC);
    mac.init(new SecretKeySpec(utf8(key.text()), HMAC));
    byte[] derived = mac.doFinal(utf8("standby answer of " + key.projectId()));
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
  }

  private static byte[] deflated(String text) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(utf8(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  private static String inflated(byte[] bytes) {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
