/** Kernels written with the Vector API. */
module dev.fovea.simd {
  requires static org.jspecify;
  requires dev.fovea.core;
  requires jdk.incubator.vector;
  requires static jdk.management;

  provides dev.fovea.engine.kernel.KernelProvider with
      dev.fovea.simd.SimdProvider;
}
