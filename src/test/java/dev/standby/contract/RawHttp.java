package dev.standby.contract;

import dev.standby.support.Api;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** HTTP byte by byte, for requests that a decent client refuses to send. */
public final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  private final URI base;

  /** Towards the node at {@code base}. */
  public RawHttp(String base) {
    this.base = URI.create(base);
  }

  /** An answer: its status, 0 when the connection was closed without one, and all of its text. */
  public record Answer(int status, String text) {
    /** Whether it is a problem document with that code. */
    public boolean isProblem(String code) {
      return text.toLowerCase(Locale.ROOT).contains("content-type: application/problem+json")
          && text.contains("\"code\":\"" + code + "\"");
    }

    /** The same as a client would have understood it; its body must not be chunked. */
    public Api.Answer parsed() {
      int end = text.indexOf("\r\n\r\n");
      Map<String, List<String>> headers = new HashMap<>();
      for (String line : text.substring(text.indexOf("\r\n") + 2, end).split("\r\n", -1)) {
        String[] parts = line.split(": ", 2);
        headers.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(parts[1]);
      }
      String body = text.substring(end + 4);
      return new Api.Answer(
          status, Api.json(body), body, HttpHeaders.of(headers, (name, value) -> true));
    }
  }

  /** Sends a request line without a body. */
  public Answer line(String requestLine) {
    return send(bytes(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n"));
  }

  /** Posts a JSON body of any bytes. */
  public Answer post(String path, byte[] body, String... headers) {
    StringBuilder head = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("Connection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(bytes(head.toString()));
    request.writeBytes(body);
    return send(request.toByteArray());
  }

  /** Sends bytes and reads until the server closes; nothing more is sent. */
  public Answer send(byte[] request) {
    try (Socket socket = new Socket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request);
      socket.getOutputStream().flush();
      return answer(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a GET with one more header, on a connection that takes little until it is read from. */
  static Socket openSlow(URI url, String path, String header) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
    String head = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n";
    socket.getOutputStream().write(bytes(head));
    return socket;
  }

  private static Answer answer(String text) {
    String[] words = text.split(" ", 3);
    return new Answer(words.length < 3 ? 0 : Integer.parseInt(words[1]), text);
  }

  /** Every character as the byte of its number. */
  public static byte[] bytes(String latin1) {
    return latin1.getBytes(StandardCharsets.ISO_8859_1);
  }
}
