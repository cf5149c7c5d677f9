package dev.fovea.insight.colour;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * The range of numbers that a picture shows: {@code low} is its first colour, {@code high} its
 * last. What lies beyond has the colour of the end; {@link Legend} tells both numbers.
 *
 * <p>A number a becomes the byte q = round(255 · (a − low) / (high − low)), from which it can be
 * read again within (high − low) / 510. Of a signed range, −high … high, zero is exactly 128.
 *
 * @param low the lowest number
 * @param high the highest number; equal to {@code low} where there is nothing but one number
 */
public record ValueScale(double low, double high) {
  /** The share of numbers that lie within the limits that {@link #of} finds. */
  public static final double SHARE = 0.995;

  private static final double HALF_LIFE_SECONDS = 2;
  private static final int LAST = 255;

  /**
   * Checks the arguments.
   *
   * @throws FoveaException if they are not finite or in the wrong order
   */
  public ValueScale {
    if (!(low <= high) || !Double.isFinite(low) || !Double.isFinite(high)) {
      throw new FoveaException("scale: needs finite low ≤ high, got " + low + " … " + high);
    }
  }

  /** Returns the scale of one tensor; see {@link #of(Collection)}. */
  public static ValueScale of(Tensor values) {
    return of(List.of(values));
  }

  /**
   * Returns the scale of what one layer, or a whole network, computes: −l … l where any number is
   * negative, else 0 … l, with l the least number that {@value #SHARE} of all have at most as
   * absolute value. Numbers that are not finite do not count.
   */
  public static ValueScale of(Collection<Tensor> values) {
    int count = values.stream().mapToInt(t -> t.data().length).sum();
    float[] sizes = new float[count];
    int n = 0;
    boolean signed = false;
    for (Tensor t : values) {
      for (float v : t.data()) {
        if (Float.isFinite(v)) {
          sizes[n++] = Math.abs(v);
          signed |= v < 0;
        }
      }
    }
    Arrays.sort(sizes, 0, n);
    double limit = n == 0 ? 0 : sizes[Math.max(0, (int) Math.ceil(SHARE * n) - 1)];
    // So few may differ from zero that the limit would be zero, and the picture empty.
    return limit == 0 && n > 0 ? of(signed, sizes[n - 1]) : of(signed, limit);
  }

  /** Returns −limit … limit if signed, else 0 … limit. */
  public static ValueScale of(boolean signed, double limit) {
    return new ValueScale(signed ? -limit : 0, limit);
  }

  /** Returns the scale of a tensor whose largest absolute value is a limit that nothing exceeds. */
  public static ValueScale whole(Tensor values) {
    double limit = 0;
    boolean signed = false;
    for (float v : values.data()) {
      if (Float.isFinite(v)) {
        limit = Math.max(limit, Math.abs(v));
        signed |= v < 0;
      }
    }
    return of(signed, limit);
  }

  /** Returns whether negative numbers are shown. */
  public boolean isSigned() {
    return low < 0;
  }

  /**
   * Returns the scale of the next picture of a film: limits rise at once and fall by half within 2
   * seconds, so that colours do not flicker.
   *
   * @param now the scale of that picture by itself
   * @param seconds since this one
   */
  public ValueScale next(ValueScale now, double seconds) {
    double left = Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
    return new ValueScale(Math.min(now.low, low * left), Math.max(now.high, high * left));
  }

  /** Returns the byte of a number, 0 … 255; what is not a number is shown as zero is. */
  public int quantize(double number) {
    double span = high - low;
    if (span == 0) {
      return isSigned() ? ColourMap.NEUTRAL : number > high ? LAST : 0;
    }
    double a = Double.isNaN(number) ? Math.clamp(0, low, high) : number;
    return Math.clamp(Math.round(LAST * (a - low) / span), 0, LAST);
  }

  /** Returns the bytes of numbers. */
  public byte[] quantize(float... numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) quantize(numbers[i]);
    }
    return bytes;
  }

  /** Returns the number that a byte of 0 … 255 stands for. */
  public double value(int quantized) {
    return low + (high - low) * quantized / LAST;
  }
}
