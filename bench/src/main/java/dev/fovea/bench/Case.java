package dev.fovea.bench;

import java.util.List;

/**
 * One row: a network and what is done with it.
 *
 * @param net the network's name
 * @param mode what is done
 * @param batch the number of pictures
 * @param threads the number of threads that compute
 */
record Case(String net, Mode mode, int batch, int threads) {

  /** Returns the case as arguments of a child process. */
  List<String> arguments() {
    return List.of(net, mode.label(), "" + batch, "" + threads);
  }

  /** Reads the case from the first arguments of a child process. */
  static Case of(String... arguments) {
    return new Case(
        arguments[0],
        Mode.of(arguments[1]),
        Integer.parseInt(arguments[2]),
        Integer.parseInt(arguments[3]));
  }

  /** Returns the operations of a step in GFLOP, a multiply-add counted as two. */
  double gflop() {
    return BenchNets.find(net).flops() * 1e-9 * batch * mode.passes();
  }

  @Override
  public String toString() {
    return net + " " + mode.label() + " " + batch;
  }
}
