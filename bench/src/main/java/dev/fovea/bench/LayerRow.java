package dev.fovea.bench;

import dev.fovea.engine.compile.Step;
import dev.fovea.op.Contraction;
import dev.fovea.op.Epilogue;
import dev.fovea.op.Op;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * One step of a program and its time.
 *
 * @param path the layer
 * @param kind the op's name
 * @param op the op with its window and what is fused into it
 * @param output the result's shape
 * @param algorithm the kernel's name
 * @param ms the median time in milliseconds
 * @param flops operations by definition, a multiply-add counted as two
 * @param bytes inputs and outputs, each read or written once; weights count unpacked
 */
record LayerRow(
    String path,
    String kind,
    String op,
    String output,
    String algorithm,
    double ms,
    long flops,
    long bytes) {

  /** What SGD with momentum reads and writes per parameter, with the check of the gradients. */
  private static final int UPDATE = 6;

  static LayerRow of(Step step, double ms) {
    Value v = step.value();
    List<Shape> shapes = v.inputs().stream().map(Value::shape).toList();
    return new LayerRow(
        step.path(),
        v.op().name(),
        describe(v.op(), shapes),
        v.shape().times(),
        step.kernel().algorithm(),
        ms,
        v.op().flops(shapes, v.shape()),
        bytes(v.op(), shapes, v.shape()));
  }

  /** What a run does between and after its steps: copies and, in training, the optimiser's step. */
  static LayerRow outside(double ms, long parameters) {
    String kind = parameters > 0 ? "update" : "copies";
    return new LayerRow(
        "", kind, kind, "", parameters > 0 ? "sgd" : "copy", ms, 0, UPDATE * 4 * parameters);
  }

  private static long bytes(Op op, List<Shape> inputs, Shape output) {
    long floats = output.elements();
    for (int i = 0; i < inputs.size(); i++) {
      floats += (i == 1 ? unpacked(op, inputs) : inputs.get(i)).elements();
    }
    return Float.BYTES * floats;
  }

  private static Shape unpacked(Op op, List<Shape> inputs) {
    return switch (op) {
      case Contraction.Conv2d c -> c.weights(inputs);
      case Contraction.ConvTranspose2d t -> t.weights(inputs);
      case Contraction.MatMul m -> m.weights(inputs);
      default -> inputs.get(1);
    };
  }

  private static String describe(Op op, List<Shape> inputs) {
    return switch (op) {
      case Contraction.Conv2d c ->
          op.name() + window(c.window()) + groups(c.groups()) + fused(c.epilogue());
      case Contraction.ConvTranspose2d t -> op.name() + window(t.window()) + groups(t.groups());
      case Contraction.ConvWeightGradient g -> op.name() + window(g.window()) + groups(g.groups());
      case Contraction.MatMul m -> op.name() + " " + inputs.get(0).times() + fused(m.epilogue());
      default -> op.name();
    };
  }

  private static String window(Window2d w) {
    String size = " " + w.kernelHeight() + "×" + w.kernelWidth();
    return w.strideHeight() > 1 ? size + "/" + w.strideHeight() : size;
  }

  private static String groups(int groups) {
    return groups > 1 ? " g" + groups : "";
  }

  private static String fused(Epilogue e) {
    String activation = e.function();
    return (e.bias() ? " +bias" : "")
        + (e.residual() ? " +add" : "")
        + (activation.equals("identity") ? "" : " +" + activation);
  }

  /** Returns the least time in milliseconds that peak and bandwidth allow. */
  double bound(double peakGflops, double bandwidth) {
    double compute = Double.isNaN(peakGflops) ? 0 : flops / peakGflops;
    return Math.max(compute, bytes / bandwidth) * 1e-6;
  }
}
