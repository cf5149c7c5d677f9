/** Tensors, layers, models, data and the engine that runs them; needs nothing but the JDK. */
@SuppressWarnings("module") // the modules that it opens its engine to are compiled later
module dev.fovea.core {
  requires static org.jspecify;

  exports dev.fovea.tensor;
  exports dev.fovea.op;
  exports dev.fovea.engine;
  exports dev.fovea.nn;
  exports dev.fovea.data;
  exports dev.fovea.io;
  exports dev.fovea.engine.graph to
      dev.fovea.formats,
      dev.fovea.insight,
      dev.fovea.quantize,
      dev.fovea.train;
  exports dev.fovea.engine.autodiff to
      dev.fovea.cli,
      dev.fovea.formats,
      dev.fovea.insight,
      dev.fovea.train;
  exports dev.fovea.engine.kernel to
      dev.fovea.cli,
      dev.fovea.formats,
      dev.fovea.machine,
      dev.fovea.simd,
      dev.fovea.train;
  exports dev.fovea.engine.compile to
      dev.fovea.formats,
      dev.fovea.insight,
      dev.fovea.quantize,
      dev.fovea.train;
  exports dev.fovea.engine.runtime to
      dev.fovea.formats,
      dev.fovea.insight,
      dev.fovea.quantize,
      dev.fovea.train;

  uses dev.fovea.engine.kernel.KernelProvider;
  uses dev.fovea.nn.ModelFormat;
}
