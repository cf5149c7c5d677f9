package dev.fovea.serve.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Hands on what a client has sent in small pieces, each only once it is asked for: so what a client
 * sends too early stays bytes, and does not become more objects of requests than a piece has.
 */
final class FlowControl extends ChannelDuplexHandler {
  /**
   * The bytes of a piece. A request takes 18 at least, and a line of a header 4, of which some
   * hundred become; larger pieces hardly cost less.
   */
  static final int PIECE = 1 << 13;

  private final Deque<ByteBuf> held = new ArrayDeque<>();
  private boolean wanted;
  private boolean handing;

  @Override
  public void read(ChannelHandlerContext context) {
    wanted = true;
    if (handing) {
      return; // the loop below goes on
    }
    if (held.isEmpty()) {
      context.read();
    } else {
      handOn(context);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    held.add((ByteBuf) message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (wanted && !handing) {
      handOn(context);
    }
  }

  /** Hands on pieces as long as they are asked for, and then asks for more. */
  private void handOn(ChannelHandlerContext context) {
    handing = true;
    do {
      wanted = false;
      if (!held.isEmpty()) {
        context.fireChannelRead(piece());
      }
      context.fireChannelReadComplete();
    } while (wanted && !held.isEmpty());
    handing = false;
    if (wanted) {
      context.read();
    }
  }

  private ByteBuf piece() {
    ByteBuf first = held.element();
    return first.readableBytes() > PIECE ? first.readRetainedSlice(PIECE) : held.remove();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    held.forEach(ByteBuf::release);
    held.clear();
  }
}
