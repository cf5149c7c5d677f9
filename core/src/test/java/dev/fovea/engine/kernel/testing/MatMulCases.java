package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Activation;
import dev.fovea.op.Contraction;
import dev.fovea.op.Epilogue;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cases for the matrix product. */
final class MatMulCases {
  private static final int[] EXTENTS = {1, 2, 3, 5, 7, 13, 15, 16, 17, 31, 33, 63, 65};

  private MatMulCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (int e : EXTENTS) {
      for (boolean transposeA : new boolean[] {false, true}) {
        for (boolean transposeB : new boolean[] {false, true}) {
          cases.add(product(transposeA, transposeB, e, 17, 16));
          cases.add(product(transposeA, transposeB, 7, e, 33));
          cases.add(product(transposeA, transposeB, 6, 13, e));
        }
      }
    }
    large(cases);
    fewRows(cases);
    batched(cases);
    epilogues(cases);
    return cases;
  }

  private static OpCase product(boolean ta, boolean tb, int m, int k, int n) {
    Shape a = ta ? Shape.of(k, m) : Shape.of(m, k);
    Shape b = tb ? Shape.of(n, k) : Shape.of(k, n);
    return OpCase.of(text(ta, tb), new Contraction.MatMul(ta, tb), a, b);
  }

  private static String text(boolean ta, boolean tb) {
    return "A" + (ta ? "ᵀ" : "") + "·B" + (tb ? "ᵀ" : "");
  }

  private static void large(List<OpCase> cases) {
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        cases.add(product(ta, tb, 65, 127, 129));
        cases.add(product(ta, tb, 1, 700, 1030));
        cases.add(product(ta, tb, 3, 9001, 5));
        cases.add(product(ta, tb, 200, 1, 300));
        cases.add(product(ta, tb, 130, 300, 1));
      }
    }
    // Rows at a distance that is a power of two, and numbers of rows that do and do not fill tiles.
    for (int m : new int[] {14, 23, 29}) {
      cases.add(product(false, false, m, 1024, 300));
    }
  }

  /** Few rows beside a matrix that is too large for caches, as dense layers have it. */
  private static void fewRows(List<OpCase> cases) {
    for (int m : new int[] {1, 2, 3, 5, 8, 32}) {
      cases.add(product(false, false, m, 259, 1030));
      cases.add(product(false, true, m, 1030, 259));
      cases.add(product(true, false, 259, m, 1030));
    }
    Epilogue all = new Epilogue(true, true, Activation.RELU);
    for (Epilogue e :
        List.of(Epilogue.NONE.withBias(), all, all.with(Activation.TANH), all.withSilu())) {
      cases.add(finished(e, false, Shape.of(6, 263), Shape.of(263, 1001)));
      cases.add(finished(e, true, Shape.of(6, 263), Shape.of(1001, 263)));
      cases.add(finished(e, false, Shape.of(2, 1, 263), Shape.of(263, 1001)));
    }
  }

  private static void batched(List<OpCase> cases) {
    for (boolean ta : new boolean[] {false, true}) {
      for (boolean tb : new boolean[] {false, true}) {
        Shape a = ta ? Shape.of(3, 5, 7) : Shape.of(3, 7, 5);
        Shape b = tb ? Shape.of(3, 17, 5) : Shape.of(3, 5, 17);
        cases.add(OpCase.of("batch " + text(ta, tb), new Contraction.MatMul(ta, tb), a, b));
        Shape a4 = a.prepend(2);
        Shape b4 = b.prepend(2);
        cases.add(OpCase.of("batch 2×3 " + text(ta, tb), new Contraction.MatMul(ta, tb), a4, b4));
      }
    }
    for (boolean tb : new boolean[] {false, true}) {
      Shape b = tb ? Shape.of(17, 5) : Shape.of(5, 17);
      var op = new Contraction.MatMul(false, tb);
      cases.add(OpCase.of("one B for all", op, Shape.of(3, 7, 5), b));
      cases.add(OpCase.of("one B for all, rank 4", op, Shape.of(2, 3, 7, 5), b));
    }
  }

  private static void epilogues(List<OpCase> cases) {
    for (Epilogue e : ConvolutionCases.epilogues()) {
      cases.add(finished(e, false, Shape.of(7, 13), Shape.of(13, 33)));
      cases.add(finished(e, true, Shape.of(3, 17), Shape.of(10, 17)));
      cases.add(finished(e, false, Shape.of(1, 120), Shape.of(120, 84)));
    }
    Epilogue all = new Epilogue(true, true, Activation.RELU);
    for (Epilogue e : List.of(Epilogue.NONE.withBias(), all)) {
      cases.add(finished(e, false, Shape.of(3, 1, 2), Shape.of(3, 2, 2)));
      cases.add(finished(e, false, Shape.of(3, 7, 13), Shape.of(3, 13, 6)));
      cases.add(finished(e, true, Shape.of(2, 3, 5, 17), Shape.of(2, 3, 33, 17)));
      cases.add(finished(e, false, Shape.of(5, 33, 65), Shape.of(5, 65, 130)));
      cases.add(finished(e, true, Shape.of(4, 7, 9), Shape.of(10, 9)));
    }
    cases.add(finished(all, false, Shape.of(2, 9001), Shape.of(9001, 5)));
    cases.add(finished(all, true, Shape.of(2, 9001), Shape.of(5, 9001)));
    cases.add(finished(all, false, Shape.of(2, 65), Shape.of(65, 1100)));
  }

  private static OpCase finished(Epilogue e, boolean tb, Shape a, Shape b) {
    int n = b.dim(tb ? -2 : -1);
    List<Shape> shapes = new ArrayList<>(List.of(a, b));
    if (e.bias()) {
      shapes.add(Shape.of(n));
    }
    if (e.residual()) {
      shapes.add(a.withDim(-1, n));
    }
    var op = new Contraction.MatMul(false, tb, e, Optional.empty());
    return new OpCase(e.toString(), op, shapes, shapes.stream().map(_ -> Fill.SYMMETRIC).toList());
  }
}
