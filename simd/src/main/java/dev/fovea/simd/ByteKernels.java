package dev.fovea.simd;

import dev.fovea.engine.kernel.ByteConvolution;
import dev.fovea.engine.kernel.ByteProducts;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.NarrowByteConvolution;
import dev.fovea.engine.kernel.Signature;
import dev.fovea.op.Layout;
import dev.fovea.op.Movement;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Chooses the kernels of ops on bytes. */
record ByteKernels(Micros micros) {
  private ByteProducts products() {
    return micros.bytes().map(ByteMicros::products).orElseGet(() -> new ExactProducts(micros));
  }

  /** Returns what computes the windows of a depthwise convolution, if that is not vectors. */
  private Optional<ByteWindows> windows(Quantized.Conv2d c, Shape x, Shape y) {
    return ByteWindowsKernel.suits(c, x, y)
        ? micros.bytes().flatMap(ByteMicros::windows)
        : Optional.empty();
  }

  Optional<Kernel> kernel(Signature s) {
    List<Shape> in = s.inputs();
    return switch (s.op()) {
      case Quantized.Conv2d c -> convolution(c, in.get(0), in.get(1), s.output());
      case Quantized q -> ByteLineKernels.kernel(q, in.get(0), s.output());
      case Movement.Pack p when p.consumer() instanceof Quantized.Conv2d c ->
          Optional.of(packing(c, p.layout()));
      case Pooling.MaxPool p when BytePoolKernel.suits(in.get(0)) ->
          Optional.of(new BytePoolKernel(p.window(), in.get(0), s.output()));
      default -> Optional.empty();
    };
  }

  /** Returns whether an image has so few channels that rows of the window are taps. */
  private boolean isNarrow(Quantized.Conv2d c, Shape x, Shape y) {
    return micros.bytes().isPresent() && NarrowByteConvolution.suits(c, x, y);
  }

  private Kernel packing(Quantized.Conv2d c, Layout layout) {
    if (layout.name().equals(NarrowByteConvolution.layoutName(products()))) {
      return NarrowByteConvolution.packing(products(), c, layout.plain());
    }
    return micros
        .bytes()
        .flatMap(ByteMicros::windows)
        .filter(w -> w.name().equals(layout.name()))
        .map(w -> ByteWindowsKernel.packing(w, layout.plain()))
        .orElseGet(() -> ByteConvolution.packing(products(), c, layout.plain()));
  }

  private Optional<Kernel> convolution(Quantized.Conv2d c, Shape x, Shape w, Shape y) {
    Optional<ByteWindows> windows = windows(c, x, y);
    if (windows.isPresent() && c.layout().isPresent()) {
      return Optional.of(new ByteWindowsKernel(windows.get(), c, x, y));
    }
    if (isNarrow(c, x, y) && c.layout().isPresent()) {
      return Optional.of(new NarrowByteConvolution(products(), c, x, y));
    }
    if (DepthwiseBytesKernel.suits(c, x, y)) {
      return Optional.of(new DepthwiseBytesKernel(c, x, y));
    }
    if (c.layout().isEmpty()) {
      return BandKernel.of(micros, c, x, w, y).map(k -> k);
    }
    int columns = Math.min(ByteConvolution.PART, y.dim(3) / c.groups());
    if (micros.bytes().isEmpty()) {
      Shape plain = c.weights(List.of(x, w));
      boolean large = Contractions.isLarge(Sliding.of(c.onFloats(), x, plain, y));
      micros.forColumns(columns).expect(large, Micro.Kind.PRODUCT);
    }
    return Optional.of(new ByteConvolution(products(), c, x, y));
  }

  /** Returns the layout that the weights of a convolution are to have. */
  Optional<Layout> layout(Signature s) {
    if (!(s.op() instanceof Quantized.Conv2d c)) {
      return Optional.empty();
    }
    Shape w = s.inputs().get(1);
    Shape x = s.inputs().get(0);
    Optional<ByteWindows> windows = windows(c, x, s.output());
    if (windows.isPresent()) {
      return Optional.of(ByteWindowsKernel.layout(windows.get(), w));
    }
    if (isNarrow(c, x, s.output())) {
      return Optional.of(NarrowByteConvolution.layout(products(), c, w));
    }
    boolean plain =
        DepthwiseBytesKernel.suits(c, x, s.output())
            || BandKernel.of(micros, c, x, w, s.output()).isPresent();
    return plain ? Optional.empty() : Optional.of(ByteConvolution.layout(products(), c, w));
  }
}
