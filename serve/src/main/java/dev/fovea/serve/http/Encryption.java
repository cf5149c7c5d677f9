package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Begins the encryption of a connection. A client that speaks plain HTTP is told so, for otherwise
 * it would see a connection that ends without an answer.
 */
final class Encryption extends ByteToMessageDecoder {
  private static final String PLAIN = "this server speaks https, got plain http";

  private final SSLContext context;
  private final Connection.Shared shared;

  /** Creates it for a connection. */
  Encryption(SSLContext context, Connection.Shared shared) {
    this.context = context;
    this.shared = shared;
  }

  @Override
  protected void decode(ChannelHandlerContext to, ByteBuf bytes, List<Object> out) {
    if (isLetter(bytes.getByte(bytes.readerIndex()))) {
      bytes.skipBytes(bytes.readableBytes());
      Refusal.send(to.pipeline().lastContext(), shared, Reply.error(400, PLAIN));
    } else {
      SSLEngine engine = context.createSSLEngine();
      engine.setUseClientMode(false);
      var _ =
          to.pipeline()
              .replace(this, "encryption", new SslHandler(engine, false, shared.threads()));
    }
  }

  /** Methods of HTTP are letters, a record of TLS begins with a number below 32. */
  private static boolean isLetter(byte first) {
    return first >= 'A' && first <= 'Z';
  }
}
