package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * The end of a connection whose client has sent what is no request of HTTP: it is told so, and what
 * it still sends is dropped for a while, for a client that sends when its connection is closed
 * never sees the answer.
 */
final class Refusal extends ChannelInboundHandlerAdapter {
  private int dropped;

  private Refusal() {}

  /**
   * Answers what is no request and ends the connection: when its client does, when it has sent too
   * much, or when the connection's patience ends.
   *
   * @param from the connection's last handler
   */
  static void send(ChannelHandlerContext from, Connection.Shared shared, Reply reply) {
    ChannelPipeline pipeline = from.pipeline();
    pipeline.addFirst(new Refusal());
    shared.front().refused(Connection.remote(from.channel()), reply);
    var _ =
        new ReplyWriter(shared.date(), false, true)
            .write(from, reply)
            .addListener(_ -> endOutput(pipeline));
  }

  private static void endOutput(ChannelPipeline pipeline) {
    SslHandler encryption = pipeline.get(SslHandler.class);
    if (encryption != null) {
      var _ = encryption.closeOutbound();
    }
    if (pipeline.channel() instanceof DuplexChannel channel) {
      var _ = channel.shutdownOutput();
    }
    pipeline.firstContext().read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes) {
      dropped += bytes.readableBytes();
    }
    ReferenceCountUtil.release(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (dropped > Request.MOST_DISCARDED) {
      var _ = context.close();
    } else {
      context.read();
    }
  }
}
