package dev.fovea.engine.compile;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Grid;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Steps;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The values of a graph whose elements unsigned bytes stand for: what was rounded, and what
 * subtracts a zero, multiplies by a scale, moves elements or takes the largest of such.
 */
final class StoredBytes {
  /** Beyond this a zero is no whole number of a grid. */
  private static final float MOST = 1 << 20;

  private final Map<Value, Stored> known = new IdentityHashMap<>();

  /**
   * Bytes and what they stand for.
   *
   * @param bytes a value of the new graph
   * @param steps the elements of the value of the old graph, as steps
   */
  record Stored(Value bytes, Steps steps) {
    /** Returns the elements as floats, in the new graph. */
    Value floats() {
      return Value.of(new Quantized.Dequantize(steps), bytes);
    }
  }

  /** Returns the bytes that stand for a value of the old graph, or null if there are none. */
  @Nullable Stored of(Value v) {
    return known.get(v);
  }

  /** Returns the bytes of whole numbers q − zero, or null if there are none. */
  @Nullable Stored numbers(Value v) {
    Stored s = known.get(v);
    return s != null && s.steps().scale() == 1 ? s : null;
  }

  /** Remembers the bytes that stand for a value. */
  Stored put(Value v, Stored stored) {
    known.put(v, stored);
    return stored;
  }

  /** Returns the bytes of a value that are those of its inputs otherwise read or moved, or null. */
  @Nullable Stored derived(Value v) {
    return switch (v.op()) {
      case Elementwise.Binary(BinaryFunction f) -> read(v, f);
      case Movement.Reshape _, Movement.Transpose _, Movement.Slice _, Movement.Concat _ ->
          moved(v);
      case Pooling.MaxPool p when meetsImage(p) -> moved(v);
      default -> null;
    };
  }

  /** Returns whether each window meets an element that is no padding. */
  private static boolean meetsImage(Pooling.MaxPool p) {
    boolean dense = p.window().dilationHeight() == 1 && p.window().dilationWidth() == 1;
    return dense || !p.window().padded();
  }

  private @Nullable Stored read(Value v, BinaryFunction f) {
    Stored x = numbers(v.input(0));
    float c = number(v.input(1));
    if (x == null || !v.input(0).shape().equals(v.shape())) {
      return null;
    }
    int zero = x.steps().zero();
    if (f == BinaryFunction.SUBTRACT && c == Math.rint(c) && Math.abs(c) < MOST) {
      return new Stored(x.bytes(), new Steps(1, zero + (int) c));
    }
    boolean scales = f == BinaryFunction.MULTIPLY && c > 0 && Float.isFinite(c);
    return scales ? new Stored(x.bytes(), new Steps(c, zero)) : null;
  }

  private @Nullable Stored moved(Value v) {
    Stored first = known.get(v.input(0));
    List<Value> bytes = new ArrayList<>();
    for (Value in : v.inputs()) {
      Stored s = known.get(in);
      if (first == null || s == null || !s.steps().equals(first.steps())) {
        return null;
      }
      bytes.add(s.bytes());
    }
    return first == null ? null : new Stored(Value.of(v.op(), bytes), first.steps());
  }

  /** Returns the number that a constant holds in all its elements, or NaN. */
  static float number(Value v) {
    return switch (v.op()) {
      case Source.Constant(Tensor t) -> number(t.data().length, i -> t.data()[i]);
      case Source.Bytes b -> number(b.data().length, i -> whole(b, i));
      case Elementwise.Convert c when c.to() == ElementType.FLOAT32 -> number(v.input(0));
      default -> Float.NaN;
    };
  }

  private static float number(int n, IntToDoubleFunction element) {
    double first = n == 0 ? Double.NaN : element.applyAsDouble(0);
    for (int i = 1; i < n; i++) {
      if (element.applyAsDouble(i) != first) {
        return Float.NaN;
      }
    }
    return (float) first;
  }

  private static int whole(Source.Bytes bytes, int i) {
    byte b = bytes.data()[i];
    return bytes.elements() == ElementType.INT8 ? b : Byte.toUnsignedInt(b);
  }

  /**
   * Returns fixed whole numbers as signed bytes in the new graph, or null if they are something
   * else: bytes of the graph less a zero, perhaps moved.
   *
   * @param now the value in the new graph
   */
  static @Nullable Value signed(Value v, Value now) {
    float zero = 0;
    Value at = v;
    boolean plain = true;
    while (!(at.op() instanceof Source.Bytes)) {
      Op op = at.op();
      if (Grid.left(at, BinaryFunction.SUBTRACT) != null) {
        zero += number(at.input(1));
      } else if (op instanceof Movement.Reshape || op instanceof Movement.Transpose) {
        plain = false;
      } else if (!(op instanceof Elementwise.Convert)) {
        return null;
      }
      at = at.input(0);
    }
    Source.Bytes bytes = (Source.Bytes) at.op();
    boolean direct = plain && zero == 0 && bytes.elements() == ElementType.INT8;
    return direct ? at : fits(bytes, zero) ? now.to(ElementType.INT8) : null;
  }

  private static boolean fits(Source.Bytes bytes, float zero) {
    if (zero != Math.rint(zero)) {
      return false; // it is no whole number, or differs from place to place
    }
    for (int i = 0; i < bytes.data().length; i++) {
      float w = whole(bytes, i) - zero;
      if (w < Byte.MIN_VALUE || w > Byte.MAX_VALUE) {
        return false;
      }
    }
    return true;
  }
}
