package dev.fovea.vision;

/**
 * What the beginning of a picture file says, before any pixel is read.
 *
 * @param stored the size of the picture as it is stored
 * @param orientation how it is seen
 */
public record PictureHeader(Placement.Size stored, Orientation orientation) {
  /** Returns the size of the picture as it is seen. */
  public Placement.Size size() {
    return orientation.seen(stored);
  }
}
