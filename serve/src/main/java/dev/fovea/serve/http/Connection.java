package dev.fovea.serve.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a client: its requests are answered one after the other. Everything here runs on
 * the connection's own thread ("event loop"), which serves many connections.
 *
 * <p>A request whose body is there and whose answer takes next to nothing is answered by that
 * thread, one that only computes by one of a few threads; all others by a virtual thread each,
 * which may wait. Nothing is read from the client while nobody wants it, so what it sends too early
 * stays with it.
 */
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger LOG = System.getLogger("dev.fovea.serve");

  /** Up to so many bytes of a body are waited for before somebody works on the request. */
  private static final int GATHERED = 1 << 22;

  /**
   * So many bytes are waited for even from clients that may not ask. The connection's thread reads
   * no longer bodies.
   */
  private static final int BRIEF = 1 << 16;

  private final Shared shared;
  private final Deque<HttpObject> ahead = new ArrayDeque<>();
  private @Nullable Exchange current;
  private @Nullable ScheduledFuture<?> nextCheck;
  private String remote = "";
  private long since;
  private boolean ending;

  /**
   * What all connections of a server share.
   *
   * @param front what answers
   * @param memory what the requests may take
   * @param computing the few threads on which is answered what only computes
   * @param threads on which all other requests are answered that take longer
   * @param date the time of day
   * @param polling how event loops wait
   */
  record Shared(
      Front front,
      MemoryBudget memory,
      ConnectionLimits limits,
      Executor computing,
      Executor threads,
      HttpDate date,
      Polling polling) {}

  /** What a connection is told by its server. */
  enum End {
    /** That it ends unless something is asked. */
    IDLE
  }

  Connection(Shared shared) {
    this.shared = shared;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    remote = remote(context.channel());
    since = System.nanoTime();
    check(context);
    context.read();
  }

  /** Returns the address of the client of a connection. */
  static String remote(Channel connection) {
    return connection.remoteAddress() instanceof InetSocketAddress a
        ? a.getAddress().getHostAddress()
        : "";
  }

  /** Closes the connection if its client takes too long; else looks again later. */
  private void check(ChannelHandlerContext context) {
    if (!context.channel().isActive()) {
      return;
    }
    long patience = shared.limits().patience().toNanos();
    boolean waits = current == null || current.waitsForClient();
    long left = waits ? since + patience - System.nanoTime() : patience;
    if (left <= 0) {
      end(context);
    } else {
      nextCheck = context.executor().schedule(() -> check(context), left, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    HttpObject object = (HttpObject) message;
    if (!ahead.isEmpty() || (current != null && current.isWhole())) {
      ahead.add(object); // of a request that the client has sent before it had the answer
    } else {
      take(context, object);
    }
  }

  private void take(ChannelHandlerContext context, HttpObject object) {
    try {
      if (ending) {
        return;
      }
      if (object.decoderResult().isFailure()) {
        refuse(context, object.decoderResult().cause());
        return;
      }
      if (object instanceof HttpRequest head) {
        current = begin(context, head);
      }
      if (object instanceof HttpContent part && current != null) {
        current.add(part.content());
      }
      if (object instanceof LastHttpContent && current != null) {
        current.end();
      }
    } finally {
      ReferenceCountUtil.release(object);
    }
  }

  private Exchange begin(ChannelHandlerContext context, HttpRequest head) {
    since = System.nanoTime();
    boolean expects = HttpUtil.is100ContinueExpected(head);
    AtomicBoolean toAsk = new AtomicBoolean(expects);
    Body body = new Body(expects, () -> context.executor().execute(() -> readOn(context, toAsk)));
    Target target = Target.of(head.uri());
    Request request =
        new Request(
            remote,
            head.method().name(),
            target.path(),
            target.query(),
            head.headers()::get,
            body,
            shared.limits().bodyBytes(),
            shared.memory().share(),
            shared.threads(),
            false);
    shared.front().enter();
    boolean gathers = !expects && gathers(request, HttpUtil.isTransferEncodingChunked(head));
    return new Exchange(request, HttpUtil.isKeepAlive(head), gathers);
  }

  /** Returns whether a body is so small that it is waited for: no thread wakes for its parts. */
  private boolean gathers(Request request, boolean chunked) {
    long length = request.announced().orElse(0);
    boolean taken = length <= Math.min(GATHERED, request.mostBytes());
    return !chunked && (length <= BRIEF || (taken && shared.front().admits(request)));
  }

  /** Reads on; if the client waits to be asked for the body, it is asked, once. */
  private static void readOn(ChannelHandlerContext context, AtomicBoolean toAsk) {
    if (toAsk.getAndSet(false)) {
      var _ = ReplyWriter.askForBody(context);
    }
    context.read();
  }

  /** Answers what is no request of HTTP, or ends one whose body is none. */
  private void refuse(ChannelHandlerContext context, Throwable cause) {
    ending = true;
    if (current != null) {
      current.request.body().damaged("damaged chunks");
      return;
    }
    int status =
        switch (cause) {
          case TooLongHttpLineException e -> 414;
          case TooLongHttpHeaderException e -> 431;
          default -> 400;
        };
    Reply reply = Reply.error(status, "request: its HTTP is not understood: " + cause.getMessage());
    Refusal.send(context, shared, reply);
  }

  private static void end(ChannelHandlerContext context) {
    var _ = context.close();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    proceed(context);
  }

  private void proceed(ChannelHandlerContext context) {
    Exchange exchange = current;
    boolean ready = exchange != null && (exchange.isReady() || ending);
    if (exchange != null && !exchange.begun && ready) {
      exchange.begun = true;
      try {
        answer(context, exchange);
      } catch (RuntimeException | Error e) {
        giveUp(context, exchange, e);
      }
    }
    boolean wantsMore = current == null || !current.begun || current.request.body().wantsMore();
    if (wantsMore && ahead.isEmpty()) {
      context.read();
    }
  }

  private void answer(ChannelHandlerContext context, Exchange exchange) {
    Request request = exchange.request;
    boolean brief = exchange.isWhole() && request.body().available() <= BRIEF;
    if (brief && shared.front().isBrief(request)) {
      answer(context, exchange, request.on(context.executor(), false));
      shared.polling().answered();
    } else if (exchange.isWhole() && shared.front().computes(request)) {
      Request computed = request.on(shared.computing(), true);
      shared.computing().execute(() -> answer(context, exchange, computed));
    } else {
      shared.threads().execute(() -> answer(context, exchange, request));
    }
  }

  private void answer(ChannelHandlerContext context, Exchange exchange, Request request) {
    var _ =
        shared
            .front()
            .answer(request)
            .whenComplete((reply, gone) -> {
              if (context.executor().inEventLoop()) {
                send(context, exchange, reply);
              } else {
                context.executor().execute(() -> send(context, exchange, reply));
              }
            });
  }

  private void send(ChannelHandlerContext context, Exchange exchange, @Nullable Reply reply) {
    if (reply == null || !context.channel().isActive()) {
      finish(exchange);
      end(context);
      return;
    }
    try {
      write(context, exchange, reply);
    } catch (RuntimeException | Error e) {
      giveUp(context, exchange, e);
    }
  }

  private void write(ChannelHandlerContext context, Exchange exchange, Reply reply) {
    exchange.sending = true;
    since = System.nanoTime();
    boolean closing = shared.front().isClosing() && ahead.isEmpty();
    boolean last = !exchange.keepsAlive || !exchange.isWhole() || closing;
    boolean bodiless = exchange.request.method().equals(HttpMethod.HEAD.name());
    var _ =
        new ReplyWriter(shared.date(), bodiless, last)
            .write(context, reply)
            .addListener(sent -> {
              finish(exchange);
              if (last || !sent.isSuccess()) {
                end(context);
              } else {
                next(context);
              }
            });
  }

  /** Ends a connection whose request cannot be answered by an error of the server's own. */
  private void giveUp(ChannelHandlerContext context, Exchange exchange, Throwable cause) {
    LOG.log(Level.WARNING, "serve: " + exchange.request.path(), cause);
    if (exchange.equals(current)) {
      finish(exchange);
    }
    end(context);
  }

  private void finish(Exchange exchange) {
    exchange.request.memory().close();
    shared.front().leave();
    current = null;
    since = System.nanoTime();
  }

  /** Goes on with what has come meanwhile, or reads; not at once, lest many requests nest. */
  private void next(ChannelHandlerContext context) {
    if (ahead.isEmpty()) {
      context.read();
    } else {
      context
          .executor()
          .execute(() -> {
            while (!ahead.isEmpty() && (current == null || !current.isWhole())) {
              take(context, ahead.remove());
            }
            proceed(context);
          });
    }
  }

  /** What has come by now was read before this is told. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event == End.IDLE && current == null && ahead.isEmpty()) {
      end(context);
    }
    ReferenceCountUtil.release(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    ending = true;
    if (nextCheck != null) {
      nextCheck.cancel(false); // it would hold what is closed
    }
    ahead.forEach(ReferenceCountUtil::release);
    ahead.clear();
    Exchange exchange = current;
    if (exchange != null) {
      exchange.request.body().gone();
      if (!exchange.begun) {
        finish(exchange);
      }
    }
  }

  /** A client that breaks the connection, or the encryption, has gone. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(context);
  }
}
