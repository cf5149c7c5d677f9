package dev.fovea.bench.peers;

import dev.fovea.bench.Child;
import dev.fovea.bench.Child.Unsupported;
import java.io.IOException;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The process in which Deeplearning4j is measured. Arguments: network, mode, batch, threads; OpenMP
 * takes the threads from the environment.
 */
final class Dl4jChild {
  private Dl4jChild() {}

  public static void main(String[] args) throws IOException {
    Child.serve("dl4j", args, () -> work(args), Map::of);
  }

  private static Runnable work(String... args) {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    ComputationGraphConfiguration configuration =
        Dl4jNets.of(args[0])
            .orElseThrow(() -> new Unsupported("Deeplearning4j has no " + args[0] + " here"));
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    int n = Integer.parseInt(args[2]);
    int[] shape = Dl4jNets.input(args[0]);
    INDArray input = Nd4j.randn(DataType.FLOAT, n, shape[2], shape[0], shape[1]);
    if (args[1].equals("infer")) {
      return () -> graph.outputSingle(false, input);
    }
    int classes = args[0].equals("lenet5") ? 10 : 1000;
    INDArray labels = Nd4j.zeros(DataType.FLOAT, n, classes);
    for (int i = 0; i < n; i++) {
      labels.putScalar(i, i * 7L % classes, 1);
    }
    INDArray[] in = {input};
    INDArray[] out = {labels};
    return () -> graph.fit(in, out);
  }
}
