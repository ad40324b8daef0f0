package dev.standby.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.standby.config.AddressRanges;
import dev.standby.support.Member;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls go to the public internet, and to nothing else that was not allowed in so many words. */
class DestinationsTest {
  private final Destinations destinations = allowing();

  private static Destinations allowing(String... networks) {
    return new Destinations(
        host -> Future.failedFuture(new AssertionError("an address needs no resolver: " + host)),
        new AddressRanges("test", List.of(networks)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        "169.254.169.254",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "192.168.255.255",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.9",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::2",
        "::7f00:1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:10.1.2.3",
        "::ffff:169.254.169.254",
        "::ffff:0:127.0.0.1",
        "64:ff9b::127.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::8.8.8.8",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:10::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:a00:1::1",
        "2002:808:808::1",
        "3fff::1",
        "4000::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1"
      })
  void shouldNotBeCalled(String address) {
    assertThat(destinations.mayBeCalled(parse(address))).isFalse();
    String host = address.contains(":") ? "[" + address + "]" : address;
    assertThatThrownBy(() -> Member.get(destinations.find(host)))
        .hasRootCauseInstanceOf(Destinations.RefusedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "203.0.114.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2606:4700:4700::1111",
        "2a00:1450::1",
        "3ffe:ffff::1"
      })
  void shouldBeCalled(String address) {
    assertThat(destinations.mayBeCalled(parse(address))).isTrue();
    String host = address.contains(":") ? "[" + address + "]" : address;
    assertThat(Member.get(destinations.find(host))).containsExactly(parse(address));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, ::ffff:10.1.2.3, true",
    "10.0.0.0/8, 64:ff9b::10.1.2.3, true",
    "10.0.0.0/8, 192.168.0.1, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "127.0.0.1, ::1, false",
    "::1, ::1, true",
    "::1, 127.0.0.1, false",
    "fd00::/8, fd12::1, true",
    "fd00::/8, fc12::1, false",
    "0.0.0.0/0, 169.254.169.254, true",
    "0.0.0.0/0, fd00::1, false"
  })
  void shouldBeCalledWhereItIsAllowed(String network, String address, boolean allowed) {
    assertThat(allowing(network).mayBeCalled(parse(address))).isEqualTo(allowed);
  }

  @Test
  void shouldCheckEveryAddressOfAName() {
    for (List<String> answer :
        List.of(List.of("8.8.8.8", "127.0.0.1"), List.of("127.0.0.1", "8.8.8.8"))) {
      Destinations mixed =
          new Destinations(
              host -> Future.succeededFuture(answer.stream().map(DestinationsTest::parse).toList()),
              new AddressRanges("test", List.of()));

      assertThatThrownBy(() -> Member.get(mixed.find("mixed.example")))
          .hasRootCauseInstanceOf(Destinations.RefusedException.class);
    }
  }

  private static InetAddress parse(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new AssertionError(address + " is no address", e);
    }
  }
}
