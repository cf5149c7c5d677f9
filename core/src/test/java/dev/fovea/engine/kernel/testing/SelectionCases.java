package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Selection;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for choices of numbers and boxes. */
final class SelectionCases {
  private SelectionCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (int n : new int[] {1, 2, 3, 7, 16, 33, 100}) {
      cases.add(OpCase.of("all", new Selection.Largest(n), Shape.of(3, n)));
      cases.add(OpCase.of("ties", new Selection.Largest(1 + n / 2), Fill.TIES, Shape.of(2, 2, n)));
      suppress(cases, "", new Selection.Suppress(0.5f, -1, n), Shape.of(2, 3, n));
      suppress(cases, "few", new Selection.Suppress(0.2f, 0, 1 + n / 3), Shape.of(1, 2, n));
    }
    for (int width : new int[] {1, 4, 6}) {
      List<Shape> shapes = List.of(Shape.of(3, 9, width), Shape.of(3, 5));
      List<Fill> fills = List.of(Fill.SYMMETRIC, Fill.INDICES);
      cases.add(new OpCase("rows", new Selection.Take(), shapes, fills));
    }
    cases.add(OpCase.of("long", new Selection.Largest(50), Fill.WIDE, Shape.of(5000)));
    suppress(cases, "many", new Selection.Suppress(0.7f, 0.1f, 200), Shape.of(2, 1, 900));
    return cases;
  }

  private static void suppress(
      List<OpCase> cases, String name, Selection.Suppress op, Shape scores) {
    List<Shape> shapes = List.of(Shape.of(scores.dim(0), scores.dim(2), 4), scores);
    for (Fill fill : List.of(Fill.SYMMETRIC, Fill.TIES)) {
      String text = name + " " + op + " " + fill;
      cases.add(new OpCase(text, op, shapes, List.of(Fill.REGIONS, fill)));
    }
  }
}
