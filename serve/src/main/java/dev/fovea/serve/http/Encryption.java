package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Begins the encryption of a connection. A client that speaks plain HTTP is told so, for otherwise
 * it would see a connection that ends without an answer.
 */
final class Encryption extends ByteToMessageDecoder {
  private static final String PLAIN = "{\"error\":\"this server speaks https, got plain http\"}";

  private final SSLContext context;
  private final Executor threads;
  private boolean refused;
  private int discarded;

  /**
   * Creates it for a connection.
   *
   * @param threads what computes keys
   */
  Encryption(SSLContext context, Executor threads) {
    this.context = context;
    this.threads = threads;
  }

  @Override
  protected void decode(ChannelHandlerContext to, ByteBuf bytes, List<Object> out) {
    if (refused) {
      discard(to, bytes);
    } else if (isLetter(bytes.getByte(bytes.readerIndex()))) {
      refused = true;
      discard(to, bytes);
      SocketChannel channel = (SocketChannel) to.channel();
      var _ =
          to.writeAndFlush(ByteBufUtil.writeUtf8(to.alloc(), answer()))
              .addListener(_ -> {
                var _ = channel.shutdownOutput();
              });
    } else {
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(false);
      var _ = to.pipeline().replace(this, "encryption", new SslHandler(engine, false, threads));
    }
  }

  /** Reads on for a while: a client that still sends when a connection is closed gets no answer. */
  private void discard(ChannelHandlerContext to, ByteBuf bytes) {
    discarded += bytes.readableBytes();
    bytes.skipBytes(bytes.readableBytes());
    if (discarded > Request.MOST_DISCARDED) {
      var _ = to.close();
    }
  }

  /** Methods of HTTP are letters, a record of TLS begins with a number below 32. */
  private static boolean isLetter(byte first) {
    return first >= 'A' && first <= 'Z';
  }

  private static String answer() {
    return "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s"
        .formatted(Integer.toString(PLAIN.getBytes(StandardCharsets.UTF_8).length), PLAIN);
  }
}
