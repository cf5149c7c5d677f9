package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Interpolation;
import dev.fovea.op.Sampling;
import dev.fovea.op.Taps;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for ops that read chosen places. */
final class SamplingCases {
  private SamplingCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Interpolation kind : Interpolation.values()) {
      resample(cases, kind, Shape.of(2, 5, 7, 3), 1, 8);
      resample(cases, kind, Shape.of(2, 5, 7, 3), 2, 3);
      resample(cases, kind, Shape.of(3, 17), 1, 33);
      resample(cases, kind, Shape.of(17), 0, 1);
      resample(cases, kind, Shape.of(1, 2, 1), 2, 5);
      resample(cases, kind, Shape.of(2, 31, 33, 17), 2, 65);
      resample(cases, kind, Shape.of(2, 5, 71), 1, 9);
    }
    Taps back = Interpolation.CUBIC.taps(7, 3, true).transposed();
    cases.add(OpCase.of("back", new Sampling.Resample(1, back), Shape.of(4, 3, 5)));
    Taps unused = Interpolation.NEAREST.taps(9, 4, false).transposed();
    cases.add(OpCase.of("places of nothing", new Sampling.Resample(0, unused), Shape.of(4, 5)));
    cases.add(OpCase.of("places of nothing", new Sampling.Resample(0, unused), Shape.of(4, 67)));
    cases.add(OpCase.of("places of nothing", new Sampling.Resample(0, unused), Shape.of(4, 20)));
    gather(cases, Shape.of(12, 5), Shape.of(9));
    gather(cases, Shape.of(11, 17), Shape.of(3, 7));
    gather(cases, Shape.of(5, 1), Shape.scalar());
    gather(cases, Shape.of(13, 33), Shape.of(2049));
    return cases;
  }

  private static void resample(
      List<OpCase> cases, Interpolation kind, Shape x, int axis, int extent) {
    for (boolean corners : new boolean[] {false, true}) {
      var op = new Sampling.Resample(axis, kind.taps(x.dim(axis), extent, corners));
      cases.add(OpCase.of(kind + " to " + extent + (corners ? ", corners" : ""), op, x));
    }
  }

  private static void gather(List<OpCase> cases, Shape table, Shape numbers) {
    cases.add(
        new OpCase(
            "rows",
            new Sampling.Gather(),
            List.of(table, numbers),
            List.of(Fill.SYMMETRIC, Fill.INDICES)));
    Shape found = new Sampling.Gather().shape(List.of(table, numbers));
    cases.add(
        new OpCase(
            "rows",
            new Sampling.ScatterAdd(table.dim(0)),
            List.of(numbers, found),
            List.of(Fill.INDICES, Fill.SYMMETRIC)));
  }
}
