package dev.fovea.op;

import dev.fovea.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An op that reads regions of maps in a common size, with that op's backward passes.
 *
 * <p>Regions [N, R, 4] are left, top, right and bottom in pixels of the picture, R for each sample.
 * Those of a pyramid, [N, R, 5], have the number of the map that each is read from as well. No
 * gradient flows to them.
 */
public sealed interface Regions extends Op {

  /**
   * The mean of each bin of each region: (regions, X [N, H, W, C]) ↦ [N, R, height, width, C]
   * (RoIAlign, He et al., 2017).
   *
   * <p>A third input of the result's shape is added to it. With bins of a map of a pyramid, regions
   * of other maps count as 0, so that a sum over the maps reads each region once.
   */
  record Align(RegionBins bins) implements Regions {
    @Override
    public String name() {
      return "region_align";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.check(
          inputs.size() == 2 || inputs.size() == 3, this, "takes regions, a map and a sum", inputs);
      Shape y = pooled(this, inputs, bins.height(), bins.width(), bins.level() >= 0);
      Rules.check(
          inputs.size() == 2 || inputs.get(2).equals(y), this, "input 2 must be " + y, inputs);
      return y;
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      Shape x = y.input(1).shape();
      Value dx = Value.of(new AlignGradient(bins, x.dim(1), x.dim(2)), y.input(0), dy);
      return y.inputs().size() == 2 ? Gradients.of(null, dx) : Gradients.of(null, dx, dy);
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      return work(bins, output);
    }
  }

  /** Spreads each bin over where it was read: (regions, dY) ↦ dX [N, height, width, C]. */
  record AlignGradient(RegionBins bins, int height, int width) implements Regions {
    @Override
    public String name() {
      return "region_align_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      Rules.rank(this, inputs, 1, 5, "N, R, height, width, C");
      Shape dy = inputs.get(1);
      Shape x = Shape.of(dy.dim(0), height, width, dy.dim(4));
      Shape y =
          pooled(this, List.of(inputs.get(0), x), bins.height(), bins.width(), bins.level() >= 0);
      Rules.check(y.equals(dy), this, "input 1 must be " + y, inputs);
      return x;
    }

    @Override
    public List<@Nullable Value> gradient(Value dx, Value g) {
      return Gradients.of(null, Value.of(new Align(bins), dx.input(0), g));
    }

    @Override
    public long flops(List<Shape> inputs, Shape output) {
      return work(bins, inputs.get(1));
    }
  }

  /**
   * The largest element of each bin of each region: (regions, X [N, H, W, C]) ↦ [N, R, height,
   * width, C] (RoIPool, Girshick, 2015).
   *
   * <p>Corners are rounded to whole pixels of the map, halves away from 0, and the last pixel
   * belongs to the region, which has at least one: e = max(x′ − x + 1, 1). Bin p covers pixels
   * ⌊p·e/bins⌋ to ⌈(p + 1)·e/bins⌉ behind the first, as far as the map goes; bins overlap, and one
   * without pixels is 0. Among equal elements the first in row-major order counts as the largest.
   *
   * @param height the bins beneath each other
   * @param width the bins beside each other
   * @param scale what pixels of the picture are times this pixels of the map
   */
  record MaxPool(int height, int width, float scale) implements Regions {
    @Override
    public String name() {
      return "region_max_pool";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 2);
      return pooled(this, inputs, height, width, false);
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(null, Value.of(new MaxPoolGradient(this), y.input(0), y.input(1), dy));
    }
  }

  /** Sends each bin's number to where its largest element lies: (regions, X, dY) ↦ dX. */
  record MaxPoolGradient(MaxPool pool) implements Regions {
    @Override
    public String name() {
      return "region_max_pool_gradient";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 3);
      Shape y = pool.shape(inputs.subList(0, 2));
      Rules.check(y.equals(inputs.get(2)), this, "input 2 must be " + y, inputs);
      return inputs.get(1);
    }

    @Override
    public List<@Nullable Value> gradient(Value dx, Value g) {
      return Gradients.of(
          null, null, Value.of(new MaxPoolGather(pool), dx.input(0), dx.input(1), g));
    }
  }

  /** Reads, for each bin, G where X is largest: (regions, X, G of X's shape) ↦ pooled shape. */
  record MaxPoolGather(MaxPool pool) implements Regions {
    @Override
    public String name() {
      return "region_max_pool_gather";
    }

    @Override
    public Shape shape(List<Shape> inputs) {
      Rules.count(this, inputs, 3);
      Rules.check(inputs.get(1).equals(inputs.get(2)), this, "both maps must agree", inputs);
      return pool.shape(inputs.subList(0, 2));
    }

    @Override
    public List<@Nullable Value> gradient(Value y, Value dy) {
      return Gradients.of(
          null, null, Value.of(new MaxPoolGradient(pool), y.input(0), y.input(1), dy));
    }
  }

  private static long work(RegionBins bins, Shape pooled) {
    long places = bins.ratio() == 0 ? 2 : bins.ratio();
    return 8L * pooled.elements() * places * places;
  }

  private static Shape pooled(Op op, List<Shape> inputs, int height, int width, boolean pyramid) {
    Shape regions = inputs.get(0);
    int numbers = pyramid ? 5 : 4;
    Rules.check(
        regions.rank() == 3 && regions.dim(2) == numbers,
        op,
        "regions must have the axes N, R, " + numbers,
        inputs);
    Rules.rank(op, inputs, 1, 4, "N, H, W, C");
    Shape x = inputs.get(1);
    Rules.check(regions.dim(0) == x.dim(0), op, "needs regions for each sample", inputs);
    return Shape.of(x.dim(0), regions.dim(1), height, width, x.dim(3));
  }
}
