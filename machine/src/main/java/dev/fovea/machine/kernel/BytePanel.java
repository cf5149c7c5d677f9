package dev.fovea.machine.kernel;

/**
 * Where code of products of bytes finds what: the packed weights of neighbouring columns, and a
 * line of constants beside them.
 *
 * <p>A panel holds the sums of each column's weights, integers, then for each tap and four channels
 * the four bytes of each column. What is missing to four channels or to the last column is zero.
 * Columns are {@link Interleaved}, here and among the constants, which are floats, or integers as
 * the raw bits of floats.
 *
 * <p>Where weights have 16 bits each, those of the first and the third of four channels come before
 * the others.
 *
 * @param vectors the vectors of columns: 1, 2 or 4
 * @param by the instructions that it is made for
 */
public record BytePanel(int vectors, ByteInstructions by) {
  /** The place of the integers that the sums of up to 64 columns begin with. */
  public static final int BEGIN = 0;

  /** The place of the biases. */
  public static final int BIAS = 64;

  /** The place of the multipliers. */
  public static final int MULTIPLIER = 128;

  /** The place of a vector of 16 bits each: what is added to results. */
  public static final int ZERO = 192;

  /** The place of a vector of the least result, in 16 bits for two vectors, in 8 for four. */
  public static final int LEAST = 208;

  /** The place of a vector of the greatest result. */
  public static final int GREATEST = 224;

  /** The place of the integer that is added to results. */
  public static final int ZERO_INTEGER = 240;

  /** The place of the least number of steps. */
  public static final int LEAST_STEPS = 241;

  /** The place of the greatest number of steps. */
  public static final int GREATEST_STEPS = 242;

  /** The place of the 64 bits that say which columns there are. */
  public static final int MASK = 244;

  /** The place of 32 bits in which those of every other byte are set. */
  public static final int EVEN = 246;

  /** The place of 128 bits that hold the number 8. */
  public static final int EIGHT = 248;

  /** The place of 256 bits in which those of every other byte are set. */
  public static final int EVEN_VECTOR = 252;

  /** The number of constants. */
  public static final int CONSTANTS = 272;

  private static final int FOUR = 4;
  private static final int LANE = 16;

  /** Returns the panels that waste least on so many columns. */
  public static BytePanel of(int columns, ByteInstructions by) {
    BytePanel best = new BytePanel(FOUR, by);
    for (int vectors = 2; vectors >= 1 && !by.wide(); vectors--) {
      BytePanel other = new BytePanel(vectors, by);
      if (other.cost(columns) < best.cost(columns)) {
        best = other;
      }
    }
    return best;
  }

  /** Narrow panels read the rows more often. */
  private double cost(int columns) {
    return Math.ceilDiv(columns, columns()) * (columns() + (double) FOUR);
  }

  /** Returns the columns of a panel. */
  public int columns() {
    return vectors * by.width().floats();
  }

  private Interleaved order() {
    return new Interleaved(vectors, by.width().bytes() / LANE);
  }

  /** Returns the place of a column among neighbouring numbers of a panel. */
  public int place(int column) {
    return order().place(column);
  }

  /** Copies the numbers of the first n columns to their places, and zeros for the others. */
  public void spread(float[] from, int begin, int n, float[] to, int at) {
    order().spread(from, begin, n, to, at);
  }

  /** Returns how many bytes are read of so many neighbouring channels. */
  public static int read(int inner) {
    return Math.ceilDiv(inner, FOUR) * FOUR;
  }

  /** Returns the bytes of a panel. */
  public int size(int taps, int inner) {
    int perTap = Math.multiplyExact(Math.multiplyExact(read(inner), columns()), weightBytes());
    return Math.addExact(Math.multiplyExact(taps, perTap), columns() * Integer.BYTES);
  }

  /** Returns the bytes of a weight. */
  public int weightBytes() {
    return by.wide() ? Short.BYTES : Byte.BYTES;
  }

  /** Returns where the weight of a tap, channel and column lies, or its lower byte, in a panel. */
  public int at(int tap, int inner, int channel, int column) {
    int group = tap * (read(inner) / FOUR) + channel / FOUR;
    int four = columns() * Integer.BYTES;
    int begin = four + group * four * weightBytes() + place(column) * FOUR;
    return by.wide()
        ? begin + channel % 2 * four + channel % FOUR / 2 * Short.BYTES
        : begin + channel % FOUR;
  }
}
