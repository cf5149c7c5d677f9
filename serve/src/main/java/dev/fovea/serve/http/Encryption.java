package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
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
      bytes.skipBytes(bytes.readableBytes()); // the rest of a plain request
    } else if (isLetter(bytes.getByte(bytes.readerIndex()))) {
      refused = true;
      bytes.skipBytes(bytes.readableBytes());
      var _ =
          to.writeAndFlush(ByteBufUtil.writeUtf8(to.alloc(), answer()))
              .addListener(ChannelFutureListener.CLOSE);
    } else {
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(false);
      var _ = to.pipeline().replace(this, "encryption", new SslHandler(engine, false, threads));
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
