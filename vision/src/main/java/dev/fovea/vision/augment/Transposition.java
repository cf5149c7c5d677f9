package dev.fovea.vision.augment;

/** The exchange of rows and columns: a mirroring at the diagonal; every pixel keeps its value. */
final class Transposition extends Warp {
  /** Creates the transposition of a picture of this size. */
  Transposition(int height, int width) {
    super(/* height= */ width, /* width= */ height);
  }

  @Override
  boolean mirrors() {
    return true;
  }

  @Override
  double sourceX(double x, double y) {
    return y;
  }

  @Override
  double sourceY(double x, double y) {
    return x;
  }

  @Override
  double targetX(double x, double y) {
    return y;
  }

  @Override
  double targetY(double x, double y) {
    return x;
  }
}
