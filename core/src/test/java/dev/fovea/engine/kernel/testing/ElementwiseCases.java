package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Reduction;
import dev.fovea.op.Source;
import dev.fovea.op.UnaryFunction;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for functions of elements, reductions and random masks. */
final class ElementwiseCases {
  private static final int[] EXTENTS = {1, 2, 3, 5, 7, 8, 13, 15, 16, 17, 31, 33, 63, 65};

  private ElementwiseCases() {}

  /** Returns one of each kind of activation, some with two slopes. */
  static List<Activation> activations() {
    return List.of(
        Activation.IDENTITY,
        Activation.RELU,
        Activation.clippedRelu(0.75f),
        Activation.leakyRelu(0.01f),
        Activation.leakyRelu(1.5f),
        Activation.elu(1),
        Activation.elu(0.3f),
        Activation.SIGMOID,
        Activation.TANH,
        Activation.SOFTPLUS);
  }

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    unary(cases);
    activation(cases);
    binary(cases);
    reduction(cases);
    masks(cases);
    conversions(cases);
    return cases;
  }

  private static void unary(List<OpCase> cases) {
    for (UnaryFunction f : UnaryFunction.values()) {
      boolean positive = f == UnaryFunction.LOG || f == UnaryFunction.SQRT;
      boolean pole = f == UnaryFunction.RECIPROCAL;
      Fill fill = positive || pole ? Fill.POSITIVE : Fill.SYMMETRIC;
      for (int n : EXTENTS) {
        cases.add(OpCase.of("n=" + n, new Elementwise.Unary(f), fill, Shape.of(n)));
      }
      cases.add(OpCase.of("scalar", new Elementwise.Unary(f), fill, Shape.scalar()));
      cases.add(OpCase.of("long", new Elementwise.Unary(f), fill, Shape.of(3, 61, 67, 17)));
    }
    for (UnaryFunction f :
        List.of(UnaryFunction.NEGATE, UnaryFunction.SQUARE, UnaryFunction.SIGN)) {
      cases.add(OpCase.of("±100 and 0", new Elementwise.Unary(f), Fill.WIDE, Shape.of(77)));
    }
    cases.add(
        OpCase.of("±8", new Elementwise.Unary(UnaryFunction.ERF), Fill.MODERATE, Shape.of(2049)));
    cases.add(
        OpCase.of("±100 and 0", new Elementwise.Unary(UnaryFunction.ERF), Fill.WIDE, Shape.of(77)));
    cases.add(
        OpCase.of("±8", new Elementwise.Unary(UnaryFunction.EXP), Fill.MODERATE, Shape.of(257)));
  }

  private static void activation(List<OpCase> cases) {
    for (Activation a : activations()) {
      String alpha = "alpha=" + a.alpha();
      for (int n : EXTENTS) {
        cases.add(OpCase.of(alpha, new Elementwise.Activate(a), Fill.MODERATE, Shape.of(n)));
        cases.add(
            OpCase.of(
                alpha,
                new Elementwise.ActivateGradient(a),
                Fill.POSITIVE,
                Shape.of(n),
                Shape.of(n)));
      }
      Shape large = Shape.of(2, 37, 41, 17);
      cases.add(OpCase.of(alpha + " ±100", new Elementwise.Activate(a), Fill.WIDE, Shape.of(400)));
      cases.add(OpCase.of(alpha + " long", new Elementwise.Activate(a), Fill.MODERATE, large));
      cases.add(OpCase.of(alpha + " ties", new Elementwise.Activate(a), Fill.TIES, Shape.of(19)));
      if (a.kind() != Activation.Kind.SOFTPLUS) {
        var gradient = new Elementwise.ActivateGradient(a);
        cases.add(OpCase.of(alpha + " long", gradient, large, large));
      }
    }
  }

  private static void binary(List<OpCase> cases) {
    for (BinaryFunction f : BinaryFunction.values()) {
      var op = new Elementwise.Binary(f);
      for (int n : EXTENTS) {
        cases.add(OpCase.of("same", op, Fill.POSITIVE, Shape.of(n), Shape.of(n)));
      }
      pair(cases, op, "long", Shape.of(3, 61, 67, 17), Shape.of(3, 61, 67, 17));
      pair(cases, op, "number", Shape.of(5, 13), Shape.scalar());
      pair(cases, op, "number with itself", Shape.scalar(), Shape.scalar());
      pair(cases, op, "bias", Shape.of(2, 5, 7, 17), Shape.of(17));
      pair(cases, op, "bias 3", Shape.of(3, 31, 33, 3), Shape.of(3));
      pair(cases, op, "per row", Shape.of(33, 15), Shape.of(33, 1));
      pair(cases, op, "per image", Shape.of(3, 5, 7, 16), Shape.of(3, 1, 1, 16));
      pair(cases, op, "per image, wide", Shape.of(3, 5, 7, 33), Shape.of(3, 1, 1, 33));
      pair(cases, op, "per plane", Shape.of(2, 3, 5, 31, 17), Shape.of(2, 3, 1, 31, 17));
      pair(cases, op, "middle", Shape.of(3, 1, 7, 2), Shape.of(3, 5, 7, 2));
      pair(cases, op, "both ways", Shape.of(3, 1, 7, 1), Shape.of(5, 1, 31));
      pair(cases, op, "outer", Shape.of(65, 1), Shape.of(1, 63));
      pair(cases, op, "ones", Shape.of(1, 1, 1), Shape.of(1));
      cases.add(OpCase.of("ties", op, Fill.TIES, Shape.of(65), Shape.of(65)));
    }
  }

  /** Adds the case and the one with its inputs exchanged. */
  private static void pair(List<OpCase> cases, Elementwise op, String name, Shape a, Shape b) {
    cases.add(OpCase.of(name, op, Fill.POSITIVE, a, b));
    if (!a.equals(b)) {
      cases.add(OpCase.of(name + ", exchanged", op, Fill.POSITIVE, b, a));
    }
  }

  private static void reduction(List<OpCase> cases) {
    for (Reduction.Kind kind : Reduction.Kind.values()) {
      for (int n : EXTENTS) {
        reduce(cases, kind, Shape.of(n), 0);
        reduce(cases, kind, Shape.of(n, 17), 0);
        reduce(cases, kind, Shape.of(17, n), 1);
      }
      reduce(cases, kind, Shape.scalar());
      reduce(cases, kind, Shape.of(3, 5, 7, 16));
      reduce(cases, kind, Shape.of(3, 5, 7, 16), 1, 2);
      reduce(cases, kind, Shape.of(3, 5, 7, 37), 0, 1, 2);
      reduce(cases, kind, Shape.of(3, 5, 7, 6), 0, 2);
      reduce(cases, kind, Shape.of(3, 5, 7, 6), 1, 3);
      reduce(cases, kind, Shape.of(3, 5, 7, 6), 0, 1, 2, 3);
      reduce(cases, kind, Shape.of(1, 1, 1), 0, 1, 2);
      reduce(cases, kind, Shape.of(5, 41, 43, 17), 0, 1, 2);
      reduce(cases, kind, Shape.of(5, 41, 43, 17), 1, 2);
      reduce(cases, kind, Shape.of(100_003), 0);
      reduce(cases, kind, Shape.of(3, 20_001), 1);
      cases.add(OpCase.of("ties", new Reduction(kind, Ints.of(1)), Fill.TIES, Shape.of(7, 33)));
    }
  }

  private static void reduce(List<OpCase> cases, Reduction.Kind kind, Shape x, int... axes) {
    cases.add(OpCase.of("axes " + Ints.of(axes), new Reduction(kind, Ints.of(axes)), x));
  }

  /** Every number of 8 bits, and more than one task of them; floats in and out of bounds. */
  private static void conversions(List<OpCase> cases) {
    for (ElementType type : List.of(ElementType.INT8, ElementType.UINT8)) {
      for (int n : new int[] {1, 17, 256, 300_007}) {
        Shape s = Shape.of(n);
        var to = new Elementwise.Convert(ElementType.FLOAT32, type);
        cases.add(OpCase.of("halves to " + type, to, Fill.HALVES, s));
        var from = new Elementwise.Convert(type, ElementType.FLOAT32);
        cases.add(OpCase.of("from " + type, from, Fill.BYTES, s).with(type));
      }
    }
    bytes(cases, new Movement.Transpose(Ints.of(1, 0)), Shape.of(35, 3));
    bytes(cases, new Movement.Slice(Ints.of(1, 2), Shape.of(30, 5)), Shape.of(33, 9));
    bytes(cases, new Movement.Broadcast(Shape.of(4, 3, 7)), Shape.of(3, 1));
    bytes(cases, new Movement.Reshape(Shape.of(21)), Shape.of(3, 7));
    bytes(cases, new Movement.Concat(1), Shape.of(5, 3), Shape.of(5, 17));
  }

  private static void bytes(List<OpCase> cases, Movement op, Shape... shapes) {
    cases.add(OpCase.of("bytes", op, Fill.BYTES, shapes).with(ElementType.INT8));
  }

  private static void masks(List<OpCase> cases) {
    for (float keep : new float[] {0.1f, 0.5f, 0.8f, 1}) {
      for (Shape s : List.of(Shape.of(1), Shape.of(3, 17), Shape.of(2, 65, 67, 33))) {
        var op = new Source.RandomMask(s, keep, 7 + s.elements());
        cases.add(OpCase.of("keep " + keep, op, Fill.KEY, Shape.of(4)));
      }
    }
  }
}
