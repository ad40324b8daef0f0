package dev.standby.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/** Ranges of IP addresses. */
public final class AddressRanges {
  private final List<Range> ranges;

  /**
   * Those ranges.
   *
   * @param setting where they come from
   * @param ranges each an address, or as in {@code 10.0.0.0/8}
   * @throws ConfigException for one that is neither
   */
  public AddressRanges(String setting, List<String> ranges) {
    this.ranges = ranges.stream().map(range -> range(setting, range)).toList();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /** Whether the address is in one of them. */
  public boolean contain(InetAddress address) {
    byte[] bytes = address.getAddress();
    for (Range range : ranges) {
      if (range.contains(bytes)) {
        return true;
      }
    }
    return false;
  }

  /** The first bits that its addresses share. */
  private static final class Range {
    private final byte[] network;
    private final int bits;

    Range(byte[] network, int bits) {
      this.network = network;
      this.bits = bits;
    }

    boolean contains(byte[] address) {
      if (address.length != network.length) {
        return false;
      }
      int bytes = bits / Byte.SIZE;
      int rest = bits % Byte.SIZE;
      return Arrays.equals(address, 0, bytes, network, 0, bytes)
          && (rest == 0 || ((address[bytes] ^ network[bytes]) & 0xff) >>> (Byte.SIZE - rest) == 0);
    }
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

  private static Range range(String setting, String range) {
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
    return new Range(address.getAddress(), length);
  }

  private static ConfigException wrong(String setting, String range) {
    return new ConfigException(
        "setting " + setting + " must list addresses or ranges like 10.0.0.0/8, not " + range);
  }
}
