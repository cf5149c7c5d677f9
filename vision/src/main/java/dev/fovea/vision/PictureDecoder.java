package dev.fovea.vision;

import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;

/**
 * Decodes pictures in memory for any number of threads, which share half of the heap: a thread
 * waits while the decoded pictures of others take that much.
 */
public final class PictureDecoder {
  private final PictureReader reader = new PictureReader();
  private final long mostPixels;

  /**
   * Creates a decoder.
   *
   * @param mostPixels the most pixels of a picture, at most {@link Images#MAX_PIXELS}
   */
  public PictureDecoder(long mostPixels) {
    this.mostPixels = mostPixels;
  }

  /**
   * Decodes a picture in the size and with the channels of a rule, as {@link Images#place} does a
   * file.
   *
   * @param content the bytes of a file
   * @param name what it is called in messages
   * @throws FoveaException if it is not a picture, is damaged or too large, or the rule wants
   *     channels that a picture does not have
   */
  public Placed place(byte[] content, String name, Preprocessing rule) {
    return reader.read(
        content,
        name,
        rows -> {
          Shape s = rows.shape();
          if ((long) s.dim(0) * s.dim(1) > mostPixels) {
            throw new FoveaException(
                "%s: %s×%s pixels, at most %s in all are taken"
                    .formatted(name, s.dim(0), s.dim(1), mostPixels));
          }
          return Images.place(rule, rows);
        });
  }
}
