package dev.fovea.bench;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Tensor;

/** A fresh process that builds a network and predicts once. Arguments: network, threads. */
final class ColdChild {
  private ColdChild() {}

  /** Says when the network is built and when the prediction is there. */
  public static void main(String[] args) {
    BenchNet net = BenchNets.find(args[0]);
    Model model = net.model(Engine.ofThreads(Integer.parseInt(args[1])));
    System.out.println(Cold.BUILT);
    System.out.flush();
    Tensor output = model.run(FoveaWork.pictures(net.input(), 1));
    System.out.println(Cold.PREDICTED + " " + output.data()[0]);
    System.out.flush();
    System.exit(0);
  }
}
