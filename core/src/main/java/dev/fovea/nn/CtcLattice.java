package dev.fovea.nn;

import dev.fovea.tensor.FoveaException;
import java.util.Arrays;

/**
 * The ways to read a sequence of labels from the steps of an output: at each step a label or the
 * blank is read, labels read again are one, and blanks are left out. States are the labels with
 * blanks before, between and behind them.
 *
 * <p>All is computed in doubles, as logarithms.
 */
final class CtcLattice {
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  private final int steps;
  private final int classes;

  /** The class of each state. */
  private final int[] states;

  /** log p of each class at each step. */
  private final double[] logs;

  /** log of the probability to be in a state at a step, with all that was read up to it. */
  private final double[] before;

  /** log of the probability of all that is read behind a step, in a state at that step. */
  private final double[] behind;

  private final double total;

  CtcLattice(float[] logits, int steps, int classes, int[] labels) {
    this.steps = steps;
    this.classes = classes;
    this.states = new int[2 * labels.length + 1];
    Arrays.setAll(states, s -> s % 2 == 0 ? classes - 1 : labels[s / 2]);
    this.logs = logSoftmax(logits);
    this.before = new double[steps * states.length];
    this.behind = new double[steps * states.length];
    requireSteps(labels);
    forward();
    backward();
    int end = steps * states.length - 1;
    this.total = states.length == 1 ? before[end] : sum(before[end], before[end - 1]);
  }

  private void requireSteps(int... labels) {
    int needed = labels.length;
    for (int i = 1; i < labels.length; i++) {
      needed += labels[i] == labels[i - 1] ? 1 : 0;
    }
    if (needed > steps) {
      throw new FoveaException(
          "ctc: %s labels need %s steps with a blank between equal ones, the output has %s"
              .formatted(labels.length, needed, steps));
    }
  }

  private double[] logSoftmax(float... logits) {
    double[] all = new double[logits.length];
    for (int t = 0; t < steps; t++) {
      double sum = NEVER;
      for (int c = 0; c < classes; c++) {
        sum = sum(sum, logits[t * classes + c]);
      }
      for (int c = 0; c < classes; c++) {
        all[t * classes + c] = logits[t * classes + c] - sum;
      }
    }
    return all;
  }

  private static double sum(double a, double b) {
    double high = Math.max(a, b);
    return high == NEVER ? NEVER : high + Math.log1p(Math.exp(Math.min(a, b) - high));
  }

  /** Returns whether a state follows the one before the last directly: a label on another one. */
  private boolean leaps(int s) {
    return s >= 2 && s % 2 == 1 && states[s] != states[s - 2];
  }

  private double log(int t, int s) {
    return logs[t * classes + states[s]];
  }

  private void forward() {
    Arrays.fill(before, NEVER);
    int width = states.length;
    for (int s = 0; s < Math.min(2, width); s++) {
      before[s] = log(0, s);
    }
    for (int t = 1; t < steps; t++) {
      int last = (t - 1) * width;
      for (int s = 0; s < width; s++) {
        double all = before[last + s];
        all = s >= 1 ? sum(all, before[last + s - 1]) : all;
        all = leaps(s) ? sum(all, before[last + s - 2]) : all;
        before[t * width + s] = all + log(t, s);
      }
    }
  }

  private void backward() {
    Arrays.fill(behind, NEVER);
    int width = states.length;
    for (int s = Math.max(0, width - 2); s < width; s++) {
      behind[(steps - 1) * width + s] = 0;
    }
    for (int t = steps - 2; t >= 0; t--) {
      int next = (t + 1) * width;
      for (int s = 0; s < width; s++) {
        double all = behind[next + s] + log(t + 1, s);
        all = s + 1 < width ? sum(all, behind[next + s + 1] + log(t + 1, s + 1)) : all;
        boolean leap = s + 2 < width && leaps(s + 2);
        all = leap ? sum(all, behind[next + s + 2] + log(t + 1, s + 2)) : all;
        behind[t * width + s] = all;
      }
    }
  }

  /** Returns −log of the probability of the labels. */
  double loss() {
    return -total;
  }

  /** Returns the gradient of the loss by the logits: p of each class less its share of the ways. */
  float[] gradient() {
    float[] gradient = new float[logs.length];
    double[] share = new double[classes];
    for (int t = 0; t < steps; t++) {
      Arrays.fill(share, 0);
      for (int s = 0; s < states.length; s++) {
        int at = t * states.length + s;
        share[states[s]] += Math.exp(before[at] + behind[at] - total);
      }
      for (int c = 0; c < classes; c++) {
        int at = t * classes + c;
        gradient[at] = (float) (Math.exp(logs[at]) - share[c]);
      }
    }
    return gradient;
  }
}
