package dev.fovea.vision;

/**
 * The header of a picture file, which is read without the pixels.
 *
 * @param stored the size of the stored picture
 * @param orientation its orientation
 */
public record PictureHeader(Placement.Size stored, Orientation orientation) {
  /** Returns the size of the picture as displayed. */
  public Placement.Size size() {
    return orientation.seen(stored);
  }
}
