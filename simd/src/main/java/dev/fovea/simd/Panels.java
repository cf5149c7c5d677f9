package dev.fovea.simd;

import dev.fovea.op.Layout;
import dev.fovea.simd.RowLoops.Extent;
import dev.fovea.tensor.Shape;
import java.util.Arrays;
import java.util.Optional;

/**
 * The layout that the second factor of a contraction is packed into: [groups][blocks of
 * columns][taps][inner][columns of a block], zeros after the last column. With pairs of bfloat16
 * two neighbouring inner elements are one.
 *
 * <p>Element (group, tap, inner i, column j) is read from {@code base + group·groupStride +
 * tap·tapStride + i·innerStride + j·columnStride} of the plain layout.
 */
record Panels(
    Micro micro,
    int width,
    int groups,
    int taps,
    int inner,
    int columns,
    int groupStride,
    int tapStride,
    int innerStride,
    int columnStride,
    Optional<PairRounding> rounding) {
  /** The name of the layout of panels of pairs. */
  static final String PAIRS = "panels of pairs";

  /** The name of the layout of panels as wide as a micro-kernel's tile. */
  static final String PLAIN = "panels";

  /** The name of the layout that planar kernels want. */
  static final String PLANAR = "planar panels";

  /** Creates panels as wide as the tiles of a micro-kernel. */
  Panels(
      Micro micro,
      int groups,
      int taps,
      int inner,
      int columns,
      int groupStride,
      int tapStride,
      int innerStride,
      int columnStride) {
    this(
        micro,
        micro.columns(),
        groups,
        taps,
        inner,
        columns,
        groupStride,
        tapStride,
        innerStride,
        columnStride,
        Optional.empty());
  }

  /** Returns these panels as planar kernels want them: {@link Micro#ROWS} wide. */
  Panels planar(Micros micros) {
    return with(micros.widest(), Micro.ROWS, Optional.empty());
  }

  /** Returns these panels with pairs of bfloat16. */
  Panels ofPairs(PairMicros pairs) {
    Micro wide = pairs.forColumns(columns);
    return with(wide, wide.columns(), Optional.of(pairs.rounding()));
  }

  private Panels with(Micro other, int columnsOfBlock, Optional<PairRounding> by) {
    return new Panels(
        other,
        columnsOfBlock,
        groups,
        taps,
        inner,
        columns,
        groupStride,
        tapStride,
        innerStride,
        columnStride,
        by);
  }

  /** Returns how many floats, or pairs, there are per tap and column. */
  int lines() {
    return rounding.isPresent() ? Ranges.ceilDiv(inner, 2) : inner;
  }

  /** Returns the layout, of this name, of weights of this plain shape in these panels. */
  Layout layout(String name, Shape plain) {
    return new Layout(name, Shape.of(size()), plain);
  }

  /** Returns whether a layout is that of planar kernels. */
  static boolean isPlanar(Layout layout) {
    return layout.name().equals(PLANAR);
  }

  int blocks() {
    return Ranges.ceilDiv(columns, width);
  }

  /** Returns how many floats one block of columns takes. */
  int blockSize() {
    return taps * lines() * width;
  }

  int size() {
    return Math.multiplyExact(Math.multiplyExact(groups, blocks()), blockSize());
  }

  /** Returns where a block of columns begins. */
  int at(int group, int block) {
    return (group * blocks() + block) * blockSize();
  }

  /** Returns the number of columns of a block that are not padding. */
  int used(int block) {
    return Math.min(width, columns - block * width);
  }

  /** Returns the number of parts that packing falls into. */
  int tasks() {
    return size() < 16_384 ? 1 : Math.min(64, groups * blocks());
  }

  void pack(int task, float[] from, int fromAt, float[] to, int toAt) {
    int all = groups * blocks();
    int end = Ranges.begin(task + 1, tasks(), all);
    for (int i = Ranges.begin(task, tasks(), all); i < end; i++) {
      packBlock(i / blocks(), i % blocks(), from, fromAt, to, toAt + i * blockSize());
    }
  }

  void packBlock(int group, int block, float[] from, int fromAt, float[] to, int toAt) {
    int nr = width;
    int used = used(block);
    TileMoves moves = TileMoves.of(micro.columns());
    boolean vectors = columnStride == 1 && nr == moves.columns();
    if (used < nr && (!vectors || rounding.isPresent())) {
      Arrays.fill(to, toAt, toAt + blockSize(), 0);
    }
    int base = fromAt + group * groupStride + block * nr * columnStride;
    for (int t = 0; t < taps; t++) {
      int source = base + t * tapStride;
      int target = toAt + t * lines() * nr;
      if (rounding.isPresent()) {
        packPairs(rounding.get(), from, source, to, target, used);
      } else if (vectors && used == nr && FirstRows.ofProcess().takes(RowFormula.COPY, nr)) {
        Extent e = new Extent(nr, inner, innerStride, 0, nr);
        FirstRows.ofProcess().apply(RowFormula.COPY, e, from, to, source, target);
      } else if (vectors) {
        moves.pack(inner, used, from, source, innerStride, to, target);
      } else {
        transpose(from, source, to, target, used);
      }
    }
  }

  private void packPairs(
      PairRounding by, float[] from, int source, float[] to, int target, int used) {
    if (columnStride == 1) {
      by.lines(inner, used, from, source, innerStride, to, target, width);
      return;
    }
    for (int i = 0; i < inner; i += 2) {
      int out = target + i / 2 * width;
      for (int j = 0; j < used; j++) {
        int in = source + i * innerStride + j * columnStride;
        to[out + j] = Bfloat16.pair(from[in], i + 1 < inner ? from[in + innerStride] : 0);
      }
    }
  }

  private void transpose(float[] from, int source, float[] to, int target, int used) {
    int nr = width;
    for (int i = 0; i < inner; i++) {
      int in = source + i * innerStride;
      int out = target + i * nr;
      for (int j = 0; j < used; j++) {
        to[out + j] = from[in + j * columnStride];
      }
    }
  }
}
