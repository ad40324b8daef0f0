package dev.standby.access;

import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key that tokens are signed with, by the JDK alone (RFC 7515, RFC 7518, RFC 8037). */
record SigningKey(String id, String algorithm, KeyPair pair) {
  private static final Map<String, String> SIGNATURES =
      Map.of("RS256", "SHA256withRSA", "ES256", "SHA256withECDSAinP1363Format", "EdDSA", "Ed25519");
  private static final int EC_BYTES = 32;

  /** A new one. */
  static SigningKey of(String id, String algorithm) {
    try {
      return new SigningKey(id, algorithm, generator(algorithm).generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static KeyPairGenerator generator(String algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case "RS256" -> {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        rsa.initialize(2048);
        yield rsa;
      }
      case "ES256" -> {
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec("secp256r1"));
        yield ec;
      }
      default -> KeyPairGenerator.getInstance("Ed25519");
    };
  }

  /** The public half, as a JWKS lists it. */
  JsonObject jwk() {
    JsonObject jwk = new JsonObject().put("kid", id).put("alg", algorithm).put("use", "sig");
    PublicKey key = pair.getPublic();
    if (key instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA")
          .put("n", number(rsa.getModulus(), rsa.getModulus().bitLength() / 8))
          .put("e", number(rsa.getPublicExponent(), 3));
    }
    if (key instanceof ECPublicKey ec) {
      return jwk.put("kty", "EC")
          .put("crv", "P-256")
          .put("x", number(ec.getW().getAffineX(), EC_BYTES))
          .put("y", number(ec.getW().getAffineY(), EC_BYTES));
    }
    // The last 32 bytes of the DER form are the point itself (RFC 8410, 4).
    byte[] der = key.getEncoded();
    return jwk.put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("x", base64(Arrays.copyOfRange(der, der.length - 32, der.length)));
  }

  /** A token with those claims. */
  String sign(JsonObject claims) {
    return sign(new JsonObject().put("alg", algorithm).put("kid", id), claims);
  }

  /** As {@link #sign(JsonObject)}, with another header. */
  String sign(JsonObject header, JsonObject claims) {
    String said = unsigned(header, claims);
    try {
      Signature signature = Signature.getInstance(SIGNATURES.get(algorithm));
      signature.initSign(pair.getPrivate());
      signature.update(said.getBytes(StandardCharsets.US_ASCII));
      return said + "." + base64(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token that whoever knows the secret can make. */
  static String signWithSecret(JsonObject header, JsonObject claims, byte[] secret) {
    String said = unsigned(header, claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return said + "." + base64(mac.doFinal(said.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The two parts of a token that a signature is made over. */
  static String unsigned(JsonObject header, JsonObject claims) {
    return base64(header) + "." + base64(claims);
  }

  private static String base64(JsonObject json) {
    return base64(json.encode().getBytes(StandardCharsets.UTF_8));
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Big-endian, of just that length. */
  private static String number(BigInteger number, int length) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[length];
    int count = Math.min(length, bytes.length);
    System.arraycopy(bytes, bytes.length - count, fixed, length - count, count);
    return base64(fixed);
  }
}
