package dev.fovea.serve.http;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.TooLongHttpHeaderException;

/**
 * The headers of a request, of which there are few: even one of four bytes becomes objects of a
 * hundred and more, which a client holds before it is known who it is.
 */
final class FewHeaders extends DefaultHttpHeaders {
  /** As many as other servers take. */
  static final int MOST = 100;

  /** Makes them for the decoder, before a body and behind its chunks. */
  static final HttpHeadersFactory FACTORY =
      new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
          return new FewHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
          return new FewHeaders();
        }
      };

  @Override
  public HttpHeaders add(CharSequence name, Object value) {
    requireRoom();
    return super.add(name, value);
  }

  @Override
  public HttpHeaders add(String name, Object value) {
    requireRoom();
    return super.add(name, value);
  }

  private void requireRoom() {
    if (size() >= MOST) {
      throw new TooLongHttpHeaderException("more than %s headers".formatted(MOST));
    }
  }
}
