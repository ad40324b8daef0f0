package dev.standby.webhook;

import static java.util.stream.Collectors.joining;

import dev.standby.bus.Webhooks;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What proves to a receiver that a call is ours, as Standard Webhooks has it. */
final class Signature {
  private static final String ALGORITHM = "HmacSHA256";

  private Signature() {}

  /**
   * The {@code webhook-signature} of a call: one for each secret, with spaces between.
   *
   * @param id the {@code webhook-id}
   * @param seconds the {@code webhook-timestamp}
   */
  static String of(String id, long seconds, String body, Webhooks.Secrets secrets) {
    byte[] said = (id + "." + seconds + "." + body).getBytes(StandardCharsets.UTF_8);
    return secrets.secrets().stream()
        .map(secret -> "v1," + Base64.getEncoder().encodeToString(mac(said, secret.text())))
        .collect(joining(" "));
  }

  private static byte[] mac(byte[] said, String secret) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      byte[] key = Base64.getDecoder().decode(secret.substring(secret.indexOf('_') + 1));
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac.doFinal(said);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}
