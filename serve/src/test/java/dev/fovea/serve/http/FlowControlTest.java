package dev.fovea.serve.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class FlowControlTest {
  private static final int REQUESTS = 10_000;
  private static final String REQUEST = "GET / HTTP/1.1\r\n\r\n";

  /** Counts requests, and asks for more where it is told to. */
  private static final class Reading extends ChannelInboundHandlerAdapter {
    private int requests;
    private boolean greedy;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      requests += message instanceof HttpRequest ? 1 : 0;
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (greedy) {
        context.read();
      }
    }
  }

  private final Reading reading = new Reading();
  private final EmbeddedChannel channel = channel();

  private EmbeddedChannel channel() {
    EmbeddedChannel made = new EmbeddedChannel(false, false);
    made.config().setAutoRead(false);
    made.pipeline().addLast(new FlowControl(), new HttpServerCodec(), reading);
    return made;
  }

  private ByteBuf sent() {
    return Unpooled.copiedBuffer(REQUEST.repeat(REQUESTS), StandardCharsets.US_ASCII);
  }

  /** Of what a client has sent too early, few bytes become requests. */
  @Test
  void handsOnNoMoreThanIsAskedFor() throws Exception {
    channel.register();
    channel.pipeline().read();
    channel.writeInbound(sent());
    assertThat(reading.requests).isEqualTo(FlowControl.PIECE / REQUEST.length());
    channel.writeInbound(sent());
    assertThat(reading.requests).isEqualTo(FlowControl.PIECE / REQUEST.length());
    channel.pipeline().read();
    assertThat(reading.requests).isEqualTo(2 * FlowControl.PIECE / REQUEST.length());
    reading.greedy = true;
    channel.pipeline().read();
    assertThat(reading.requests).isEqualTo(2 * REQUESTS);
  }

  /** What nobody has asked for is given back when the connection ends. */
  @Test
  void keepsNothingOfAConnectionThatEnds() throws Exception {
    channel.register();
    channel.pipeline().read();
    ByteBuf all = sent();
    channel.writeInbound(all);
    assertThat(all.refCnt()).isPositive();
    var _ = channel.close();
    assertThat(all.refCnt()).isZero();
  }
}
