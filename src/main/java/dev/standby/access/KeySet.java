package dev.standby.access;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The public keys of an issuer, from its JWKS (RFC 7517). */
final class KeySet {
  private static final long TIMEOUT_MILLIS = 5000;
  private static final int MAX_BYTES = 1024 * 1024;

  /** Kinds of public keys. A symmetric one would make whoever can read the set an issuer. */
  private static final Set<String> PUBLIC = Set.of("RSA", "EC", "OKP");

  private final HttpClient client;
  private final String url;
  private final long timeoutMillis;

  KeySet(Vertx vertx, String url) {
    this(vertx, url, TIMEOUT_MILLIS);
  }

  /** As it is, but for how long an issuer may take to be reached, and to answer. */
  KeySet(Vertx vertx, String url, long timeoutMillis) {
    this.client = vertx.createHttpClient();
    this.url = url;
    this.timeoutMillis = timeoutMillis;
  }

  /** Reads the keys that tokens may be signed with. */
  Future<List<JsonObject>> read() {
    return client
        .request(new RequestOptions().setAbsoluteURI(url).setConnectTimeout(timeoutMillis))
        .compose(
            request ->
                request
                    .send()
                    .compose(KeySet::body)
                    .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                    // A server that hangs would keep the connection, and soon all that there are.
                    .onFailure(failure -> request.reset()))
        .map(KeySet::keys);
  }

  private static Future<Buffer> body(HttpClientResponse response) {
    Promise<Buffer> whole = Promise.promise();
    Buffer body = Buffer.buffer();
    response
        .handler(
            piece -> {
              if (body.length() + piece.length() > MAX_BYTES) {
                whole.tryFail(new VertxException("The JWKS is too long"));
              } else {
                body.appendBuffer(piece);
              }
            })
        .exceptionHandler(whole::tryFail)
        .endHandler(end -> whole.tryComplete(body));
    if (response.statusCode() != 200) {
      whole.tryFail(new VertxException("answered with " + response.statusCode()));
    }
    return whole.future();
  }

  /** Those that tokens may be signed with; fails for what is no JWKS. */
  private static List<JsonObject> keys(Buffer body) {
    return body.toJsonObject().getJsonArray("keys").stream()
        .map(JsonObject.class::cast)
        .filter(key -> PUBLIC.contains(key.getString("kty")))
        .filter(key -> !"enc".equals(key.getString("use")))
        .toList();
  }
}
