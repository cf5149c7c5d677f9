package dev.fovea.engine.kernel.testing;

import dev.fovea.op.Selection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The choices, by sorted lists. */
final class ReferenceSelections {
  private ReferenceSelections() {}

  static void apply(Selection op, List<Nd> in, Nd out) {
    switch (op) {
      case Selection.Largest l -> {
        int n = in.get(0).shape().dim(-1);
        for (int row = 0; row < in.get(0).data().length / n; row++) {
          List<Integer> order = order(in.get(0).data(), row * n, n);
          for (int i = 0; i < l.count(); i++) {
            out.data()[row * l.count() + i] = order.get(i);
          }
        }
      }
      case Selection.Suppress s -> {
        int boxes = in.get(1).shape().dim(2);
        int classes = in.get(1).shape().dim(1);
        for (int row = 0; row < in.get(1).data().length / boxes; row++) {
          suppress(s, in, row / classes, row * boxes, boxes, out);
        }
      }
      case Selection.Take _ -> take(in.get(0), in.get(1), out);
    }
  }

  private static void take(Nd rows, Nd numbers, Nd out) {
    int width = rows.shape().dim(2);
    for (int i = 0; i < out.data().length; i++) {
      int row = i / width;
      double number = numbers.data()[row];
      int sample = row / numbers.shape().dim(1);
      boolean there = number >= 0 && number < rows.shape().dim(1);
      out.data()[i] = there ? rows.get(sample, (int) number, i % width) : 0;
    }
  }

  private static List<Integer> order(double[] x, int at, int n) {
    return IntStream.range(0, n)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer i) -> -x[at + i]))
        .toList();
  }

  private static void suppress(
      Selection.Suppress s, List<Nd> in, int sample, int at, int boxes, Nd out) {
    List<Integer> kept = new ArrayList<>();
    double[] scores = in.get(1).data();
    for (int i : order(scores, at, boxes)) {
      boolean free = kept.stream().noneMatch(k -> iou(in.get(0), sample, k, i) > s.overlap());
      if (scores[at + i] > s.score() && kept.size() < s.most() && free) {
        kept.add(i);
        out.data()[at + i] = 1;
      }
    }
  }

  private static double iou(Nd b, int n, int i, int j) {
    double x = Math.min(b.get(n, i, 2), b.get(n, j, 2)) - Math.max(b.get(n, i, 0), b.get(n, j, 0));
    double y = Math.min(b.get(n, i, 3), b.get(n, j, 3)) - Math.max(b.get(n, i, 1), b.get(n, j, 1));
    double both = Math.max(0, x) * Math.max(0, y);
    return both == 0 ? 0 : both / (area(b, n, i) + area(b, n, j) - both);
  }

  private static double area(Nd b, int n, int i) {
    return (b.get(n, i, 2) - b.get(n, i, 0)) * (b.get(n, i, 3) - b.get(n, i, 1));
  }
}
