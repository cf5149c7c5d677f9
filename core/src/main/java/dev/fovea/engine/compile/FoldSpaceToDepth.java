package dev.fovea.engine.compile;

import dev.fovea.engine.compile.StridedView.Run;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.Contraction;
import dev.fovea.op.Movement;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Folds space-to-depth into the convolution behind it.
 *
 * <p>A detector's first layer may take every second pixel of every second row, four times, and join
 * the four as channels (YOLOX: Focus). A window of K rows over blocks of s rows is one of K·s rows
 * that moves by s over the image: the products are the same, and no pixel is moved. The weights are
 * reordered once, so that this is for inference alone. An image that is itself a slice or a reshape
 * of something stays as it is.
 */
final class FoldSpaceToDepth implements Pass {
  /** With more channels than an image has, blocks are copied at the speed of memory. */
  private static final int MOST_CHANNELS = 4;

  @Override
  public Graph apply(Graph graph) {
    Map<Value, Integer> uses = graph.uses();
    Set<Value> fixed = StaticValues.of(graph, true);
    return Rewriter.rewrite(
        graph,
        (original, current) -> {
          boolean plain =
              original.op() instanceof Contraction.Conv2d c
                  && c.groups() == 1
                  && c.window().dilationHeight() == 1
                  && c.window().dilationWidth() == 1
                  && uses.getOrDefault(original.input(0), 0) == 1
                  && fixed.contains(original.input(1));
          Blocks blocks = plain ? Blocks.of(current.input(0)) : null;
          return blocks == null || !blocks.fits(current) ? current : blocks.convolution(current);
        });
  }

  /**
   * An image cut into blocks.
   *
   * @param image the image [N, H, W, C]
   * @param rows the rows of a block
   * @param columns the columns of a block
   * @param order which pixel of a block each group of C channels is, row by row
   */
  private record Blocks(Value image, int rows, int columns, List<Integer> order) {
    /** Returns the blocks whose pixels a value joins, or null if it is no such value. */
    static @Nullable Blocks of(Value joined) {
      if (!(joined.op() instanceof Movement.Concat(int axis)) || axis != 3) {
        return null;
      }
      List<StridedView> pieces = joined.inputs().stream().map(StridedView::of).toList();
      Value image = pieces.get(0).root();
      boolean few = image.shape().rank() == 4 && image.shape().dim(3) <= MOST_CHANNELS;
      if (!few || image.shape().elements() == 0) {
        return null;
      }
      int rows = ratio(image.shape().dim(1), joined.shape().dim(1));
      int columns = ratio(image.shape().dim(2), joined.shape().dim(2));
      List<Integer> order = new ArrayList<>();
      for (StridedView piece : pieces) {
        int pixel = pixel(piece, image, rows, columns);
        if (pixel < 0 || order.contains(pixel)) {
          return null;
        }
        order.add(pixel);
      }
      boolean all = order.size() == rows * columns && order.size() > 1;
      return all ? new Blocks(image, rows, columns, order) : null;
    }

    /** Returns how many times as many a is, or 0 if it is no multiple. */
    private static int ratio(int a, int b) {
      return b > 0 && a % b == 0 ? a / b : 0;
    }

    /** Returns which pixel of each block a piece is, or −1 if it is none. */
    private static int pixel(StridedView piece, Value image, int rows, int columns) {
      Shape s = image.shape();
      int c = s.dim(3);
      if (piece.root() != image || rows == 0 || columns == 0) {
        return -1;
      }
      int row = piece.offset() / (s.dim(2) * c);
      int column = piece.offset() / c % s.dim(2);
      List<Run> lattice =
          List.of(
              new Run(s.dim(0), s.dim(1) * s.dim(2) * c),
              new Run(s.dim(1) / rows, rows * s.dim(2) * c),
              new Run(s.dim(2) / columns, columns * c),
              new Run(c, 1));
      List<List<Run>> axes = piece.axes();
      boolean fits =
          piece.offset() % c == 0
              && row < rows
              && column < columns
              && IntStream.range(0, 4).allMatch(i -> isRun(axes.get(i), lattice.get(i)));
      return fits ? row * columns + column : -1;
    }

    /** Returns whether an axis is a run; the stride of a single step does not matter. */
    private static boolean isRun(List<Run> axis, Run run) {
      return axis.size() == 1
          && axis.getFirst().steps() == run.steps()
          && (run.steps() == 1 || axis.getFirst().stride() == run.stride());
    }

    /** Returns whether the window over the image is none that is refused. */
    private boolean fits(Value conv) {
      Window2d w = ((Contraction.Conv2d) conv.op()).window();
      return IntStream.of(w.kernelHeight(), w.strideHeight(), w.padTop(), w.padBottom())
              .allMatch(n -> (long) n * rows <= Window2d.MAX_SPAN)
          && IntStream.of(w.kernelWidth(), w.strideWidth(), w.padLeft(), w.padRight())
              .allMatch(n -> (long) n * columns <= Window2d.MAX_SPAN);
    }

    /** Returns the convolution over the image. */
    Value convolution(Value conv) {
      Contraction.Conv2d c = (Contraction.Conv2d) conv.op();
      Window2d w = c.window();
      Window2d wide =
          Window2d.of(w.kernelHeight() * rows, w.kernelWidth() * columns)
              .stride(w.strideHeight() * rows, w.strideWidth() * columns)
              .padding(
                  w.padTop() * rows,
                  w.padBottom() * rows,
                  w.padLeft() * columns,
                  w.padRight() * columns);
      List<Value> inputs = new ArrayList<>(conv.inputs());
      inputs.set(0, image);
      inputs.set(1, weights(conv.input(1), w));
      return Value.of(new Contraction.Conv2d(wide, 1, c.epilogue(), c.layout()), inputs);
    }

    /**
     * Brings weights [KH, KW, pixels · C, Cout] into the order [KH · rows, KW · columns, C, Cout].
     */
    private Value weights(Value w, Window2d window) {
      int kh = window.kernelHeight();
      int kw = window.kernelWidth();
      int c = image.shape().dim(3);
      int out = w.shape().dim(3);
      Value[] sorted = new Value[order.size()];
      for (int i = 0; i < sorted.length; i++) {
        sorted[order.get(i)] = w.slice(2, i * c, c);
      }
      return Value.of(new Movement.Concat(2), sorted)
          .reshape(Shape.of(kh, kw, rows, columns, c * out))
          .transpose(0, 2, 1, 3, 4)
          .reshape(Shape.of(kh * rows, kw * columns, c, out));
    }
  }
}
