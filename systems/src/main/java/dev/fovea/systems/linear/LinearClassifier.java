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
 * A linear classifier of many classes: a support vector machine of each class against all others,
 * the largest margin wins. LIBLINEAR finds them (Fan et al., 2008).
 */
public final class LinearClassifier {
  private static final double TOLERANCE = 0.1;

  private final Model model;

  private LinearClassifier(Model model) {
    this.model = model;
  }

  /**
   * Returns the classifier of some examples.
   *
   * @param examples the features of each, as many numbers each
   * @param labels the class of each
   * @param cost C, what an example costs that is not clear, squared; 1 as a rule
   * @throws FoveaException if there are not as many of both, there is none, or the cost is not
   *     positive
   */
  public static LinearClassifier fit(List<float[]> examples, int[] labels, double cost) {
    if (examples.size() != labels.length || labels.length == 0 || !(cost > 0)) {
      throw new FoveaException(
          "linear classifier: examples and labels and a positive cost expected, got %s, %s and %s"
              .formatted(examples.size(), labels.length, cost));
    }
    Problem problem = new Problem();
    problem.l = labels.length;
    problem.n = examples.get(0).length + 1;
    problem.bias = 1;
    problem.x = examples.stream().map(LinearClassifier::nodes).toArray(Feature[][]::new);
    problem.y = Arrays.stream(labels).asDoubleStream().toArray();
    Parameter parameter = new Parameter(SolverType.L2R_L2LOSS_SVC_DUAL, cost, TOLERANCE);
    parameter.setRandom(new Random(0));
    Linear.disableDebugOutput();
    return new LinearClassifier(Linear.train(problem, parameter));
  }

  private static Feature[] nodes(float... x) {
    Feature[] nodes = new Feature[x.length + 1];
    for (int i = 0; i < x.length; i++) {
      nodes[i] = new FeatureNode(i + 1, x[i]);
    }
    nodes[x.length] = new FeatureNode(x.length + 1, 1);
    return nodes;
  }

  /** Returns the class of some features. */
  public int predict(float... features) {
    return (int) Linear.predict(model, nodes(features));
  }

  /** Returns the share of examples that are told rightly. */
  public double accuracy(List<float[]> examples, int[] labels) {
    int hits = 0;
    for (int i = 0; i < labels.length; i++) {
      hits += predict(examples.get(i)) == labels[i] ? 1 : 0;
    }
    return (double) hits / labels.length;
  }
}
