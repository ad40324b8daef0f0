package dev.standby.access;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The public keys of an issuer, from its JWKS (RFC 7517). */
final class KeySet {
  private static final int TIMEOUT_SECS = 5;
  private static final int MAX_BYTES = 1024 * 1024;

  /** Kinds of public keys. A symmetric one would make whoever can read the set an issuer. */
  private static final Set<String> PUBLIC = Set.of("RSA", "EC", "OKP");

  private final HttpClient client;
  private final String url;

  KeySet(Vertx vertx, String url) {
    this.client = vertx.createHttpClient();
    this.url = url;
  }

  /** Reads the keys that tokens may be signed with. */
  Future<List<JsonObject>> read() {
    return client
        .request(new RequestOptions().setAbsoluteURI(url).setConnectTimeout(TIMEOUT_SECS * 1000L))
        .compose(HttpClientRequest::send)
        .compose(KeySet::body)
        .timeout(TIMEOUT_SECS, TimeUnit.SECONDS)
        .map(KeySet::keys);
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    String length = response.getHeader("Content-Length");
    if (response.statusCode() != 200 || (length != null && length.length() > 7)) {
      response.request().reset();
      return Future.failedFuture(
          new VertxException("answered with " + response.statusCode() + ", length " + length));
    }
    return response.body();
  }

  private static List<JsonObject> keys(Buffer body) {
    if (body.length() > MAX_BYTES) {
      throw new VertxException("The JWKS is too long");
    }
    return body.toJsonObject().getJsonArray("keys").stream()
        .map(JsonObject.class::cast)
        .filter(key -> PUBLIC.contains(key.getString("kty")))
        .filter(key -> !"enc".equals(key.getString("use")))
        .toList();
  }
}
