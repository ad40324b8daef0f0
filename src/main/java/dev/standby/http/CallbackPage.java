package dev.standby.http;

import dev.standby.trigger.EventTrigger;
import io.vertx.core.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The pages behind a callback link: plain HTML that needs no script. */
final class CallbackPage {
  private static final String STYLE =
      """
      body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:3rem auto;padding:0 1rem;\
      color-scheme:light dark}
      h1{font-size:1.4rem;overflow-wrap:anywhere}
      pre{white-space:pre-wrap;overflow-wrap:anywhere;padding:.75rem;border:1px solid;border-radius:.4rem}
      label{display:block;margin:1rem 0 .25rem}
      textarea{box-sizing:border-box;width:100%;font:inherit}
      button{font:inherit;padding:.5rem 1.25rem;margin:1rem .75rem 0 0}
      """;

  /** Nothing but our own style, no script; forms go back to where they are. */
  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + sha256(STYLE)
          + "'; form-action 'self'; base-uri 'none'";

  /** When it has been decided. */
  static final String DONE =
      page("Thank you", "<p>Your answer has been passed on. You can close this page.</p>");

  /** When there is nothing to decide. */
  static final String GONE =
      page(
          "This link is no longer valid",
          "<p>It has been used already, it has expired, or it was never one of ours.</p>");

  private CallbackPage() {}

  /** Asks for a decision. */
  static String decide(EventTrigger trigger) {
    String asked =
        trigger.requestPayload() == null
            ? ""
            : "<pre>" + escaped(trigger.requestPayload()) + "</pre>";
    return page(
        "Your answer is needed",
        "<p>Somebody waits for <b>"
            + escaped(trigger.eventKey())
            + "</b>, until "
            + trigger.expiresAt()
            + ".</p>"
            + asked
            + "<form method=\"post\">"
            + "<label for=\"comment\">Comment</label>"
            + "<textarea id=\"comment\" name=\"comment\" rows=\"3\"></textarea>"
            + "<button name=\"decision\" value=\"approve\">Approve</button>"
            + "<button name=\"decision\" value=\"reject\">Reject</button>"
            + "</form>");
  }

  /** Answers with a page. */
  static void answer(Call call, int status, String page) {
    SecurityHeaders.ofPage(call.response(), POLICY)
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, Media.HTML + "; charset=utf-8")
        .end(page);
  }

  private static String page(String title, String body) {
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width\">"
        + "<meta name=\"robots\" content=\"noindex\"><title>"
        + title
        + "</title><style>"
        + STYLE
        + "</style></head><body><main><h1>"
        + title
        + "</h1>"
        + body
        + "</main></body></html>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String sha256(String text) {
    try {
      return Base64.getEncoder()
          .encodeToString(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
