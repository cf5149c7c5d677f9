package dev.fovea.serve.http;

import dev.fovea.tensor.FoveaException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.stream.ChunkedWriteHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** Takes connections: Netty on the JDK's sockets, a thread per processor. */
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 1_024;
  private static final int LEAST_READ = 1 << 10;
  private static final int FIRST_READ = 1 << 13;
  private static final int MOST_READ = 1 << 18;
  private static final int MOST_PIECE = 1 << 16;
  private static final int END_SECONDS = 5;

  /** How long clients that ask again and again are waited for, so that they are told of the end. */
  private static final Duration MOMENT = Duration.ofMillis(100);

  private static final int MOST_LINE = 1 << 13;
  private static final int MOST_HEADERS = 1 << 15;

  private final EventLoopGroup loops;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService computing;
  private final AtomicInteger open = new AtomicInteger();
  private final Optional<SSLContext> tls;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final Connection.Shared shared;
  private final Channel channel;

  /**
   * Starts to listen.
   *
   * @param memory what all requests may take
   * @throws FoveaException if the address is taken
   */
  public Listener(
      InetSocketAddress address,
      Optional<SSLContext> tls,
      MemoryBudget memory,
      ConnectionLimits limits,
      Front front) {
    this.tls = tls;
    int processors = Runtime.getRuntime().availableProcessors();
    Polling polling = new Polling(processors, open);
    // Platform threads: a virtual one that waits a moment for the engine's threads goes to the end
    // of a queue, and wakes another carrier, which takes their processor from them.
    this.computing =
        Executors.newFixedThreadPool(
            processors, Thread.ofPlatform().daemon().name("fovea-compute-", 1).factory());
    this.shared =
        new Connection.Shared(front, memory, limits, computing, threads, new HttpDate(), polling);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            processors,
            new DefaultThreadFactory("fovea-serve"),
            NioIoHandler.newFactory(SelectorProvider.provider(), () -> polling));
    ChannelFuture bound = bootstrap().bind(address).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      end();
      throw new FoveaException(
          "serve: cannot listen on %s:%s: %s; port 0 takes any that is free"
              .formatted(
                  address.getHostString(),
                  Integer.toString(address.getPort()),
                  bound.cause().getMessage()),
          bound.cause());
    }
    this.channel = bound.channel();
  }

  private ServerBootstrap bootstrap() {
    return new ServerBootstrap()
        .group(loops)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.AUTO_READ, false)
        .childOption(
            ChannelOption.RECVBUF_ALLOCATOR,
            new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, MOST_READ))
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel connection) {
                begin(connection);
              }
            });
  }

  private void begin(SocketChannel connection) {
    ChannelFuture _ = connection.closeFuture().addListener(_ -> open.decrementAndGet());
    if (open.incrementAndGet() > shared.limits().connections()) {
      ChannelFuture _ = connection.close();
      return;
    }
    connections.add(connection);
    ChannelPipeline pipeline = connection.pipeline();
    tls.ifPresent(context -> pipeline.addLast(new Encryption(context, shared)));
    pipeline.addLast(
        new FlowControl(),
        new HttpServerCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MOST_LINE)
                .setMaxHeaderSize(MOST_HEADERS)
                .setHeadersFactory(FewHeaders.FACTORY)
                .setTrailersFactory(FewHeaders.FACTORY)
                .setMaxChunkSize(MOST_PIECE)),
        new ChunkedWriteHandler(),
        new Connection(shared));
  }

  /** Returns the port. */
  public int port() {
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  /** Takes no more connections; those that it has taken stay. */
  public void stop() {
    if (channel.isOpen()) {
      ChannelFuture _ = channel.close().awaitUninterruptibly();
      for (EventExecutor loop : loops) { // until those that came last are among the connections
        var _ = loop.submit(() -> {}).awaitUninterruptibly();
      }
    }
  }

  /**
   * Ends the connections on which nobody asks: those that are still open after a moment. What was
   * sent by then is answered, and its connection ends with the answer.
   */
  public void endIdle() {
    var _ = connections.newCloseFuture().awaitUninterruptibly(MOMENT.toMillis());
    connections.forEach(c -> c.pipeline().fireUserEventTriggered(Connection.End.IDLE));
    shared.front().drain(MOMENT);
  }

  /** Stops listening and closes all connections. */
  @Override
  public void close() {
    stop();
    end();
  }

  private void end() {
    var _ = loops.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    computing.shutdownNow();
    threads.shutdownNow();
  }
}
