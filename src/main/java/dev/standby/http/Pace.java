package dev.standby.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off who sends an HTTP/1 request too slowly. The idle timeout does not: it begins anew with
 * each byte. It is of use only what stays incomplete when all that came has been read, so a client
 * that sends its requests whole costs two comparisons.
 */
final class Pace extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Pace.class);

  /** Who reads a body answers 408 when it is late; the connection is cut this much later. */
  private static final int GRACE_SECS = 2;

  private final Deadlines deadlines;
  private final int headerSecs;
  private final int bodySecs;
  private Runnable late;

  /** Whether a request has come since the last look, or any message at all. */
  private boolean newRequest;

  private boolean newMessage;

  /** Whether the last request's body has not ended. */
  private boolean inBody;

  /** Whether there is a deadline. */
  private boolean timed;

  Pace(Deadlines deadlines, int headerSecs, int bodySecs) {
    this.deadlines = deadlines;
    this.headerSecs = headerSecs;
    this.bodySecs = bodySecs + GRACE_SECS;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    late = () -> late(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    newMessage = true;
    if (message instanceof HttpRequest) {
      newRequest = true;
      inBody = true;
    } else if (message instanceof LastHttpContent) {
      inBody = false;
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (inBody ? newRequest : !newMessage && !timed) {
      // Bytes that have become no message are the beginning of a head.
      deadlines.set(late, inBody ? bodySecs : headerSecs);
      timed = true;
    } else if (timed && newMessage && !inBody) {
      deadlines.clear(late);
      timed = false;
    }
    newMessage = false;
    newRequest = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    deadlines.clear(late);
    context.fireChannelInactive();
  }

  private void late(ChannelHandlerContext context) {
    if (context.channel().config().isAutoRead()) {
      context
          .close()
          .addListener(
              closed ->
                  log.atDebug()
                      .addKeyValue("client", context.channel().remoteAddress())
                      .log("cut off"));
    } else {
      // It is us who do not read: an earlier request of the connection is still to be answered.
      deadlines.set(late, bodySecs);
    }
  }
}
