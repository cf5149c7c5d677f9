package dev.fovea.op;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An op that brings values into a graph: they are given, learned, fixed or drawn at random. */
public sealed interface Source extends Op {

  /**
   * A tensor that is handed in at each run.
   *
   * @param kind what is handed in
   * @param number which one of its kind, from 0
   * @param inputShape its shape
   */
  record Input(Kind kind, int number, Shape inputShape) implements Source {
    /** What can be handed in. */
    public enum Kind {
      /** What a network reads: pictures, say. */
      SAMPLE,
      /** What a loss compares results with: labels, say. */
      TARGET,
      /** The key that the random masks of a run are drawn with. */
      RANDOM_KEY
    }

    /** Returns input {@code number} of a network. */
    public static Value sample(int number, Shape shape) {
      return Value.of(new Input(Kind.SAMPLE, number, shape));
    }

    /** Returns target {@code number} of a loss. */
    public static Value target(int number, Shape shape) {
      return Value.of(new Input(Kind.TARGET, number, shape));
    }

    /** Returns the key of a run's random masks. */
    public static Value randomKey() {
      return Value.of(new Input(Kind.RANDOM_KEY, 0, Shape.of(RandomMask.KEY_LENGTH)));
    }

    @Override
    public String name() {
      return switch (kind) {
        case SAMPLE -> "input" + number;
        case TARGET -> "target" + number;
        case RANDOM_KEY -> "random_key";
      };
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      return inputShape;
    }
  }

  /**
   * A learned or tracked tensor of a model.
   *
   * @param store the parameters it belongs to
   * @param name its path there, such as {@code 0.weight}
   * @param parameterShape its shape
   */
  record Parameter(ParameterStore store, String name, Shape parameterShape) implements Source {
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
   * Whole numbers of 8 bits that never change. Two are equal only if they hold the same array.
   *
   * @param bytesShape the shape
   * @param data the numbers, row-major, which must not be written to
   * @param elements how a byte is read: {@code INT8} or {@code UINT8}
   */
  @SuppressWarnings("ArrayRecordComponent") // equal by identity, as the tensors of constants are
  record Bytes(Shape bytesShape, byte[] data, ElementType elements) implements Source {
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

    @Override
    public ElementType type(List<ElementType> inputs) {
      Rules.check(elements.bytes() == 1, this, "bytes are no " + elements, List.of());
      return elements;
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
