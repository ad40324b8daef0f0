package dev.standby.http;

import dev.standby.trigger.Rejection;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding (RFC 3986), strictly: what is malformed is refused, not repaired. */
final class Percent {
  private Percent() {}

  /**
   * Decodes a path segment, or with {@code plusIsSpace} a part of a query.
   *
   * @throws Rejection if an escape is malformed, or what it spells is not UTF-8
   */
  static String decode(String encoded, boolean plusIsSpace) {
    if (isPlain(encoded, plusIsSpace)) {
      return encoded;
    }
    // Some clients send the bytes of UTF-8 as they are; each has come as one character.
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(escaped(encoded, i));
        i += 2;
      } else {
        bytes.write(c == '+' && plusIsSpace ? ' ' : c);
      }
    }
    return utf8(bytes.toByteArray(), "The URL's escapes are not UTF-8");
  }

  private static boolean isPlain(String encoded, boolean plusIsSpace) {
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c >= 0x80 || c == '%' || (c == '+' && plusIsSpace)) {
        return false;
      }
    }
    return true;
  }

  /** Encodes a path segment or a part of a query. */
  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Bytes as text.
   *
   * @throws Rejection with that detail if they are not UTF-8
   */
  static String utf8(byte[] bytes, String detail) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf('\uFFFD') >= 0) {
      // It stands for what could not be decoded, or somebody really wrote it.
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      } catch (CharacterCodingException e) {
        throw Rejection.badRequest(detail);
      }
    }
    return text;
  }

  private static int escaped(String encoded, int at) {
    int high = at + 2 < encoded.length() ? Character.digit(encoded.charAt(at + 1), 16) : -1;
    int low = at + 2 < encoded.length() ? Character.digit(encoded.charAt(at + 2), 16) : -1;
    if (high < 0 || low < 0) {
      throw Rejection.badRequest("The URL has a malformed percent-escape");
    }
    return high << 4 | low;
  }
}
