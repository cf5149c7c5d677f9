package dev.fovea.data;

/**
 * A point that is marked in a picture, in pixels: the middle of the first pixel is (½, ½).
 *
 * @param x its place in a row
 * @param y its place in a column
 * @param label what it is, such as the number of a joint
 * @param visibility whether its place is known and it can be seen there
 */
public record KeyPoint(double x, double y, int label, Visibility visibility) {
  /** What is known of a point, with its number in targets and in COCO's files. */
  public enum Visibility {
    /** Not marked, or outside the picture. */
    ABSENT(0),
    /** Marked, and covered by something. */
    HIDDEN(1),
    /** Marked, and seen. */
    VISIBLE(2);

    final int number;

    Visibility(int number) {
      this.number = number;
    }

    /** Returns its number in targets and in COCO's files. */
    public int number() {
      return number;
    }
  }

  /** Returns this point at another place. */
  public KeyPoint at(double newX, double newY) {
    return new KeyPoint(newX, newY, label, visibility);
  }

  /** Returns this point under another visibility. */
  public KeyPoint with(Visibility other) {
    return new KeyPoint(x, y, label, other);
  }

  /** Returns this point as that of another kind. */
  public KeyPoint withLabel(int other) {
    return new KeyPoint(x, y, other, visibility);
  }
}
