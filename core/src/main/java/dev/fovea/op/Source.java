package dev.fovea.op;

import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An op that brings values into a graph: they are given, learned, fixed or drawn at random. */
public sealed interface Source extends Op {

  /** A tensor that is handed in at each run under {@code name}: images, labels, a random key. */
  record Input(String name, Shape inputShape) implements Source {
    @Override
    public Shape shape(List<Shape> inputs) {
      return inputShape;
    }
  }

  /** A learned or tracked tensor of the model, found under its path such as {@code 0.weight}. */
  record Parameter(String name, Shape parameterShape) implements Source {
    @Override
    public Shape shape(List<Shape> inputs) {
      return parameterShape;
    }
  }

  /** A tensor that never changes. Two constants are equal only if they hold the same array. */
  record Constant(Tensor tensor) implements Source {
    @Override
    public String name() {
      return "constant";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return tensor.shape();
    }
  }

  /**
   * Whole numbers of 8 bits that never change, held as they are: a byte each. They become floats
   * where a program computes with them, for good only if its steps read them as they are; weights
   * that are packed leave nothing but the packed form behind. Two are equal only if they hold the
   * same array.
   *
   * @param bytesShape the shape
   * @param data the numbers, row-major, which must not be written to
   * @param signed whether they are −128 … 127 rather than 0 … 255
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by identity, as the tensors of constants are
  record Bytes(Shape bytesShape, byte[] data, boolean signed) implements Source {
    @Override
    public String name() {
      return "bytes";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.check(
          data.length == bytesShape.elements(),
          this,
          data.length + " numbers are not " + bytesShape,
          inputs);
      return bytesShape;
    }
  }

  /**
   * A mask of independent draws: 1/{@code keep} with probability {@code keep}, else 0.
   *
   * <p>Its input is a key of {@value #KEY_LENGTH} numbers in 0 … 65535: the 16-bit quarters of a
   * 64-bit seed, the most significant first. Element {@code i} depends on key, {@code stream} and
   * {@code i} alone, so that the mask is the same on any number of threads: with {@code s = mix(key
   * ⊕ mix(stream))}, an element is kept if {@code (mix(s + i) >>> 40) · 2⁻²⁴ < keep}, where {@code
   * mix} is {@link dev.fovea.tensor.Seed#mix}.
   */
  record RandomMask(Shape maskShape, float keep, long stream) implements Source {
    /** The number of elements of the key. */
    public static final int KEY_LENGTH = 4;

    @Override
    public String name() {
      return "random_mask";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 1);
      Rules.check(inputs.get(0).elements() == KEY_LENGTH, this, "the key has 4 numbers", inputs);
      return maskShape;
    }
  }

  @Override
  default List<@Nullable Value> gradient(Value y, Value dy) {
    return Gradients.none(y);
  }
}
