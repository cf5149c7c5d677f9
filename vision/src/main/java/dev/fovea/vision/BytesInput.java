package dev.fovea.vision;

import javax.imageio.stream.ImageInputStreamImpl;

/** An image stream over bytes in memory, which are not copied. */
final class BytesInput extends ImageInputStreamImpl {
  private final byte[] bytes;
  private final int length;

  BytesInput(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < length ? bytes[(int) streamPos++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] to, int offset, int count) {
    bitOffset = 0;
    int n = (int) Math.min(count, length - streamPos);
    if (n <= 0) {
      return count == 0 ? 0 : -1;
    }
    System.arraycopy(bytes, (int) streamPos, to, offset, n);
    streamPos += n;
    return n;
  }

  @Override
  public long length() {
    return length;
  }
}
