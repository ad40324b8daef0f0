package dev.standby.access;

import dev.standby.bus.Access.CallbackSecret;
import dev.standby.trigger.Status;
import dev.standby.trigger.TriggerRef;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a callback link says, and the proof that we said it: which trigger it is for, and an
 * HMAC-SHA-256 of that, cut to 128 bits (RFC 2104, 5). So a forged one is refused without a look at
 * the database.
 *
 * <pre>
 * base64url( version 1 byte | secret's id 2 | requested_at 8 | id 16 | project_id … | HMAC 16 )
 * </pre>
 */
final class CallbackToken {
  private static final byte VERSION = 1;
  private static final int MAC_BYTES = 16;
  private static final int FIXED_BYTES = 1 + Short.BYTES + Long.BYTES + 2 * Long.BYTES;

  /** A project of 255 characters of four bytes each, in base64. */
  private static final int MAX_CHARS = (FIXED_BYTES + 255 * 4 + MAC_BYTES) * 4 / 3 + 4;

  private CallbackToken() {}

  /** The token for a trigger, signed with that secret. */
  static String sign(TriggerRef ref, CallbackSecret secret) {
    byte[] project = ref.projectId().getBytes(StandardCharsets.UTF_8);
    ByteBuffer said =
        ByteBuffer.allocate(FIXED_BYTES + project.length)
            .put(VERSION)
            .putShort((short) secret.id())
            .putLong(ChronoUnit.MICROS.between(Instant.EPOCH, ref.requestedAt()))
            .putLong(ref.id().getMostSignificantBits())
            .putLong(ref.id().getLeastSignificantBits())
            .put(project);
    byte[] token = Arrays.copyOf(said.array(), said.capacity() + MAC_BYTES);
    System.arraycopy(mac(said.array(), secret), 0, token, said.capacity(), MAC_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** The trigger that a token is for; null unless one of the secrets has signed it. */
  static TriggerRef open(String token, List<CallbackSecret> secrets) {
    byte[] bytes = decoded(token);
    if (bytes == null || bytes.length <= FIXED_BYTES + MAC_BYTES || bytes[0] != VERSION) {
      return null;
    }
    byte[] said = Arrays.copyOf(bytes, bytes.length - MAC_BYTES);
    byte[] proof = Arrays.copyOfRange(bytes, said.length, bytes.length);
    int secretId = ByteBuffer.wrap(said).getShort(1);
    for (CallbackSecret secret : secrets) {
      if (secret.id() == secretId && MessageDigest.isEqual(proof, mac(said, secret))) {
        return ref(ByteBuffer.wrap(said).position(1 + Short.BYTES));
      }
    }
    return null;
  }

  /** The bytes of a token; null unless it is written just as we would write them. */
  private static byte[] decoded(String token) {
    if (token.length() > MAX_CHARS) {
      return null;
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(token);
      // The decoder takes padding, and any last bits: several texts for the same bytes.
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token)
          ? bytes
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static TriggerRef ref(ByteBuffer said) {
    try {
      Instant requestedAt = Instant.EPOCH.plus(said.getLong(), ChronoUnit.MICROS);
      UUID id = new UUID(said.getLong(), said.getLong());
      String project = StandardCharsets.UTF_8.newDecoder().decode(said).toString();
      return new TriggerRef(project, requestedAt, id, Status.WAITING);
    } catch (CharacterCodingException | BufferUnderflowException e) {
      throw new IllegalStateException("A token that we signed can't be read", e);
    }
  }

  private static byte[] mac(byte[] said, CallbackSecret secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(HexFormat.of().parseHex(secret.secret()), "HmacSHA256"));
      return Arrays.copyOf(mac.doFinal(said), MAC_BYTES);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }
}
