package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whole numbers that stand for real ones, as values: real = scale · (q − zero).
 *
 * <p>A plan computes with them in floats, in which products and sums of 8-bit numbers are exact up
 * to 2²⁴. What rounds has one form, which the import and quantization make and the export knows
 * again.
 */
public final class Grid {
  /** Adding and taking away 1.5 · 2²³ rounds a float of less than 2²² half to even. */
  private static final float ROUNDER = 12_582_912f;

  private Grid() {}

  /**
   * Real numbers that are whole ones times a scale.
   *
   * @param numbers the whole numbers: differences q − zero, or sums of products of such
   * @param scale the scale, one number or one per place of the last axis
   */
  public record Scaled(Value numbers, Value scale) {
    /** Returns the real numbers. */
    public Value real() {
      return numbers.times(scale);
    }

    /** Returns how many steps of another scale the numbers are. */
    public Value steps(Value of) {
      return numbers.times(scale.over(of));
    }
  }

  /**
   * What was rounded.
   *
   * @param real the real numbers; null where {@code scaled} says what they are
   * @param scaled the whole numbers that they are made of; null where they are not
   * @param scale the length of a step
   * @param zero the whole number that stands for 0
   * @param type the type of the whole numbers
   */
  public record Rounded(
      @Nullable Value real, @Nullable Scaled scaled, Value scale, Value zero, ElementType type) {}

  /** Returns the whole numbers next to these steps, half to even, cut off at two bounds. */
  public static Value round(Value steps, Value zero, double least, double greatest) {
    Value low = Value.constant((float) least).minus(zero);
    Value high = Value.constant((float) greatest).minus(zero);
    Value cut = steps.with(BinaryFunction.MAX, low).with(BinaryFunction.MIN, high);
    Value rounder = Value.constant(ROUNDER);
    return cut.plus(rounder).minus(rounder).plus(zero);
  }

  /** Returns what {@link #round} made a value of, or null if it made none. */
  public static @Nullable Rounded rounded(Value v) {
    Value back = left(v, BinaryFunction.ADD);
    Value up = back != null && isRounder(back) ? left(back, BinaryFunction.SUBTRACT) : null;
    Value cut = up != null && isRounder(up) ? left(up, BinaryFunction.ADD) : null;
    Value above = cut == null ? null : left(cut, BinaryFunction.MIN);
    Value steps = above == null ? null : left(above, BinaryFunction.MAX);
    if (cut == null || above == null || steps == null) {
      return null;
    }
    ElementType type = type(above.input(1), cut.input(1));
    return type == null ? null : rounded(steps, v.input(1), type);
  }

  private static @Nullable Rounded rounded(Value steps, Value zero, ElementType type) {
    Value real = left(steps, BinaryFunction.DIVIDE);
    if (real != null) {
      return new Rounded(real, null, steps.input(1), zero, type);
    }
    Value numbers = left(steps, BinaryFunction.MULTIPLY);
    Value scale = numbers == null ? null : left(steps.input(1), BinaryFunction.DIVIDE);
    return numbers == null || scale == null
        ? null
        : new Rounded(null, new Scaled(numbers, scale), steps.input(1).input(1), zero, type);
  }

  /** Returns the first operand of a value of this function, or null if it is something else. */
  public static @Nullable Value left(Value v, BinaryFunction f) {
    return v.op() instanceof Elementwise.Binary(BinaryFunction g) && g == f ? v.input(0) : null;
  }

  private static boolean isRounder(Value sum) {
    return sum.inputs().size() == 2 && number(sum.input(1)) == ROUNDER;
  }

  private static float number(Value v) {
    return v.op() instanceof Source.Constant c && c.tensor().data().length == 1
        ? c.tensor().item()
        : Float.NaN;
  }

  /** Returns the type of 8 bits with these bounds. */
  private static @Nullable ElementType type(Value low, Value high) {
    Value least = left(low, BinaryFunction.SUBTRACT);
    Value greatest = left(high, BinaryFunction.SUBTRACT);
    for (ElementType t : List.of(ElementType.UINT8, ElementType.INT8)) {
      if (least != null
          && greatest != null
          && number(least) == t.least()
          && number(greatest) == t.greatest()) {
        return t;
      }
    }
    return null;
  }

  /** Returns the real numbers as whole ones times a scale, if that is the form they have. */
  public static @Nullable Scaled scaled(Value real) {
    Value numbers = left(real, BinaryFunction.MULTIPLY);
    return numbers == null ? null : new Scaled(numbers, real.input(1));
  }
}
