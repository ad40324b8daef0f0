package dev.standby.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;

/** Where requests come from. */
final class ClientAddress {
  /** The client's address. */
  String of(HttpServerRequest request) {
    SocketAddress address = request.remoteAddress();
    return address == null ? "" : address.hostAddress();
  }

  /** The scheme and the host that the client used. */
  String origin(HttpServerRequest request) {
    return request.scheme() + "://" + request.authority();
  }
}
