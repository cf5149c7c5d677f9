package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Reduction;
import dev.fovea.op.Regions;
import dev.fovea.op.Sampling;
import dev.fovea.op.Scan;
import dev.fovea.op.Selection;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Every op in double precision, written from its definition and as plainly as can be: what kernels
 * and gradients are held against. It shares no code with any kernel.
 */
public final class Reference {
  private Reference() {}

  /**
   * Returns the value of a graph.
   *
   * @param value the result wanted
   * @param given the values that are handed in; constants need not be
   */
  public static double[] evaluate(Value value, Map<Value, double[]> given) {
    return evaluator(given).apply(value);
  }

  /**
   * Returns what gives the values of graphs; those that several have in common it computes once.
   */
  public static Function<Value, double[]> evaluator(Map<Value, double[]> given) {
    Map<Value, double[]> known = new HashMap<>(given);
    return value -> known(value, known);
  }

  private static double[] known(Value value, Map<Value, double[]> known) {
    double[] have = known.get(value);
    if (have != null) {
      return have;
    }
    List<double[]> inputs = new ArrayList<>();
    for (Value input : value.inputs()) {
      inputs.add(known(input, known));
    }
    double[] result = apply(value.op(), value.inputs().stream().map(Value::shape).toList(), inputs);
    known.put(value, result);
    return result;
  }

  /** Returns the result of one op. */
  public static double[] apply(Op op, List<Shape> shapes, List<double[]> inputs) {
    List<Nd> in = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      in.add(new Nd(shapes.get(i), inputs.get(i)));
    }
    Nd out = Nd.zeros(op.shape(shapes));
    switch (op) {
      case Source s -> source(s, in, out);
      case Elementwise e -> elementwise(e, in, out);
      case Reduction r -> reduction(r, in.get(0), out);
      case Movement m -> movement(m, in, out);
      case Sampling a -> sampling(a, in, out);
      case Contraction c -> ReferenceContractions.apply(c, in, out);
      case Pooling p -> ReferencePooling.apply(p, in, out);
      case Regions r -> ReferenceRegions.apply(r, in, out);
      case Selection s -> ReferenceSelections.apply(s, in, out);
      case Normalization n -> ReferenceNormalizations.apply(n, in, out);
      case Quantized q -> ReferenceQuantized.apply(q, in, out);
      case HostCall h -> hostCall(h, in, out);
      case Scan s -> ReferenceScan.apply(s, in, out);
    }
    return out.data();
  }

  /** The function is its own specification: what is tested is that kernels call it. */
  private static void hostCall(HostCall op, List<Nd> in, Nd out) {
    float[] result = new float[out.data().length];
    op.function().apply(in.stream().map(Reference::floats).toList(), FloatBuffer.wrap(result));
    for (int i = 0; i < result.length; i++) {
      out.data()[i] = result[i];
    }
  }

  private static FloatBuffer floats(Nd x) {
    FloatBuffer buffer = FloatBuffer.allocate(x.data().length);
    for (double d : x.data()) {
      buffer.put((float) d);
    }
    return buffer.flip();
  }

  private static void source(Source op, List<Nd> in, Nd out) {
    switch (op) {
      case Source.Constant c -> {
        for (int i = 0; i < out.data().length; i++) {
          out.data()[i] = c.tensor().data()[i];
        }
      }
      case Source.Bytes b -> {
        for (int i = 0; i < out.data().length; i++) {
          byte x = b.data()[i];
          out.data()[i] = b.elements() == ElementType.INT8 ? x : Byte.toUnsignedInt(x);
        }
      }
      case Source.RandomMask m -> mask(m, in.get(0).data(), out.data());
      case Source.Input i -> throw new IllegalArgumentException("not given: " + i);
      case Source.Parameter p -> throw new IllegalArgumentException("not given: " + p);
    }
  }

  private static double converted(Elementwise.Convert op, double x) {
    if (op.from() == ElementType.UINT8) {
      return (int) x & 0xFF;
    }
    return switch (op.to()) {
      case INT8 -> Double.isNaN(x) ? 0 : Math.clamp(Math.rint(x), -128.0, 127.0);
      case UINT8 -> Double.isNaN(x) ? 0 : Math.clamp(Math.rint(x), 0.0, 255.0);
      default -> x;
    };
  }

  private static void mask(Source.RandomMask op, double[] key, double[] out) {
    long bits = 0;
    for (int i = 0; i < 4; i++) {
      bits |= (long) key[i] << (48 - 16 * i);
    }
    long s = Seed.mix(bits ^ Seed.mix(op.stream()));
    for (int i = 0; i < out.length; i++) {
      double draw = (Seed.mix(s + i) >>> 40) / 16777216.0;
      out[i] = draw < op.keep() ? 1.0 / op.keep() : 0;
    }
  }

  private static void elementwise(Elementwise op, List<Nd> in, Nd out) {
    Nd a = in.get(0);
    Nd b = in.get(in.size() - 1);
    double[] y = out.data();
    switch (op) {
      case Elementwise.Unary u -> Arrays.setAll(y, i -> u.function().apply(a.data()[i]));
      case Elementwise.Activate f -> Arrays.setAll(y, i -> f.activation().apply(a.data()[i]));
      case Elementwise.ActivateGradient g ->
          Arrays.setAll(y, i -> b.data()[i] * g.activation().slope(a.data()[i]));
      case Elementwise.Convert c -> Arrays.setAll(y, i -> converted(c, a.data()[i]));
      case Elementwise.Binary f ->
          Nd.each(out.shape(), i -> out.set(f.function().apply(a.broadcast(i), b.broadcast(i)), i));
    }
  }

  private static void reduction(Reduction op, Nd x, Nd out) {
    boolean sum = op.kind() == Reduction.Kind.SUM;
    Arrays.fill(out.data(), sum ? 0 : Double.NEGATIVE_INFINITY);
    Nd.each(
        x.shape(),
        i -> {
          int[] to = i.clone();
          for (int axis : op.axes().toArray()) {
            to[axis] = 0;
          }
          double v = x.get(i);
          out.set(sum ? out.get(to) + v : Math.max(out.get(to), v), to);
        });
  }

  private static void movement(Movement op, List<Nd> in, Nd out) {
    Nd x = in.get(0);
    switch (op) {
      case Movement.Reshape _ -> System.arraycopy(x.data(), 0, out.data(), 0, out.data().length);
      case Movement.Transpose t -> Nd.each(out.shape(), i -> out.set(x.get(undo(t, i)), i));
      case Movement.Slice s ->
          Nd.each(out.shape(), i -> out.set(x.get(moved(i, s.begin().toArray())), i));
      case Movement.Pad p -> {
        Arrays.fill(out.data(), p.value());
        Nd.each(x.shape(), i -> out.set(x.get(i), moved(i, p.before().toArray())));
      }
      case Movement.Broadcast _ -> Nd.each(out.shape(), i -> out.set(x.broadcast(i), i));
      case Movement.Concat c -> concat(c.axis(), in, out);
      case Movement.OneHot _ ->
          Nd.each(
              out.shape(),
              i -> out.set(x.get(Arrays.copyOf(i, i.length - 1)) == i[i.length - 1] ? 1 : 0, i));
      case Movement.Pack _ ->
          throw new IllegalArgumentException("a packed layout has no reference");
    }
  }

  private static void sampling(Sampling op, List<Nd> in, Nd out) {
    switch (op) {
      case Sampling.Resample r ->
          Nd.each(
              out.shape(),
              i -> {
                int[] from = i.clone();
                double sum = 0;
                int place = i[r.axis()];
                for (int t = r.taps().begin(place); t < r.taps().begin(place + 1); t++) {
                  from[r.axis()] = r.taps().source(t);
                  sum += r.taps().weight(t) * in.get(0).get(from);
                }
                out.set(sum, i);
              });
      case Sampling.Gather _ ->
          Nd.each(
              out.shape(),
              i -> {
                double number = in.get(1).get(Arrays.copyOf(i, i.length - 1));
                boolean there =
                    number >= 0 && number < in.get(0).shape().dim(0) && number == Math.rint(number);
                out.set(there ? in.get(0).get((int) number, i[i.length - 1]) : 0, i);
              });
      case Sampling.ScatterAdd _ ->
          Nd.each(
              in.get(1).shape(),
              i -> {
                double number = in.get(0).get(Arrays.copyOf(i, i.length - 1));
                if (number >= 0 && number < out.shape().dim(0)) {
                  int[] to = {(int) number, i[i.length - 1]};
                  out.set(out.get(to) + in.get(1).get(i), to);
                }
              });
    }
  }

  /** Returns where in the input the element {@code i} of the transposed result lies. */
  private static int[] undo(Movement.Transpose op, int[] i) {
    int[] from = new int[i.length];
    for (int axis = 0; axis < i.length; axis++) {
      from[op.order().get(axis)] = i[axis];
    }
    return from;
  }

  private static int[] moved(int[] i, int[] by) {
    int[] to = i.clone();
    for (int axis = 0; axis < to.length; axis++) {
      to[axis] += by[axis];
    }
    return to;
  }

  private static void concat(int axis, List<Nd> in, Nd out) {
    int begin = 0;
    for (Nd x : in) {
      int[] by = new int[x.shape().rank()];
      by[axis] = begin;
      Nd.each(x.shape(), i -> out.set(x.get(i), moved(i, by)));
      begin += x.shape().dim(axis);
    }
  }
}
