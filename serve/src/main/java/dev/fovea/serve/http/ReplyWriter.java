package dev.fovea.serve.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpChunkedInput;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.stream.ChunkedStream;
import java.io.ByteArrayInputStream;

/**
 * Writes replies to a connection.
 *
 * @param bodiless whether the content is left out, as for {@code HEAD}
 * @param last whether the connection is closed then
 */
record ReplyWriter(HttpDate date, boolean bodiless, boolean last) {
  /** A longer content is copied for the network piece by piece, as the client takes it. */
  private static final int PIECE = 1 << 16;

  /** Writes a reply and returns when it has been sent. */
  ChannelFuture write(ChannelHandlerContext to, Reply reply) {
    byte[] content = bodiless ? new byte[0] : reply.content();
    HttpResponseStatus status = HttpResponseStatus.valueOf(reply.status());
    if (content.length <= PIECE) {
      return to.writeAndFlush(
          described(
              new DefaultFullHttpResponse(
                  HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(content)),
              reply));
    }
    ChannelFuture _ =
        to.write(described(new DefaultHttpResponse(HttpVersion.HTTP_1_1, status), reply));
    return to.writeAndFlush(
        new HttpChunkedInput(new ChunkedStream(new ByteArrayInputStream(content), PIECE)));
  }

  private HttpResponse described(HttpResponse response, Reply reply) {
    HttpHeaders headers = response.headers();
    headers.set(HttpHeaderNames.DATE, date.now());
    headers.set(HttpHeaderNames.CONTENT_TYPE, reply.type());
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(reply.content().length));
    headers.set(
        HttpHeaderNames.CONNECTION, last ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
    reply.headers().forEach(headers::set);
    return response;
  }

  /** Asks for the body of a request whose client waits to be asked. */
  static ChannelFuture askForBody(ChannelHandlerContext to) {
    return to.writeAndFlush(
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }
}
