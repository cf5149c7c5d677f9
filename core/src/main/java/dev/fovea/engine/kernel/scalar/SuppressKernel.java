package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Footprint;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Selection;
import dev.fovea.tensor.Shape;
import java.util.Arrays;

/** Which boxes stay; a row is a class of a sample. */
final class SuppressKernel extends RowKernel {
  private final Selection.Suppress op;
  private final int classes;
  private final int boxes;

  SuppressKernel(Selection.Suppress op, Shape scores) {
    super(scores.dim(0) * scores.dim(1), 64L * scores.dim(2));
    this.op = op;
    this.classes = scores.dim(1);
    this.boxes = scores.dim(2);
  }

  @Override
  public Footprint footprint() {
    return Footprint.NONE.withScratch(FallingOrder.floats(boxes) + boxes);
  }

  @Override
  void rows(int from, int to, Operands o, Span scratch) {
    for (int row = from; row < to; row++) {
      int y = o.output().offset() + row * boxes;
      Arrays.fill(o.output().array(), y, y + boxes, 0);
      choose(o, row, y, scratch);
    }
  }

  private void choose(Operands o, int row, int y, Span own) {
    float[] scores = o.input(1).array();
    int s = o.input(1).offset() + row * boxes;
    // Most boxes are too unsure to be sorted.
    int candidates = FallingOrder.above(scores, s, boxes, op.score(), own);
    int order = FallingOrder.sorted(scores, s, candidates, own);
    int corners = o.input(0).offset() + row / classes * boxes * 4;
    int kept = own.offset() + FallingOrder.floats(boxes);
    int count = 0;
    for (int i = 0; i < candidates && count < op.most(); i++) {
      int box = (int) own.array()[order + i];
      if (!covered(o.input(0).array(), corners, box, own.array(), kept, count)) {
        own.array()[kept + count++] = box;
        o.output().array()[y + box] = 1;
      }
    }
  }

  private boolean covered(float[] b, int corners, int box, float[] own, int kept, int count) {
    for (int k = 0; k < count; k++) {
      if (overlap(b, corners + 4 * (int) own[kept + k], corners + 4 * box) > op.overlap()) {
        return true;
      }
    }
    return false;
  }

  private static double overlap(float[] b, int i, int j) {
    double x = (double) Math.min(b[i + 2], b[j + 2]) - Math.max(b[i], b[j]);
    double y = (double) Math.min(b[i + 3], b[j + 3]) - Math.max(b[i + 1], b[j + 1]);
    if (!(x > 0 && y > 0)) {
      return 0;
    }
    return x * y / (area(b, i) + area(b, j) - x * y);
  }

  private static double area(float[] b, int i) {
    return ((double) b[i + 2] - b[i]) * ((double) b[i + 3] - b[i + 1]);
  }
}
