package dev.standby.http;

import dev.standby.config.AddressRanges;
import dev.standby.config.HttpConfig;
import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Who a request comes from, and by which name the client knows this node. What {@code X-Forwarded}
 * headers say of it is believed of trusted proxies only: everybody can send them.
 */
final class ClientAddress {
  private static final int MAX_HOST_CHARS = 255;

  /** Names, addresses, and either with a port: nothing that means more in a URL. */
  private static final Pattern HOST =
      Pattern.compile(
          "([a-z0-9_-]+(\\.[a-z0-9_-]+)*\\.?|\\[[0-9a-f:.]+])(:[0-9]{1,5})?",
          Pattern.CASE_INSENSITIVE);

  private final AddressRanges trusted;

  /** Believes the proxies of those settings. */
  ClientAddress(HttpConfig config) {
    this.trusted = config.trusted();
  }

  /** The client's IP address. */
  String of(HttpServerRequest request) {
    String address = request.remoteAddress().hostAddress();
    if (trusted.isEmpty() && address.indexOf(':') < 0) {
      // As it comes on most nodes, for every request: there is one way to write an IPv4 address.
      return address;
    }
    InetAddress sender = sender(request);
    if (trusted.contain(sender)) {
      // The header may come in several lines (RFC 9110, 5.3); who adds to it does so at the end.
      String[] hops = forwarded(request, "X-Forwarded-For").split(",", -1);
      for (int i = hops.length - 1; i >= 0; i--) {
        InetAddress hop = hop(hops[i].trim());
        if (hop == null) {
          break;
        }
        if (i == 0 || !trusted.contain(hop)) {
          return NetUtil.toAddressString(hop);
        }
      }
    }
    return NetUtil.toAddressString(sender);
  }

  /** What absolute URLs begin with that the client can use: {@code https://host:port}. */
  String origin(HttpServerRequest request) {
    String scheme = request.isSSL() ? "https" : "http";
    String host = asked(request);
    if (trusted.contain(sender(request))) {
      String proto = last(forwarded(request, "X-Forwarded-Proto")).toLowerCase(Locale.ROOT);
      if (proto.equals("http") || proto.equals("https")) {
        scheme = proto;
      }
      String forwardedHost = last(forwarded(request, "X-Forwarded-Host"));
      if (isHost(forwardedHost)) {
        host = forwardedHost;
      }
    }
    return scheme + "://" + (isHost(host) ? host : here(request));
  }

  /**
   * What the client calls this node, or the proxy does; Vert.x's parser fails at some of HTTP/1's.
   */
  private static String asked(HttpServerRequest request) {
    Object asked =
        request.version() == HttpVersion.HTTP_2
            ? request.authority()
            : request.getHeader(HttpHeaders.HOST);
    return asked == null ? "" : asked.toString();
  }

  private static InetAddress sender(HttpServerRequest request) {
    // Without the network interface that a link-local address has.
    return AddressRanges.parse(request.remoteAddress().hostAddress().replaceFirst("%.*", ""));
  }

  private static String forwarded(HttpServerRequest request, String header) {
    List<String> lines = request.headers().getAll(header);
    return lines.size() == 1 ? lines.get(0) : String.join(",", lines);
  }

  private static String last(String list) {
    return list.substring(list.lastIndexOf(',') + 1).trim();
  }

  /** An address, of which some proxies also tell the port; null for anything else. */
  private static InetAddress hop(String text) {
    if (text.startsWith("[")) {
      return AddressRanges.parse(text.replaceFirst("^\\[(.*)](:[0-9]{1,5})?$", "$1"));
    }
    boolean ipv4 = text.indexOf('.') >= 0 && text.indexOf(':') == text.lastIndexOf(':');
    return AddressRanges.parse(ipv4 ? text.replaceFirst(":[0-9]{1,5}$", "") : text);
  }

  private static boolean isHost(String text) {
    if (text.length() > MAX_HOST_CHARS || !HOST.matcher(text).matches()) {
      return false;
    }
    int bracket = text.indexOf(']');
    int colon = text.indexOf(':', bracket + 1);
    return (bracket < 0 || NetUtil.isValidIpV6Address(text.substring(1, bracket)))
        && (colon < 0 || isPort(Integer.parseInt(text.substring(colon + 1))));
  }

  private static boolean isPort(int number) {
    return number > 0 && number <= 65_535;
  }

  private static String here(HttpServerRequest request) {
    SocketAddress local = request.localAddress();
    String host = local.hostAddress();
    return (host.contains(":") ? "[" + host.replaceFirst("%.*", "") + "]" : host)
        + ":"
        + local.port();
  }
}
