package dev.fovea.systems.linear;

import de.bwaldvogel.liblinear.Feature;
import de.bwaldvogel.liblinear.FeatureNode;
import de.bwaldvogel.liblinear.Linear;
import de.bwaldvogel.liblinear.Model;
import de.bwaldvogel.liblinear.Parameter;
import de.bwaldvogel.liblinear.Problem;
import de.bwaldvogel.liblinear.SolverType;
import dev.fovea.tensor.FoveaException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A linear support vector machine: the plane with the least |w|²/2 + (b/B)²/2 + C Σ c_y · loss(1 −
 * y · (w · x + b)), where y is 1 for examples and −1 for others, and c_y is the weight of examples
 * or 1. LIBLINEAR finds it (Fan et al., 2008).
 *
 * <p>LIBLINEAR goes through the examples at most 300 times. Where that is not enough it is given
 * all of them twice at half the cost each, which is the same problem, and so on.
 *
 * @param loss what an example costs that is not clear
 * @param cost C
 * @param positive the weight of examples, of which there are few
 * @param bias B, the number behind the features whose weight is the bias
 * @param tolerance by which share the least sum may be missed, about
 */
public record LinearSvm(Loss loss, double cost, double positive, double bias, double tolerance) {
  private static final double TOLERANCE = 1e-2;
  private static final int MOST_TIMES = 256;

  /** What an example costs that is on the wrong side, or too near to the plane. */
  public enum Loss {
    /** max(0, 1 − y · (w · x + b)). */
    HINGE,
    /** Its square. */
    SQUARED_HINGE
  }

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is not positive
   */
  public LinearSvm {
    if (!(cost > 0 && positive > 0 && bias > 0 && tolerance > 0)) {
      throw new FoveaException(
          "support vector machine: cost, weight, bias and tolerance must be positive, got %s, %s, %s, %s"
              .formatted(cost, positive, bias, tolerance));
    }
  }

  /** Returns the machine of R-CNN: hinge, C 0.001, examples count twice, B 10. */
  public static LinearSvm ofRegions() {
    return new LinearSvm(Loss.HINGE, 1e-3, 2, 10, TOLERANCE);
  }

  /**
   * Returns the plane between examples and others.
   *
   * @param examples the features of each example
   * @param others the features of each that is none
   * @throws FoveaException if there is none of either
   */
  public Plane fit(List<float[]> examples, List<float[]> others) {
    if (examples.isEmpty() || others.isEmpty()) {
      throw new FoveaException(
          "support vector machine: needs examples and others, got %s and %s"
              .formatted(examples.size(), others.size()));
    }
    Problem problem = problem(examples, others);
    Plane plane = fit(problem, 1);
    double objective = objective(plane, examples, others);
    for (int times = 2; times <= MOST_TIMES; times *= 2) {
      Plane next = fit(problem, times);
      double lower = objective(next, examples, others);
      boolean same = Math.abs(objective - lower) <= tolerance * objective;
      plane = next;
      objective = lower;
      if (same) {
        break;
      }
    }
    return plane;
  }

  private Problem problem(List<float[]> examples, List<float[]> others) {
    Problem problem = new Problem();
    problem.l = examples.size() + others.size();
    problem.n = examples.get(0).length + 1;
    problem.bias = bias;
    problem.x = new Feature[problem.l][];
    problem.y = new double[problem.l];
    for (int i = 0; i < problem.l; i++) {
      boolean example = i < examples.size();
      problem.x[i] = nodes(example ? examples.get(i) : others.get(i - examples.size()));
      problem.y[i] = example ? 1 : -1;
    }
    return problem;
  }

  /** Fits a problem in which all is there so many times, at as much less cost each. */
  private Plane fit(Problem problem, int times) {
    Problem all = new Problem();
    all.l = problem.l * times;
    all.n = problem.n;
    all.bias = problem.bias;
    all.x = new Feature[all.l][];
    all.y = new double[all.l];
    for (int i = 0; i < all.l; i++) {
      all.x[i] = problem.x[i % problem.l];
      all.y[i] = problem.y[i % problem.l];
    }
    SolverType solver =
        loss == Loss.HINGE ? SolverType.L2R_L1LOSS_SVC_DUAL : SolverType.L2R_L2LOSS_SVC_DUAL;
    Parameter parameter = new Parameter(solver, cost / times, tolerance);
    parameter.setWeights(new double[] {positive, 1}, new int[] {1, -1});
    parameter.setRandom(new Random(0));
    Linear.disableDebugOutput();
    Model model = Linear.train(all, parameter);
    double[] w = model.getFeatureWeights();
    int features = problem.n - 1;
    return new Plane(Arrays.copyOf(w, features), w[features] * bias);
  }

  /** Returns what the plane makes small. */
  double objective(Plane plane, List<float[]> examples, List<float[]> others) {
    double sum = plane.bias() / bias * plane.bias() / bias;
    for (double w : plane.weights()) {
      sum += w * w;
    }
    double losses = 0;
    for (float[] x : examples) {
      losses += positive * loss(plane.margin(x));
    }
    for (float[] x : others) {
      losses += loss(-plane.margin(x));
    }
    return sum / 2 + cost * losses;
  }

  private double loss(double clear) {
    double off = Math.max(0, 1 - clear);
    return loss == Loss.HINGE ? off : off * off;
  }

  private Feature[] nodes(float... x) {
    Feature[] nodes = new Feature[x.length + 1];
    for (int i = 0; i < x.length; i++) {
      nodes[i] = new FeatureNode(i + 1, x[i]);
    }
    nodes[x.length] = new FeatureNode(x.length + 1, bias);
    return nodes;
  }
}
