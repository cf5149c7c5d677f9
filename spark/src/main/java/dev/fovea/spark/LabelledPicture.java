package dev.fovea.spark;

import java.io.Serializable;

/** A picture with its class, on its way to a worker. */
final class LabelledPicture implements Serializable {
  private static final long serialVersionUID = 1;

  private final byte[] picture;
  private final int label;

  /**
   * Creates one.
   *
   * @param picture the encoded picture; once it is read, pixels [H, W, C] of 8 bits
   * @param label the number of the class
   */
  LabelledPicture(byte[] picture, int label) {
    this.picture = picture;
    this.label = label;
  }

  byte[] picture() {
    return picture;
  }

  int label() {
    return label;
  }
}
