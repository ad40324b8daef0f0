package dev.standby.config;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Ranges of IP addresses. */
public final class AddressRanges {
  private final List<IpSubnetFilterRule> ranges;

  /**
   * Those ranges.
   *
   * @param setting where they come from
   * @param ranges each an address, or as in {@code 10.0.0.0/8}
   * @throws ConfigException for one that is neither
   */
  public AddressRanges(String setting, List<String> ranges) {
    this.ranges = ranges.stream().map(range -> rule(setting, range)).toList();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether the address is in one of them. */
  public boolean contain(InetAddress address) {
    if (ranges.isEmpty()) {
      return false;
    }
    InetSocketAddress socket = new InetSocketAddress(address, 0);
    for (IpSubnetFilterRule range : ranges) {
      if (range.matches(socket)) {
        return true;
      }
    }
    return false;
  }

  /**
   * An address that is written as such; null for any other text, a host's name included. IPv4 in
   * IPv6's clothes is IPv4.
   */
  public static InetAddress parse(String text) {
    byte[] bytes = text.indexOf('%') < 0 ? NetUtil.createByteArrayFromIpAddressString(text) : null;
    try {
      return bytes == null ? null : InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      return null;
    }
  }

  private static IpSubnetFilterRule rule(String setting, String range) {
    int slash = range.indexOf('/');
    InetAddress address = parse(slash < 0 ? range : range.substring(0, slash));
    String bits = slash < 0 ? null : range.substring(slash + 1);
    if (address == null || (bits != null && !bits.matches("[0-9]{1,3}"))) {
      throw wrong(setting, range);
    }
    int most = address.getAddress().length * 8;
    int length = bits == null ? most : Integer.parseInt(bits);
    if (length > most) {
      throw wrong(setting, range);
    }
    return new IpSubnetFilterRule(address, length, IpFilterRuleType.ACCEPT);
  }

  private static ConfigException wrong(String setting, String range) {
    return new ConfigException(
        "setting " + setting + " must list addresses or ranges like 10.0.0.0/8, not " + range);
  }
}
