package dev.fovea.machine.kernel;

import dev.fovea.machine.assembler.Width;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The channels that code of depthwise windows of bytes computes at once, and where it finds what:
 * packed weights, and a line of constants beside them.
 *
 * <p>Bytes of three rows of the image are interleaved within each 128 bits, four bytes for a
 * channel. Packed weights, sums of weights and constants per channel lie in the order that comes of
 * it, {@link Interleaved}: for each column of the window four vectors of the bytes (w₀, w₁, w₂, 0),
 * then four vectors of sums of all weights.
 *
 * @param channel the first channel
 * @param width the width of a vector, which has a byte for each channel
 */
public record WindowPanel(int channel, Width width) {
  /** The place among the constants, in vectors, of what sums begin with, in four vectors. */
  public static final int BEGIN = 0;

  /** The place of the biases. */
  public static final int BIAS = 4;

  /** The place of the multipliers. */
  public static final int MULTIPLIER = 8;

  /** The place of a vector of 16 bits each: what is added to results. */
  public static final int ZERO = 12;

  /** The place of a vector of the least byte. */
  public static final int LEAST = 13;

  /** The place of a vector of the greatest byte. */
  public static final int GREATEST = 14;

  /** The place of four bytes of padding. */
  public static final int PADDING = 15;

  /** The floats that constants take at most. */
  public static final int CONSTANTS = 16 * Width.BITS_512.floats();

  private static final int SIDE = 3;
  private static final int TAPS = SIDE * SIDE;
  private static final int FOUR = 4;
  private static final int LANE = 16;

  /** Vectors of the weights of three columns, and all vectors. */
  static final int WEIGHTS = SIDE * FOUR;

  private static final int VECTORS = WEIGHTS + FOUR;

  /** Returns the panels of at least 16 channels; the last may share some with the one before. */
  public static List<WindowPanel> of(int channels) {
    List<WindowPanel> all = new ArrayList<>();
    int c = 0;
    for (Width w : List.of(Width.BITS_512, Width.BITS_256, Width.BITS_128)) {
      for (; channels - c >= w.bytes(); c += w.bytes()) {
        all.add(new WindowPanel(c, w));
      }
    }
    if (c < channels) {
      all.add(new WindowPanel(channels - LANE, Width.BITS_128));
    }
    return List.copyOf(all);
  }

  /** Returns the number of channels. */
  public int channels() {
    return width.bytes();
  }

  /** Returns the bytes of packed weights. */
  public int size() {
    return VECTORS * width.bytes();
  }

  private Interleaved order() {
    return new Interleaved(FOUR, width.bytes() / LANE);
  }

  private int place(int i) {
    return order().place(i);
  }

  /** Returns where a weight lies in a panel. */
  public int at(int tap, int i) {
    return tap % SIDE * FOUR * width.bytes() + place(i) * FOUR + tap / SIDE;
  }

  /** Packs weights [3, 3, 1, channels]. */
  public void pack(int channels, byte[] w, int wo, byte[] packed, int po) {
    ByteBuffer sums = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < channels(); i++) {
      int sum = 0;
      for (int t = 0; t < TAPS; t++) {
        byte weight = w[wo + t * channels + channel + i];
        packed[po + at(t, i)] = weight;
        sum += weight;
      }
      packed[po + at(2 * SIDE, i) + 1] = 0;
      packed[po + at(2 * SIDE + 1, i) + 1] = 0;
      packed[po + at(2 * SIDE + 2, i) + 1] = 0;
      sums.putInt(po + sumsAt() + place(i) * Integer.BYTES, sum);
    }
  }

  /** Returns where the sums of channels' weights begin in a panel. */
  public int sumsAt() {
    return WEIGHTS * width.bytes();
  }

  /** Copies numbers of all channels to their places. */
  public void spread(float[] from, int begin, float[] to, int at) {
    order().spread(from, begin, channels(), to, at);
  }
}
