package dev.standby.http;

import io.netty.channel.Channel;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.impl.HttpServerConnection;

/**
 * Keeps connections open while an answer is worked out that may take long: the idle timeout is for
 * clients, and begins anew with the answer, so that who does not read it is cut off all the same.
 *
 * <p>Not thread-safe: belongs to its verticle's context.
 */
final class Patience {
  private final Vertx vertx;
  private final long idleMillis;

  Patience(Vertx vertx, int idleTimeoutSecs) {
    this.vertx = vertx;
    this.idleMillis = idleTimeoutSecs * 1000L;
  }

  /**
   * The same outcome, until which the connection of that call stays open.
   *
   * @param limitMillis how long it takes at most
   */
  <O> Future<O> until(Future<O> outcome, long limitMillis, Call call) {
    if (limitMillis < idleMillis) {
      return outcome;
    }
    Channel channel =
        ((HttpServerConnection) call.request().connection()).channelHandlerContext().channel();
    stir(channel);
    long timer = vertx.setPeriodic(idleMillis / 2, tick -> stir(channel));
    return outcome.onComplete(
        done -> {
          vertx.cancelTimer(timer);
          stir(channel);
        });
  }

  /** As if something had just been written. */
  private static void stir(Channel channel) {
    IdleStateHandler idle = channel.pipeline().get(IdleStateHandler.class);
    // None when the client has gone.
    if (idle != null) {
      idle.resetWriteTimeout();
    }
  }
}
