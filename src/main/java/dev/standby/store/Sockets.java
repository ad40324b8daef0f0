package dev.standby.store;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.impl.SocketConnectionBase;
import io.vertx.sqlclient.internal.SqlConnectionInternal;

/**
 * Ends connections to a server that may say nothing any more. The client's own way waits for the
 * statement that is under way and then for the server to hang up, which it may never do; this fails
 * the statement as lost, at once.
 */
final class Sockets {
  /** Those that are open: it forgets what is closed. */
  private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);

  /** Remembers a connection, which may be a pool's. */
  void add(SqlConnection connection) {
    open.add(channel(connection));
  }

  /** Ends all that are open, after what has been sent on them. */
  void end() {
    open.forEach(Sockets::end);
  }

  /** Ends one, having said so to a server that may hear it. */
  static void end(SqlConnection connection) {
    connection.close();
    end(channel(connection));
  }

  private static void end(Channel channel) {
    // In a moment, as the farewell is said in a moment; and past the client's codec, which would
    // only say it.
    channel
        .eventLoop()
        .execute(
            () -> {
              ChannelHandlerContext first = channel.pipeline().firstContext();
              if (first != null) {
                ChannelFuture unused = first.close();
              }
            });
  }

  private static Channel channel(SqlConnection connection) {
    return ((SocketConnectionBase) ((SqlConnectionInternal) connection).unwrap().unwrap())
        .socket()
        .channelHandlerContext()
        .channel();
  }
}
