package dev.fovea.simd;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Reduction;
import dev.fovea.op.Regions;
import dev.fovea.op.Sampling;
import dev.fovea.op.Scan;
import dev.fovea.op.Selection;
import dev.fovea.op.Source;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Chooses the kernel of an op; what is missing here the scalar provider computes. */
record Choice(Contractions contractions) {
  Optional<Kernel> kernel(Signature s) {
    if (s.isEmpty()) {
      return Optional.empty();
    }
    if (!s.isFloat()) {
      return new ByteKernels(contractions.micros()).kernel(s);
    }
    List<Shape> in = s.inputs();
    Shape out = s.output();
    return switch (s.op()) {
      case Contraction c -> contractions.kernel(c, in, out);
      case Elementwise e -> ElementwiseKernels.kernel(e, in, out);
      case Reduction r -> ReductionKernel.of(r, in.get(0));
      case Pooling p -> pooling(p, in, out);
      case Regions r -> regions(r, in, out);
      case Normalization n -> normalization(n, in);
      case Movement.Pack p -> contractions.packing(p);
      case Movement m -> MovementKernels.kernel(m, in.get(0), out);
      case Sampling.Resample r when ResampleKernel.suits(r, in.get(0)) ->
          Optional.of(new ResampleKernel(r, in.get(0), out));
      case Source _, Sampling _, Selection _, Quantized _, HostCall _, Scan _ -> Optional.empty();
    };
  }

  private static Optional<Kernel> pooling(Pooling op, List<Shape> in, Shape out) {
    return switch (op) {
      case Pooling.MaxPool p -> Optional.of(pool(p.window(), false, false, in.get(0), out));
      case Pooling.AveragePool p ->
          Optional.of(pool(p.window(), true, p.countPadding(), in.get(0), out));
      case Pooling.AveragePoolGradient p ->
          Optional.of(new AveragePoolGradientKernel(p.window(), p.countPadding(), in.get(0), out));
      case Pooling.MaxPoolGradient p
          when SquarePoolGradientKernel.suits(p.window(), in.get(0).dim(3)) ->
          Optional.of(new SquarePoolGradientKernel(in.get(0), in.get(1)));
      case Pooling.MaxPoolGradient p ->
          Optional.of(new MaxPoolBackwardKernel(p.window(), false, in.get(0), in.get(1)));
      case Pooling.MaxPoolGather p ->
          Optional.of(new MaxPoolBackwardKernel(p.window(), true, in.get(0), out));
    };
  }

  private static Kernel pool(Window2d v, boolean average, boolean countPadding, Shape x, Shape y) {
    return SquarePoolKernel.suits(v, average, x.dim(3))
        ? new SquarePoolKernel(v, average, x, y)
        : new PoolingKernel(v, average, countPadding, x, y);
  }

  private static Optional<Kernel> regions(Regions op, List<Shape> in, Shape out) {
    return switch (op) {
      case Regions.Align a ->
          Optional.of(new RegionAlignKernel(a.bins(), in.get(0), in.get(1), out, in.size() == 3));
      case Regions.AlignGradient g ->
          Optional.of(new RegionAlignGradientKernel(g.bins(), in.get(0), in.get(1), out));
      case Regions.MaxPool p -> Optional.of(new RegionMaxPoolKernel(p, in.get(1), out));
      case Regions.MaxPoolGradient g when RegionMaxima.suits(in.get(1)) ->
          Optional.of(new RegionMaxPoolGradientKernel(g.pool(), in.get(1), in.get(2)));
      case Regions.MaxPoolGradient _, Regions.MaxPoolGather _ -> Optional.empty();
    };
  }

  private static Optional<Kernel> normalization(Normalization op, List<Shape> in) {
    int last = in.get(0).dim(-1);
    int rows = in.get(0).elements() / last;
    return switch (op) {
      case Normalization.Softmax s -> Optional.of(softmax(rows, last, false));
      case Normalization.LogSoftmax s -> Optional.of(softmax(rows, last, true));
      case Normalization.BatchMoments m -> Optional.of(new BatchMomentsKernel(rows, last));
      case Normalization.BatchNorm b -> Optional.of(new BatchNormKernel(rows, last, b));
      case Normalization.BatchNormSums b -> Optional.of(new BatchNormSumsKernel(rows, last, b));
      case Normalization.BatchNormInputGradient b ->
          Optional.of(new BatchNormGradientKernel(rows, last, b));
      case Normalization.LocalResponseNorm n -> LocalResponseNormKernel.of(n, false, rows, last);
      case Normalization.LocalResponseNormGradient g ->
          LocalResponseNormKernel.of(g.norm(), true, rows, last);
    };
  }

  private static Kernel softmax(int rows, int n, boolean log) {
    return NarrowSoftmaxKernel.suits(rows, n)
        ? new NarrowSoftmaxKernel(rows, n, log)
        : new SoftmaxKernel(rows, n, log);
  }
}
