package dev.fovea.simd;

/** Depthwise windows by the Vector API. */
final class VectorWindows implements FloatWindows {
  private static final int L = Species.FLOATS.length();

  @Override
  public Loops loops(Lines l) {
    return new OfLines(l);
  }

  /**
   * Loops of one kind of lines.
   *
   * @param whole the windows that have a column right of their centre
   */
  private record OfLines(Lines l, int whole) implements Loops {
    OfLines(Lines l) {
      this(l, l.right() ? l.columns() : l.columns() - 1);
    }

    @Override
    public void compute(
        float[] x, float[] own, int table, int wo, float[] y, int yo, float[] z, int zo) {
      for (int i = 0; i < l.channels(); i += L) {
        int c = Math.min(i, l.channels() - L);
        if (l.stride() == 1) {
          two(c, x, own, table, wo + c, y, yo + c, z, zo + c);
        } else {
          one(c, x, own, table, wo + c, y, yo + c);
        }
      }
      l.bounds().lower(l.columns(), y, yo, l.step(), l.channels());
      if (l.stride() == 1) {
        l.bounds().lower(l.columns(), z, zo, l.step(), l.channels());
      }
    }

    /** Rows outside of the image are the zeros at the beginning of the array. */
    private static int place(float[] own, int at, int c) {
      return Math.max(0, Float.floatToRawIntBits(own[at])) + c;
    }

    private int distance(float[] own, int at) {
      return Float.floatToRawIntBits(own[at]) == OUTSIDE ? 0 : l.step();
    }

    private void two(
        int c, float[] x, float[] own, int table, int wo, float[] y, int yo, float[] z, int zo) {
      DepthwiseLoops.two(
          x,
          place(own, table + 0, c),
          distance(own, table + 0),
          place(own, table + 1, c),
          distance(own, table + 1),
          place(own, table + 2, c),
          distance(own, table + 2),
          place(own, table + 3, c),
          distance(own, table + 3),
          own,
          wo,
          l.pitch(),
          l.left(),
          whole,
          !l.right(),
          l.bounds().least(),
          y,
          yo,
          z,
          zo,
          l.step());
    }

    private void one(int c, float[] x, float[] own, int table, int wo, float[] y, int yo) {
      DepthwiseLoops.apart(
          x,
          place(own, table + 0, c),
          distance(own, table + 0),
          place(own, table + 1, c),
          distance(own, table + 1),
          place(own, table + 2, c),
          distance(own, table + 2),
          own,
          wo,
          l.pitch(),
          l.left(),
          whole,
          !l.right(),
          l.bounds().least(),
          y,
          yo,
          l.step());
    }
  }
}
