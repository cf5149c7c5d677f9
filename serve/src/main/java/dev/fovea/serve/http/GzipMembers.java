package dev.fovea.serve.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Unpacks gzip whose members follow each other, but for many empty ones in a row: {@link
 * GZIPInputStream} calls itself once for each of them, until the stack is full.
 */
final class GzipMembers extends GZIPInputStream {
  private static final int MOST_EMPTY = 64;

  private int nested;

  GzipMembers(InputStream packed) throws IOException {
    super(packed);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ZipException if too many members in a row are empty
   */
  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    if (nested > MOST_EMPTY) {
      throw new ZipException("more than " + MOST_EMPTY + " empty members in a row");
    }
    nested++;
    try {
      return super.read(to, offset, length);
    } finally {
      nested--;
    }
  }
}
