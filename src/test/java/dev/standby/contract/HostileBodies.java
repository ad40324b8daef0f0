package dev.standby.contract;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** Bodies that no request may have, wherever a payload may stand; each character is a byte. */
final class HostileBodies {
  private HostileBodies() {}

  static Stream<String> all() {
    return Stream.of(
            Stream.of(
                "nope",
                "{",
                "{\"payload\":",
                "{\"payload\":1",
                "{\"payload\":1}}",
                "{\"payload\":1} x",
                "{\"payload\":1}{}",
                "{\"payload\":1},",
                "[]",
                "[1]",
                "1",
                "null",
                "true",
                "\"x\"",
                "   ",
                "\0",
                "{payload:1}",
                "{'payload':1}",
                "{\"payload\":1,}",
                "{,}",
                "{\"payload\"}",
                "{\"payload\":,}",
                "{1:1}",
                "{\"payload\":01}",
                "{\"payload\":+1}",
                "{\"payload\":.5}",
                "{\"payload\":1.}",
                "{\"payload\":1e}",
                "{\"payload\":0x1}",
                "{\"payload\":--1}",
                "{\"payload\":-}",
                "{\"payload\":NaN}",
                "{\"payload\":Infinity}",
                "{\"payload\":-Infinity}",
                "{\"payload\":/**/1}",
                "{\"payload\":1}//",
                "#{}",
                "{\"payload\":nul}",
                "{\"payload\":True}",
                "{\"payload\":[1,]}",
                "{\"payload\":[1 2]}",
                "{\"payload\":[}",
                "{\"payload\":{]}",
                "{\"payload\":\"open}",
                "<payload/>",
                "payload=1"),
            // Strings
            Stream.of("\n", "\t", "\0", "\\x", "\\u12G4", "\\u12", "\\", "\\u0000", "a\\u0000b")
                .map(HostileBodies::quoted),
            Stream.of(
                    "\\ud800",
                    "\\udc00",
                    "\\udc00\\ud800",
                    "\\ud800a",
                    "\\ud800\\n",
                    "\\ud800\\u0041",
                    "\\uD83D\\uD83D\\uDE00",
                    "\\ud83d\\\\ude00")
                .map(HostileBodies::quoted),
            Stream.of("{\"payload\":{\"\\u0000\":1}}", "{\"payload\":[{\"a\\ud800\":[]}]}"),
            // Encodings
            Stream.of(
                    "\u00ff",
                    "\u00c3",
                    "\u00c0\u00af",
                    "\u00c0\u0080",
                    "\u00ed\u00a0\u0080",
                    "\u00f4\u0090\u0080\u0080",
                    "\u00f8\u0088\u0080\u0080\u0080",
                    "\u0080")
                .map(HostileBodies::quoted),
            Stream.of(
                "\u00ef\u00bb\u00bf{\"payload\":1}",
                latin1("{\"payload\":1}".getBytes(StandardCharsets.UTF_16LE)),
                latin1("{\"payload\":1}".getBytes(StandardCharsets.UTF_16BE)),
                latin1("{\"payload\":1}".getBytes(StandardCharsets.UTF_16)),
                "{\"payload\":\u00a01}"),
            // Names
            Stream.of(
                "{\"payload\":1,\"payload\":1}",
                "{\"payload\":1,\"pay\\u006coad\":2}",
                "{\"\":1}",
                "{\"Payload\":1}",
                "{\"payload \":1}",
                "{\"__proto__\":1}",
                "{\"" + "n".repeat(100_000) + "\":1}",
                "{\"\\u0000\":1}",
                "{\"\\ud800\":1}"),
            // Depth
            Stream.of(501, 999, 1000, 1001, 100_000)
                .flatMap(n -> Stream.of(nested("[", "]", n), nested("{\"a\":", "}", n))),
            Stream.of(
                "{\"payload\":" + "[".repeat(100_000),
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000)),
            // Numbers
            Stream.of(
                    "1e131072",
                    "1e131073",
                    "-1e131073",
                    "1e-20000",
                    "1e-16384",
                    "1e999999999999",
                    "-1e999999999999",
                    "1e-999999999999",
                    "1e2147483647",
                    "1e-2147483648",
                    "1e99999999999999999999999",
                    "9".repeat(131_073),
                    "9".repeat(200_000),
                    "0." + "0".repeat(16_383) + "1",
                    "1." + "0".repeat(20_000),
                    "[1,{\"a\":1e131072}]")
                .map(number -> "{\"payload\":" + number + "}"))
        .flatMap(bodies -> bodies);
  }

  private static String quoted(String content) {
    return "{\"payload\":\"" + content + "\"}";
  }

  private static String nested(String open, String close, int depth) {
    return "{\"payload\":" + open.repeat(depth) + "1" + close.repeat(depth) + "}";
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
