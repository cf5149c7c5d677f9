package dev.fovea.nn;

import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Pooling;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.Arrays;
import java.util.List;

/**
 * Dropout of parts larger than single elements: in training, random parts are set to 0 and the
 * others are scaled up so that the expected value stays the same; in inference it does nothing.
 *
 * @param part what is dropped as one
 * @param rate the share that is dropped, in [0, 1)
 * @param block the height and width of a block; 1 elsewhere
 */
record RandomDrop(Part part, float rate, int block) implements Layer {
  /** What is dropped as one. */
  enum Part {
    /**
     * A sample: stochastic depth at the end of a residual branch (Huang et al., 2016, who drop a
     * branch for the whole batch and scale in inference).
     */
    SAMPLE("stochastic_depth"),
    /** A channel of a sample: spatial dropout (Tompson et al., 2015). */
    CHANNEL("spatial_dropout"),
    /** A square of a channel of a sample: DropBlock (Ghiasi et al., 2018). */
    BLOCK("drop_block");

    private final String kind;

    Part(String kind) {
      this.kind = kind;
    }
  }

  RandomDrop {
    if (!(rate >= 0 && rate < 1)) {
      throw new FoveaException(part.kind + ": rate must be in [0, 1), got " + rate);
    }
    if (block < 1) {
      throw new FoveaException(part.kind + ": block size must be at least 1, got " + block);
    }
  }

  @Override
  public Signal forward(Signal x) {
    if (part == Part.BLOCK) {
      ImageShapes.require(kind(), x.shape());
    }
    if (part == Part.CHANNEL && x.shape().rank() < 2) {
      throw new ShapeException(kind(), "samples need an axis of channels", List.of(x.shape()));
    }
    if (!x.trace().training() || rate == 0) {
      return x;
    }
    return part == Part.BLOCK ? blocks(x) : x.with(x.value().times(mask(x)));
  }

  /** Returns one number per sample, or per channel of a sample, that repeats over all places. */
  private Value mask(Signal x) {
    int[] dims = x.shape().dims();
    Arrays.fill(dims, 1, part == Part.CHANNEL ? dims.length - 1 : dims.length, 1);
    return x.trace().randomMask(Shape.of(dims), 1 - rate);
  }

  /** A block is dropped around each of some places drawn at random, all within the picture. */
  private Signal blocks(Signal x) {
    Shape in = x.shape();
    int height = Math.min(block, in.dim(1));
    int width = Math.min(block, in.dim(2));
    int rows = in.dim(1) - height + 1;
    int columns = in.dim(2) - width + 1;
    double share = (double) in.dim(1) * in.dim(2) / ((double) rows * columns);
    float gamma = (float) Math.min(1, rate / (height * width) * share);
    Value drawn = x.trace().randomMask(Shape.of(in.dim(0), rows, columns, in.dim(3)), gamma);
    Value seeds = drawn.with(BinaryFunction.GREATER, Value.constant(0));
    Window2d around =
        Window2d.of(height, width).padding(height - 1, height - 1, width - 1, width - 1);
    Value dropped = Value.of(new Pooling.MaxPool(around), seeds);
    Value keep = Value.constant(1).minus(dropped);
    Value kept = keep.sum().with(BinaryFunction.MAX, Value.constant(1));
    Value grow = Value.constant(in.elements()).over(kept);
    return x.with(x.value().times(keep).times(grow.reshape(Shape.scalar())));
  }

  @Override
  public String kind() {
    return part.kind;
  }
}
