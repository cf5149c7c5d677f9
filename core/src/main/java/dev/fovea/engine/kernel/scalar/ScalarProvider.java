package dev.fovea.engine.kernel.scalar;

import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
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
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The provider of kernels in plain loops: it runs everywhere, knows every op in its plain layout
 * and is the specification that other providers are tested against.
 */
public final class ScalarProvider implements KernelProvider {
  /** Creates the provider; it holds nothing. */
  public ScalarProvider() {}

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }

  @Override
  public int vectorBits() {
    return 32;
  }

  @Override
  public Optional<Kernel> kernel(Signature s) {
    List<Shape> inputs = s.inputs();
    Shape output = s.output();
    return switch (s.op()) {
      case Source.RandomMask mask -> Optional.of(new RandomMaskKernel(mask));
      case Source _, Movement.Pack _, Scan _ -> Optional.empty();
      case Elementwise.Convert c -> ConvertKernel.of(c, output);
      case Elementwise e -> Optional.of(elementwise(e, inputs, output));
      case Reduction r -> Optional.of(ReduceKernel.of(r, inputs.get(0)));
      case Movement m -> Optional.of(movement(m, inputs, output));
      case Sampling a -> Optional.of(sampling(a, inputs, output));
      case Contraction c -> contraction(c, inputs, output);
      case Pooling p -> Optional.of(pooling(p, inputs, output));
      case Regions r -> Optional.of(regions(r, inputs, output));
      case Selection c -> Optional.of(selection(c, inputs));
      case Normalization n -> Optional.of(normalization(n, inputs.get(0)));
      case Quantized q -> quantized(q, inputs, output);
      case HostCall h -> Optional.of(new HostCallKernel(h));
    };
  }

  private static Kernel elementwise(Elementwise op, List<Shape> inputs, Shape output) {
    return switch (op) {
      case Elementwise.Unary u ->
          new MapKernel(UnaryLines.of(u.function()), UnaryLines.flops(u.function()), output);
      case Elementwise.Activate a ->
          new MapKernel(
              ActivationLines.of(a.activation()), ActivationLines.flops(a.activation()), output);
      case Elementwise.ActivateGradient g -> new ActivateGradientKernel(g.activation(), output);
      case Elementwise.Convert _ -> throw new IllegalStateException("converted elsewhere");
      case Elementwise.Binary b -> ZipKernel.of(BinaryLines.of(b.function()), inputs, output);
    };
  }

  private static Kernel movement(Movement op, List<Shape> inputs, Shape output) {
    Shape x = inputs.get(0);
    return switch (op) {
      case Movement.Reshape _ -> StridedCopyKernel.plain(output);
      case Movement.Transpose t -> StridedCopyKernel.transpose(t, x, output);
      case Movement.Slice s -> StridedCopyKernel.slice(s, x);
      case Movement.Broadcast _ -> StridedCopyKernel.broadcast(x, output);
      case Movement.Pad p -> PadKernel.of(p, x, output);
      case Movement.Concat c -> new ConcatKernel(c.axis(), inputs, output);
      case Movement.OneHot h -> new OneHotKernel(h.classes(), x.elements());
      case Movement.Pack _ -> throw new IllegalStateException("the scalar provider packs nothing");
    };
  }

  private static Kernel sampling(Sampling op, List<Shape> inputs, Shape output) {
    return switch (op) {
      case Sampling.Resample r -> ResampleKernel.of(r, inputs.get(0));
      case Sampling.Gather _ -> new GatherKernel(inputs.get(0), inputs.get(1));
      case Sampling.ScatterAdd _ -> new ScatterAddKernel(inputs.get(0), output);
    };
  }

  /** Returns no kernel where the weights are in another provider's layout. */
  private static Optional<Kernel> contraction(Contraction op, List<Shape> inputs, Shape output) {
    return switch (op) {
      case Contraction.MatMul m when m.layout().isEmpty() ->
          Optional.of(new MatMulKernel(m, inputs, output));
      case Contraction.Conv2d c when c.layout().isEmpty() ->
          Optional.of(new ConvKernel(c, inputs, output));
      case Contraction.ConvTranspose2d t when t.layout().isEmpty() ->
          Optional.of(new ConvTransposeKernel(t, inputs, output));
      case Contraction.ConvWeightGradient g ->
          Optional.of(new ConvWeightGradientKernel(g, inputs, output));
      case Contraction.MatMul _, Contraction.Conv2d _, Contraction.ConvTranspose2d _ ->
          Optional.empty();
    };
  }

  private static Optional<Kernel> quantized(Quantized op, List<Shape> inputs, Shape output) {
    boolean packed = op instanceof Quantized.Conv2d c && c.layout().isPresent();
    return packed ? Optional.empty() : Optional.of(QuantizedLines.kernel(op, inputs, output));
  }

  private static Kernel pooling(Pooling op, List<Shape> inputs, Shape output) {
    Shape x = inputs.get(0);
    return switch (op) {
      case Pooling.MaxPool p -> new MaxPoolKernel(p.window(), x, output);
      case Pooling.MaxPoolGradient p -> new MaxPoolGradientKernel(p.window(), x, inputs.get(1));
      case Pooling.MaxPoolGather p -> new MaxPoolGatherKernel(p.window(), x, output);
      case Pooling.AveragePool p -> new AveragePoolKernel(p, x, output);
      case Pooling.AveragePoolGradient p -> new AveragePoolGradientKernel(p, x, output);
    };
  }

  private static Kernel regions(Regions op, List<Shape> inputs, Shape output) {
    Shape regions = inputs.get(0);
    Shape x = inputs.get(1);
    return switch (op) {
      case Regions.Align a ->
          new RegionAlignKernel(a.bins(), regions, x, output, inputs.size() == 3);
      case Regions.AlignGradient g -> new RegionAlignGradientKernel(g.bins(), regions, x, output);
      case Regions.MaxPool p -> new RegionMaxPoolKernel(p, x, output, 1);
      case Regions.MaxPoolGather g -> new RegionMaxPoolKernel(g.pool(), x, output, 2);
      case Regions.MaxPoolGradient g -> new RegionMaxPoolGradientKernel(g.pool(), x, inputs.get(2));
    };
  }

  private static Kernel selection(Selection op, List<Shape> inputs) {
    return switch (op) {
      case Selection.Largest l -> new LargestKernel(inputs.get(0), l.count());
      case Selection.Suppress s -> new SuppressKernel(s, inputs.get(1));
      case Selection.Take _ -> new GatherKernel(inputs.get(0), inputs.get(1));
    };
  }

  private static Kernel normalization(Normalization op, Shape x) {
    return switch (op) {
      case Normalization.Softmax _ -> new SoftmaxKernel(false, x);
      case Normalization.LogSoftmax _ -> new SoftmaxKernel(true, x);
      case Normalization.BatchMoments _ -> new BatchMomentsKernel(x);
      case Normalization.BatchNorm n -> new BatchNormKernel(n, x);
      case Normalization.BatchNormSums n -> new BatchNormSumsKernel(n, x);
      case Normalization.BatchNormInputGradient n -> new BatchNormInputGradientKernel(n, x);
      case Normalization.LocalResponseNorm n -> new LocalResponseNormKernel(n, x);
      case Normalization.LocalResponseNormGradient g ->
          new LocalResponseNormGradientKernel(g.norm(), x);
    };
  }
}
