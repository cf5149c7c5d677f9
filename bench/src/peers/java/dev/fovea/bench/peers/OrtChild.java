package dev.fovea.bench.peers;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.fovea.bench.Child;
import dev.fovea.bench.Child.Unsupported;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Random;

/**
 * The process in which ONNX Runtime is measured: all optimisations, its own threads, which spin
 * while there is work and then sleep. Arguments: network, mode, batch, threads, ONNX file.
 */
final class OrtChild {
  private OrtChild() {}

  public static void main(String[] args) throws IOException {
    Child.serve("ort", args, () -> work(args), Map::of);
  }

  private static Runnable work(String... args) throws OrtException {
    if (args[1].equals("train")) {
      throw new Unsupported("ONNX Runtime has no training");
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setIntraOpNumThreads(Integer.parseInt(args[3]));
    options.setInterOpNumThreads(1);
    OrtSession session = environment.createSession(args[4], options);
    NodeInfo node = session.getInputInfo().values().iterator().next();
    String name = node.getName();
    long[] shape = ((TensorInfo) node.getInfo()).getShape();
    shape[0] = Long.parseLong(args[2]);
    OnnxTensor input = OnnxTensor.createTensor(environment, noise(shape), shape);
    return () -> run(session, Map.of(name, input));
  }

  private static FloatBuffer noise(long... shape) {
    int n = 1;
    for (long extent : shape) {
      n *= (int) extent;
    }
    FloatBuffer values =
        ByteBuffer.allocateDirect(n * Float.BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    Random random = new Random(2);
    for (int i = 0; i < n; i++) {
      values.put(i, (float) random.nextGaussian());
    }
    return values;
  }

  private static void run(OrtSession session, Map<String, OnnxTensor> inputs) {
    try (OrtSession.Result result = session.run(inputs)) {
      if (result.size() < 1) {
        throw new IllegalStateException("expected outputs, got none");
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
