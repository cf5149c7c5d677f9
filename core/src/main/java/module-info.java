/** Tensors, graphs, gradients, plans, layers and models; needs nothing but the JDK. */
module dev.fovea.core {
  requires static org.jspecify;

  exports dev.fovea.tensor;
  exports dev.fovea.op;
  exports dev.fovea.graph;
  exports dev.fovea.autodiff;
  exports dev.fovea.compile;
  exports dev.fovea.kernel;
  exports dev.fovea.runtime;
  exports dev.fovea.nn;
  exports dev.fovea.quantize;
  exports dev.fovea.data;
  exports dev.fovea.io;

  uses dev.fovea.kernel.KernelProvider;
  uses dev.fovea.nn.ModelFormat;
}
