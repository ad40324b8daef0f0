package dev.standby.webhook;

import dev.standby.config.AddressRanges;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Where the hosts of URLs are, and whether a call may go there. */
final class Destinations {
  /** IPv4 that is not the public internet (IANA's registry of special-purpose addresses). */
  private static final AddressRanges NOT_PUBLIC =
      ranges(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/4",
          "240.0.0.0/4");

  /**
   * Of IPv6, what is the public internet; and what of it is not: Teredo and other protocols',
   * documentation, 6to4.
   */
  private static final AddressRanges PUBLIC_6 = ranges("2000::/3");

  private static final AddressRanges NOT_PUBLIC_6 =
      ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

  /** IPv4 as it looks behind NAT64 (RFC 6052): the last four bytes. */
  private static final AddressRanges NAT64 = ranges("64:ff9b::/96");

  private final Resolver resolver;
  private final AddressRanges allowed;

  /** Finds the addresses of a host's name. */
  @FunctionalInterface
  interface Resolver {
    Future<List<InetAddress>> resolve(String host);
  }

  /** Why a call is not made. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException() {
      super("refused", null, false, false);
    }
  }

  /**
   * Destinations that {@code resolver} finds.
   *
   * @param allowed where calls may go although it is not the public internet
   */
  Destinations(Resolver resolver, AddressRanges allowed) {
    this.resolver = resolver;
    this.allowed = allowed;
  }

  /** Vert.x's own, which takes no thread while a name server does not answer. */
  static Resolver resolver(Vertx vertx) {
    return host -> {
      Promise<List<InetSocketAddress>> found = Promise.promise();
      ((VertxInternal) vertx)
          .nameResolver()
          .resolveAll(host, result -> found.complete(result.result(), result.cause()));
      return found
          .future()
          .map(addresses -> addresses.stream().map(InetSocketAddress::getAddress).toList());
    };
  }

  /**
   * The addresses of a host, as a URL writes it, all of which may be called.
   *
   * @return fails with {@link RefusedException} if there is one that may not, and with {@link
   *     UnknownHostException} if there is none
   */
  Future<List<InetAddress>> find(String host) {
    InetAddress literal = literal(host);
    return (literal == null ? resolver.resolve(host) : Future.succeededFuture(List.of(literal)))
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Future.failedFuture(new UnknownHostException(host));
              }
              return found.stream().allMatch(this::mayBeCalled)
                  ? Future.succeededFuture(found)
                  : Future.failedFuture(new RefusedException());
            });
  }

  /** The address that a host is written as; null for a name. */
  private static InetAddress literal(String host) {
    if (!host.startsWith("[")) {
      return AddressRanges.parse(host);
    }
    try {
      // What is in brackets is never looked up.
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  /** Whether a call may go there. */
  boolean mayBeCalled(InetAddress address) {
    if (allowed.contain(address)) {
      return true;
    }
    if (address instanceof Inet4Address) {
      return !NOT_PUBLIC.contain(address);
    }
    if (NAT64.contain(address)) {
      return mayBeCalled(lastFour(address));
    }
    return PUBLIC_6.contain(address) && !NOT_PUBLIC_6.contain(address);
  }

  private static InetAddress lastFour(InetAddress address) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(address.getAddress(), 12, 16));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("Four bytes are an address", e);
    }
  }

  private static AddressRanges ranges(String... ranges) {
    return new AddressRanges("of webhooks", List.of(ranges));
  }
}
