package dev.fovea.insight.explain;

import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.op.Value;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.detect.Candidates;
import dev.fovea.systems.detect.Detector;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The score of a box that a detector has found, as a target: score + Σ ∂score/∂o · (o − o′) over
 * the numbers o of the outputs that the score is made of, o′ being what they are for the input. For
 * that input its value and its gradient are those of the score; elsewhere it goes on straight.
 *
 * <p>How outputs become boxes is a matter of the detector's decoder, which runs behind the network.
 * Which numbers a score is made of is found by changing them, halves of halves at a time: it holds
 * for every decoder there is.
 */
public final class DetectionTarget {
  /** By how much a number is changed, which floats near 1 still tell. */
  private static final float STEP = 1f / 64;

  private static final int MOST_NUMBERS = 4096;

  private final Detector detector;
  private final List<Tensor> outputs;
  private final int candidate;
  private final double score;
  private final List<Tensor> slopes;
  private int found;

  private DetectionTarget(Detector detector, List<Tensor> outputs, int candidate) {
    this.detector = detector;
    this.outputs = outputs.stream().map(Tensor::copy).toList();
    this.candidate = candidate;
    this.score = score();
    this.slopes = outputs.stream().map(t -> Tensor.zeros(t.shape())).toList();
  }

  /**
   * Returns the score of a detection as a target.
   *
   * @param model the network
   * @param detector how its outputs are read
   * @param input as the network takes it, [H, W, C]
   * @param placement where the picture lies in it
   * @param detection one of those that the detector found there
   * @throws FoveaException if no candidate is that detection, or its score depends on too much
   */
  public static Target of(
      Model model, Detector detector, Tensor input, Placement placement, Detection detection) {
    List<Tensor> outputs = model.run(List.of(input.reshape(input.shape().prepend(1))));
    int candidate = candidate(detector, outputs, placement, detection);
    DetectionTarget target = new DetectionTarget(detector, outputs, candidate);
    for (int i = 0; i < outputs.size(); i++) {
      target.search(i, 0, outputs.get(i).data().length);
    }
    if (target.found == 0) {
      throw new FoveaException("the score of " + detection.label() + " depends on no output");
    }
    return network -> {
      List<Value> terms = new ArrayList<>();
      for (int i = 0; i < target.slopes.size(); i++) {
        Value y = network.outputs().get(i);
        int n = y.shape().dim(0);
        Shape row = Shape.of(1, y.shape().elements() / n);
        Value slope = Value.constant(target.slopes.get(i).reshape(row));
        terms.add(y.reshape(row.withDim(0, n)).times(slope).sum(1).reshape(Shape.of(n)));
      }
      terms.add(Value.constant(Tensor.of(Shape.of(1), (float) (target.score - target.weighted()))));
      return terms.stream().reduce(Value::plus).orElseThrow();
    };
  }

  /** Returns Σ ∂score/∂o · o′. */
  private double weighted() {
    double sum = 0;
    for (int i = 0; i < outputs.size(); i++) {
      for (int j = 0; j < outputs.get(i).data().length; j++) {
        sum += (double) slopes.get(i).data()[j] * outputs.get(i).data()[j];
      }
    }
    return sum;
  }

  private static Candidates decode(Detector detector, List<Tensor> outputs) {
    Candidates all = new Candidates();
    detector.rule().decoder().decode(outputs, 0, 0, all);
    return all;
  }

  /** Returns which candidate a detection is: of its class and score, the nearest box. */
  private static int candidate(
      Detector detector, List<Tensor> outputs, Placement placement, Detection detection) {
    Candidates all = decode(detector, outputs);
    BoxArray boxes = all.boxes();
    float[] scores = all.scores();
    int[] classes = all.classes();
    double left = placement.inputX(detection.box().left());
    double top = placement.inputY(detection.box().top());
    int best = -1;
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < scores.length; i++) {
      if (classes[i] == detection.box().label() && scores[i] == (float) detection.score()) {
        double away = Math.abs(boxes.left(i) - left) + Math.abs(boxes.top(i) - top);
        if (away < nearest) {
          nearest = away;
          best = i;
        }
      }
    }
    if (best < 0) {
      throw new FoveaException(
          "no candidate of the network is the " + detection.label() + " of this detection");
    }
    return best;
  }

  private double score() {
    float[] scores = decode(detector, outputs).scores();
    return candidate < scores.length ? scores[candidate] : 0;
  }

  /** Finds the numbers of an output that the score depends on, and its slope by each. */
  private void search(int output, int from, int to) {
    float[] data = outputs.get(output).data();
    float[] before = Arrays.copyOfRange(data, from, to);
    for (int i = from; i < to; i++) {
      // Unevenly: what changes several numbers by the same may cancel out, as in a softmax.
      data[i] += STEP * (1 + (i * 7919 % 13) / 13f);
    }
    boolean depends = score() != score;
    System.arraycopy(before, 0, data, from, before.length);
    if (depends && to - from > 1) {
      int middle = (from + to) >>> 1;
      search(output, from, middle);
      search(output, middle, to);
    } else if (depends) {
      found++;
      if (found > MOST_NUMBERS) {
        throw new FoveaException("the score depends on more than " + MOST_NUMBERS + " numbers");
      }
      slopes.get(output).data()[from] = slope(data, from);
    }
  }

  private float slope(float[] data, int at) {
    float before = data[at];
    data[at] = before + STEP;
    double above = score();
    data[at] = before - STEP;
    double below = score();
    data[at] = before;
    return (float) ((above - below) / (2 * STEP));
  }
}
