package dev.standby.http;

import dev.standby.bus.JsonText;
import dev.standby.trigger.Rejection;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.multipart.Attribute;
import io.netty.handler.codec.http.multipart.DefaultHttpDataFactory;
import io.netty.handler.codec.http.multipart.FileUpload;
import io.netty.handler.codec.http.multipart.HttpPostMultipartRequestDecoder;
import io.netty.handler.codec.http.multipart.InterfaceHttpData;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;

/**
 * What the world sends to a callback link, as JSON (contract, section "Access"): JSON as it is, a
 * form as an object, text as a string, anything else in base64.
 */
final class CallbackBody {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";
  private static final String BYTES = "application/octet-stream";

  private CallbackBody() {}

  /**
   * The payload, as JSON text; null when there is no body.
   *
   * @param contentType the header; null for none
   * @throws Rejection if it calls itself JSON or a form and is none, or can't be stored
   */
  static String payload(String contentType, Buffer body) {
    if (body.length() == 0) {
      return null;
    }
    if (Media.isJson(contentType)) {
      return JsonText.value(Percent.utf8(body.getBytes(), "The body is not UTF-8"));
    }
    // As JSON again, so that what PostgreSQL could not store is refused here as everywhere.
    return JsonText.value(json(contentType == null ? BYTES : contentType, body));
  }

  private static String json(String contentType, Buffer body) {
    String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
    if (type.equals(FORM)) {
      // A character for each byte: many send UTF-8 in it as it is, and others escape it.
      return form(body.toString(StandardCharsets.ISO_8859_1)).encode();
    }
    if (type.equals(MULTIPART)) {
      return multipart(contentType, body).encode();
    }
    String text = type.startsWith("text/") ? text(contentType, body) : null;
    return text == null ? base64(contentType, body.getBytes()).encode() : Json.encode(text);
  }

  /** What was filled in, if that is a form of the page behind the link; null if not. */
  static JsonObject ofPage(String contentType, Buffer body) {
    String mark = CallbackForm.MARK + "=";
    if (contentType == null
        || !contentType.split(";", 2)[0].trim().equalsIgnoreCase(FORM)
        || !body.toString(StandardCharsets.ISO_8859_1).startsWith(mark)) {
      return null;
    }
    JsonObject form = form(body.toString(StandardCharsets.ISO_8859_1));
    form.remove(CallbackForm.MARK);
    return form;
  }

  private static JsonObject base64(String contentType, byte[] bytes) {
    return new JsonObject()
        .put("content_type", contentType)
        .put("base64", Base64.getEncoder().encodeToString(bytes));
  }

  private static JsonObject form(String text) {
    JsonObject fields = new JsonObject();
    for (String pair : text.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = Percent.decode(equals < 0 ? pair : pair.substring(0, equals), true);
        add(fields, name, equals < 0 ? "" : Percent.decode(pair.substring(equals + 1), true));
      }
    }
    return fields;
  }

  /** A field that comes several times is a list. */
  private static void add(JsonObject fields, String name, Object value) {
    Object before = fields.getValue(name);
    if (before instanceof JsonArray list) {
      list.add(value);
    } else {
      fields.put(name, before == null ? value : new JsonArray().add(before).add(value));
    }
  }

  private static JsonObject multipart(String contentType, Buffer body) {
    if (!complete(contentType, body)) {
      throw notMultipart();
    }
    DefaultFullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.POST, "/", Unpooled.wrappedBuffer(body.getBytes()));
    request.headers().set(HttpHeaderNames.CONTENT_TYPE, contentType);
    JsonObject fields = new JsonObject();
    try {
      // The body is in memory, and small: nothing goes to a disk.
      HttpPostMultipartRequestDecoder decoder =
          new HttpPostMultipartRequestDecoder(new DefaultHttpDataFactory(false), request);
      try {
        for (InterfaceHttpData part : decoder.getBodyHttpDatas()) {
          if (part instanceof FileUpload file) {
            add(
                fields,
                file.getName(),
                base64(file.getContentType(), file.get()).put("filename", file.getFilename()));
          } else if (part instanceof Attribute attribute) {
            add(fields, attribute.getName(), attribute.getValue());
          }
        }
      } finally {
        decoder.destroy();
      }
    } catch (RuntimeException | IOException e) {
      throw notMultipart();
    }
    return fields;
  }

  private static Rejection notMultipart() {
    return Rejection.badRequest("The body is not a form (multipart/form-data)");
  }

  /**
   * Whether a form has its last delimiter (RFC 2046, 5.1.1). The decoder takes one that breaks off,
   * and leaves out the part that is not whole.
   */
  private static boolean complete(String contentType, Buffer body) {
    String boundary = parameter(contentType, "boundary");
    String last = "--" + boundary + "--";
    String text = body.toString(StandardCharsets.ISO_8859_1);
    return boundary != null && (text.startsWith(last) || text.contains("\n" + last));
  }

  /** The text; null if it can't be told which. */
  private static String text(String contentType, Buffer body) {
    try {
      return charset(contentType).newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
    } catch (CharacterCodingException
        | IllegalCharsetNameException
        | UnsupportedCharsetException e) {
      return null;
    }
  }

  private static Charset charset(String contentType) {
    String name = parameter(contentType, "charset");
    return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
  }

  /** A parameter of the header; null when it is not given. */
  private static String parameter(String contentType, String name) {
    for (String parameter : contentType.split(";", -1)) {
      String[] parts = parameter.trim().split("=", 2);
      if (parts.length == 2 && parts[0].equalsIgnoreCase(name)) {
        return parts[1].replace("\"", "").trim();
      }
    }
    return null;
  }
}
