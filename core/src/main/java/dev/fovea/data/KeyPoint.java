package dev.fovea.data;

/**
 * A key point: a marked point of a picture, in pixels, where the centre of the first pixel is (½,
 * ½).
 *
 * @param x the x coordinate
 * @param y the y coordinate
 * @param label the kind of point, such as the number of a joint
 * @param visibility whether its position is known and whether it can be seen
 */
public record KeyPoint(double x, double y, int label, Visibility visibility) {
  /** Whether a point is marked and visible, with the number that targets and COCO's files use. */
  public enum Visibility {
    /** Not marked, or outside the picture. */
    ABSENT(0),
    /** Marked, but hidden behind something. */
    HIDDEN(1),
    /** Marked and visible. */
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

  /** Returns whether its place is known, whether it can be seen or not. */
  public boolean isKnown() {
    return visibility != Visibility.ABSENT;
  }

  /** Returns this point at another position. */
  public KeyPoint at(double newX, double newY) {
    return new KeyPoint(newX, newY, label, visibility);
  }

  /** Returns this point with another visibility. */
  public KeyPoint with(Visibility other) {
    return new KeyPoint(x, y, label, other);
  }

  /** Returns this point with another kind. */
  public KeyPoint withLabel(int other) {
    return new KeyPoint(x, y, other, visibility);
  }
}
