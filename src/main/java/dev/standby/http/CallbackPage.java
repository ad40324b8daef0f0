package dev.standby.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.standby.trigger.EventTrigger;
import dev.standby.trigger.Fault;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The pages behind a callback link: plain HTML that needs no script. */
final class CallbackPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark;accent-color:#15803d;--g:light-dark(#f6f7f9,#101318);--c:light-dark(#fff,#181c23);\
      --l:light-dark(#d9dde4,#2c323d);--e:light-dark(#858d9b,#6d7686);--t:light-dark(#171a21,#e8eaef);\
      --q:light-dark(#565e6c,#a3abb9);--d:light-dark(#b42318,#fda29b)}
      *{box-sizing:border-box}
      body{font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;margin:0;\
      background:var(--g);color:var(--t)}
      main{max-width:36rem;margin:clamp(0rem,6vh,4rem) auto;padding:1.5rem 1.25rem 2rem;\
      background:var(--c);border:1px solid var(--l);border-radius:14px;overflow-wrap:anywhere}
      @media(max-width:38rem){main{margin:0;border-width:0 0 1px;border-radius:0}}
      h1{font-size:1.45rem;line-height:1.25;margin:0 0 .5rem}
      h2{font-size:1rem;margin:1.5rem 0 .5rem}
      p{margin:.5rem 0}
      small,.quiet,dt{color:var(--q)}
      small{font-weight:400}
      dl{margin:0;border-top:1px solid var(--l)}
      dl div{display:grid;grid-template-columns:minmax(6rem,1fr) 2fr;gap:1rem;padding:.5rem 0;\
      border-bottom:1px solid var(--l)}
      dd{margin:0;white-space:pre-wrap}
      pre{white-space:pre-wrap;padding:.75rem;margin:0;border:1px solid var(--l);border-radius:8px;\
      background:var(--g);font:.87em/1.5 ui-monospace,Menlo,Consolas,monospace}
      form{margin-top:1.5rem}
      label,legend,.question{display:block;font-weight:600;margin:1rem 0 .3rem;padding:0}
      fieldset{border:0;margin:0;padding:0;min-width:0}
      label.radio{display:inline-block;font-weight:400;margin:0 1.25rem 0 0;padding:.4rem 0}
      input[type=radio]{width:1.2rem;height:1.2rem;vertical-align:-.2rem;margin:0 .35rem 0 0}
      input:not([type=radio]),select,textarea{width:100%;font:inherit;color:inherit;\
      background:var(--g);border:1px solid var(--e);border-radius:8px;padding:.6rem .7rem;min-height:2.9rem}
      .buttons{display:flex;gap:.75rem;margin-top:1.25rem}
      button{flex:1;font:inherit;font-weight:600;min-height:3rem;padding:.5rem 1rem;border-radius:8px;\
      border:1px solid var(--e);background:var(--c);color:inherit;cursor:pointer}
      button.yes{background:#15803d;border-color:#15803d;color:#fff}
      button.no{color:var(--d);border-color:var(--d)}
      :focus-visible{outline:3px solid light-dark(#4338ca,#a5b4fc);outline-offset:2px}
      .faults{border-left:4px solid var(--d);padding:.5rem 0 .5rem 1rem;margin:1rem 0}
      .faults ul{margin:.25rem 0;padding-left:1.2rem}
      """;

  /** Nothing but our own style, no script; forms go back to where they are. */
  private static final String POLICY =
      "default-src 'none'; style-src 'sha256-"
          + sha256(STYLE)
          + "'; form-action 'self'; base-uri 'none'";

  /** What a form that says nothing else asks for. */
  private static final String DECISION =
      "<label for=\"comment\">Comment <small>(optional)</small></label>"
          + "<textarea id=\"comment\" name=\"comment\" rows=\"3\"></textarea>"
          + "<div class=\"buttons\">"
          + "<button class=\"yes\" name=\"decision\" value=\"approve\">Approve</button>"
          + "<button class=\"no\" name=\"decision\" value=\"reject\">Reject</button></div>";

  /** As people write it; numbers keep their digits. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final String CLOSE = " You can close this page.</p>";

  /** When it has been decided. */
  static final String DONE = page("Thank you", "<p>Your answer has been passed on." + CLOSE);

  /** When the link was never one of ours, or what it was for is not kept any more. */
  static final String GONE =
      page(
          "This link is not valid",
          "<p>It may be incomplete, or what it was for is not kept any more. Ask whoever sent it to"
              + " you for another.</p>");

  private CallbackPage() {}

  /** Asks for an answer. */
  static String ask(EventTrigger trigger) {
    return ask(trigger, new JsonObject(), List.of());
  }

  /** Asks again, with what was typed, and what was wrong with it. */
  static String ask(EventTrigger trigger, JsonObject typed, List<Fault> faults) {
    JsonNode schema = read(trigger.terms().payloadSchema());
    JsonNode asked = read(trigger.requestPayload());
    Html html =
        new Html()
            .raw("<p>Somebody waits for <b>")
            .text(trigger.eventKey())
            .raw("</b>. Answer before ")
            .raw(time(trigger.expiresAt()))
            .raw(".</p>");
    if (trigger.requestPayload() != null) {
      html.raw("<h2>What is asked</h2>");
      asked(html, asked, trigger.requestPayload());
    }
    if (!faults.isEmpty()) {
      html.raw("<div class=\"faults\" role=\"alert\"><p>This can't be passed on yet:</p><ul>");
      for (Fault fault : faults) {
        html.raw("<li>")
            .text((place(schema, fault.pointer()) + " " + fault.message()).trim())
            .raw("</li>");
      }
      html.raw("</ul></div>");
    }
    // The first button is the one that the Enter key presses: it does nothing.
    html.raw("<form method=\"post\"><button disabled hidden></button>")
        .raw(schema == null ? DECISION : CallbackForm.of(schema).html(typed))
        .raw("</form>");
    return page(title(schema, asked), html.toString());
  }

  /** What people know a place in the payload by: the title of its field, if it has one. */
  private static String place(JsonNode schema, String pointer) {
    String name = pointer.isEmpty() ? "" : pointer.substring(1).replace("~1", "/");
    JsonNode field = schema == null ? null : schema.path("properties").get(name);
    return field == null ? pointer : field.path("title").asText(name.replace('_', ' '));
  }

  /** Says that there is nothing to answer any more, and why. */
  static String ended(EventTrigger trigger) {
    String key = new Html().raw("<b>").text(trigger.eventKey()).raw("</b>").toString();
    return switch (trigger.status()) {
      case RECEIVED ->
          page(
              "This has been answered already",
              "<p>" + key + " was answered on " + time(trigger.receivedAt()) + "." + CLOSE);
      case CANCELED ->
          page(
              "This is not needed any more",
              "<p>Nobody waits for " + key + " any more: it was called off." + CLOSE);
      case WAITING, TIMED_OUT ->
          page(
              "It is too late",
              "<p>"
                  + key
                  + " had to be answered before "
                  + time(trigger.expiresAt())
                  + ". Your answer was not passed on.</p>");
    };
  }

  /** The form for what that trigger takes; null when it says nothing of it. */
  static CallbackForm form(EventTrigger trigger) {
    JsonNode schema = read(trigger.terms().payloadSchema());
    return schema == null ? null : CallbackForm.of(schema);
  }

  /** Answers with a page. */
  static void answer(Call call, int status, String page) {
    SecurityHeaders.ofPage(call.response(), POLICY)
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, Media.HTML + "; charset=utf-8")
        .end(page);
  }

  private static String title(JsonNode schema, JsonNode asked) {
    for (JsonNode named : new JsonNode[] {schema, asked}) {
      if (named != null && !named.path("title").asText().isBlank()) {
        return named.path("title").asText();
      }
    }
    return "Your answer is needed";
  }

  /** An object as a list of what it has, anything else as JSON. */
  private static void asked(Html html, JsonNode asked, String text) {
    if (asked == null || !asked.isObject() || asked.isEmpty()) {
      html.raw("<pre>").text(asked == null ? text : pretty(asked)).raw("</pre>");
      return;
    }
    html.raw("<dl>");
    for (Map.Entry<String, JsonNode> member : asked.properties()) {
      JsonNode value = member.getValue();
      html.raw("<div><dt>").text(member.getKey().replace('_', ' ')).raw("</dt><dd>");
      if (value.isContainerNode()) {
        html.raw("<pre>").text(pretty(value)).raw("</pre>");
      } else {
        html.text(value.isTextual() ? value.textValue() : value.toString());
      }
      html.raw("</dd></div>");
    }
    html.raw("</dl>");
  }

  private static String pretty(JsonNode json) {
    return json.isTextual() ? json.textValue() : json.toPrettyString();
  }

  private static String time(Instant instant) {
    return "<time datetime=\"" + instant + "\">" + TIME.format(instant) + "</time>";
  }

  /** Null for nothing, and for what is past the limits of this reader. */
  private static JsonNode read(String json) {
    try {
      return json == null ? null : JSON.readTree(json);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static String page(String title, String body) {
    String escaped = new Html().text(title).toString();
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<meta name=\"robots\" content=\"noindex\"><title>"
        + escaped
        + "</title><style>"
        + STYLE
        + "</style></head><body><main><h1>"
        + escaped
        + "</h1>"
        + body
        + "</main></body></html>\n";
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
