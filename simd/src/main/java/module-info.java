/** Kernels written with the Vector API. */
@SuppressWarnings("module") // the module that it opens its micro-kernels to is compiled later
module dev.fovea.simd {
  requires static org.jspecify;
  requires dev.fovea.core;
  requires jdk.incubator.vector;
  requires static jdk.management;

  exports dev.fovea.simd to
      dev.fovea.machine;

  uses dev.fovea.simd.MicroSource;

  provides dev.fovea.engine.kernel.KernelProvider with
      dev.fovea.simd.SimdProvider;
}
