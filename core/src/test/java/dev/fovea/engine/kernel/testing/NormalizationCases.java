package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Normalization;
import dev.fovea.op.Op;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for softmax, batch normalisation and local response normalisation. */
final class NormalizationCases {
  private NormalizationCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Op op : List.of(new Normalization.Softmax(), new Normalization.LogSoftmax())) {
      for (int n : new int[] {1, 2, 3, 5, 7, 10, 13, 15, 16, 17, 31, 33, 63, 65, 1000}) {
        cases.add(OpCase.of("row", op, Fill.MODERATE, Shape.of(3, n)));
        cases.add(OpCase.of("±100", op, Fill.WIDE, Shape.of(2, n)));
      }
      cases.add(OpCase.of("vector", op, Shape.of(10)));
      cases.add(OpCase.of("images", op, Shape.of(2, 5, 7, 3)));
      cases.add(OpCase.of("ties", op, Fill.TIES, Shape.of(7, 13)));
      cases.add(OpCase.of("many rows", op, Fill.MODERATE, Shape.of(7003, 10)));
    }
    for (int channels : new int[] {1, 3, 6, 16, 17, 37, 64}) {
      batchNorm(cases, Shape.of(3, 5, 7, channels));
      batchNorm(cases, Shape.of(2, channels));
    }
    batchNorm(cases, Shape.of(1, 1, 1, 5));
    batchNorm(cases, Shape.of(1, 2, 1, 1));
    batchNorm(cases, Shape.of(2, 33, 31, 17));
    batchNorm(cases, Shape.of(3, 65, 67, 3));
    for (int channels : new int[] {1, 2, 3, 5, 7, 15, 16, 17, 31, 33, 65, 96}) {
      response(cases, 5, 0.75f, Shape.of(2, 2, 3, channels));
    }
    for (int size : new int[] {1, 2, 3, 4, 8, 9}) {
      response(cases, size, 0.75f, Shape.of(3, 17));
      response(cases, size, 0.6f, Shape.of(2, 7));
    }
    response(cases, 5, 0.75f, Shape.of(19));
    response(cases, 5, 0.75f, Shape.of(2, 33, 31, 37));
    return cases;
  }

  private static void batchNorm(List<OpCase> cases, Shape x) {
    float epsilon = 1e-5f;
    int c = x.dim(-1);
    Shape rows = Shape.of(2, c);
    Shape row = Shape.of(c);
    cases.add(OpCase.of("moments", new Normalization.BatchMoments(), x));
    cases.add(OpCase.of("large mean", new Normalization.BatchMoments(), Fill.SHIFTED, x));
    cases.add(OpCase.of("step", new Normalization.BatchMoments(), Fill.STEP, x));
    cases.add(
        new OpCase(
            "normal",
            new Normalization.BatchNorm(epsilon),
            List.of(x, rows, row, row),
            List.of(Fill.SYMMETRIC, Fill.MOMENTS, Fill.SYMMETRIC, Fill.SYMMETRIC)));
    cases.add(
        new OpCase(
            "sums",
            new Normalization.BatchNormSums(epsilon),
            List.of(x, rows, x),
            List.of(Fill.SYMMETRIC, Fill.MOMENTS, Fill.SYMMETRIC)));
    cases.add(
        new OpCase(
            "gradient",
            new Normalization.BatchNormInputGradient(epsilon),
            List.of(x, rows, row, rows, x),
            List.of(Fill.SYMMETRIC, Fill.MOMENTS, Fill.SYMMETRIC, Fill.MODERATE, Fill.SYMMETRIC)));
    rectified(cases, x);
  }

  private static void response(List<OpCase> cases, int size, float beta, Shape x) {
    String name = "size " + size + " β " + beta;
    var norm = new Normalization.LocalResponseNorm(size, 0.7f, beta, 1.5f);
    cases.add(OpCase.of(name, norm, Fill.MODERATE, x));
    cases.add(
        new OpCase(
            name,
            new Normalization.LocalResponseNormGradient(norm),
            List.of(x, x),
            List.of(Fill.MODERATE, Fill.SYMMETRIC)));
    var usual = new Normalization.LocalResponseNorm(size, 1e-4f, beta, 1);
    cases.add(OpCase.of(name + " usual", usual, Fill.WIDE, x));
  }

  /** What passes make of a normalisation and its backward pass: a residual and a ReLU moved in. */
  private static void rectified(List<OpCase> cases, Shape x) {
    float epsilon = 1e-5f;
    Shape rows = Shape.of(2, x.dim(-1));
    Shape row = Shape.of(x.dim(-1));
    Fill f = Fill.SYMMETRIC;
    Epilogue none = Epilogue.NONE;
    Epilogue relu = none.with(Activation.RELU);
    for (Epilogue e : List.of(none, relu, none.with(Activation.elu(0.5f)), none.withSilu())) {
      String name = e.function();
      cases.add(
          new OpCase(
              "residual and " + name,
              new Normalization.BatchNorm(epsilon, e.withResidual()),
              List.of(x, rows, row, row, x),
              List.of(f, Fill.MOMENTS, f, f, f)));
      cases.add(
          new OpCase(
              "and " + name,
              new Normalization.BatchNorm(epsilon, e),
              List.of(x, rows, row, row),
              List.of(f, Fill.MOMENTS, f, f)));
    }
    cases.add(
        new OpCase(
            "and silu of ±100",
            new Normalization.BatchNorm(epsilon, none.withSilu()),
            List.of(x, rows, row, row),
            List.of(Fill.WIDE, Fill.MOMENTS, Fill.POSITIVE, f)));
    cases.add(
        new OpCase(
            "rectified sums",
            new Normalization.BatchNormSums(epsilon, true),
            List.of(x, rows, x, row, row),
            List.of(f, Fill.MOMENTS, f, f, f)));
    cases.add(
        new OpCase(
            "rectified gradient",
            new Normalization.BatchNormInputGradient(epsilon, true),
            List.of(x, rows, row, rows, x, row),
            List.of(f, Fill.MOMENTS, f, Fill.MODERATE, f, f)));
  }
}
