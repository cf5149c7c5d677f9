package dev.fovea.apps.text;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads sequences of labels from outputs that were trained with {@linkplain dev.fovea.nn.Losses#ctc
 * connectionist temporal classification}; the last class is the blank.
 */
public final class CtcDecoder {
  private CtcDecoder() {}

  /** log p of a sequence read so far, by what was read last: the blank or its last label. */
  private record Way(double blank, double label) {
    static final Way NONE = new Way(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);

    double all() {
      return Logs.sum(blank, label);
    }

    Way plusBlank(double log) {
      return new Way(Logs.sum(blank, log), label);
    }

    Way plusLabel(double log) {
      return new Way(blank, Logs.sum(label, log));
    }
  }

  /**
   * Returns the labels of the likeliest class at each step, repeated ones once, without blanks.
   *
   * @param logits [T, classes]
   */
  public static List<Integer> best(Tensor logits) {
    requireSteps(logits);
    int classes = logits.shape().dim(1);
    List<Integer> labels = new ArrayList<>();
    int last = classes - 1;
    for (int t = 0; t < logits.shape().dim(0); t++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits.get(t, c) > logits.get(t, best) ? c : best;
      }
      if (best != last && best != classes - 1) {
        labels.add(best);
      }
      last = best;
    }
    return labels;
  }

  /**
   * Returns about the likeliest labels, whose probability is the sum over all ways to read them, by
   * a beam search over beginnings: after each step only the likeliest stay (Hannun et al., 2014).
   *
   * @param logits [T, classes]
   * @param width how many beginnings stay, 1 or more
   */
  public static List<Integer> beam(Tensor logits, int width) {
    requireSteps(logits);
    if (width < 1) {
      throw new FoveaException("ctc: a beam of 1 or more expected, got " + width);
    }
    Map<List<Integer>, Way> beam = Map.of(List.of(), new Way(0, Double.NEGATIVE_INFINITY));
    for (int t = 0; t < logits.shape().dim(0); t++) {
      beam = likeliest(next(beam, Logs.softmax(logits, t)), width);
    }
    return beam.keySet().iterator().next();
  }

  private static Map<List<Integer>, Way> next(Map<List<Integer>, Way> beam, double... logs) {
    Map<List<Integer>, Way> next = new LinkedHashMap<>();
    int blank = logs.length - 1;
    beam.forEach((labels, way) -> {
      int last = labels.isEmpty() ? -1 : labels.getLast();
      merge(next, labels, Way.NONE.plusBlank(way.all() + logs[blank]));
      for (int c = 0; c < blank; c++) {
        boolean again = c == last;
        if (again) {
          merge(next, labels, Way.NONE.plusLabel(way.label + logs[c]));
        }
        // A label follows an equal one only behind a blank.
        double from = again ? way.blank : way.all();
        List<Integer> longer = new ArrayList<>(labels);
        longer.add(c);
        merge(next, List.copyOf(longer), Way.NONE.plusLabel(from + logs[c]));
      }
    });
    return next;
  }

  private static void merge(Map<List<Integer>, Way> ways, List<Integer> labels, Way more) {
    ways.merge(labels, more, (a, b) -> a.plusBlank(b.blank).plusLabel(b.label));
  }

  private static Map<List<Integer>, Way> likeliest(Map<List<Integer>, Way> ways, int width) {
    Map<List<Integer>, Way> best = new LinkedHashMap<>();
    ways.entrySet().stream()
        .sorted(Comparator.comparingDouble(e -> -e.getValue().all()))
        .limit(width)
        .forEach(e -> best.put(e.getKey(), e.getValue()));
    return best;
  }

  private static void requireSteps(Tensor logits) {
    if (logits.shape().rank() != 2) {
      throw new FoveaException("ctc: logits [T, classes] expected, got " + logits.shape());
    }
  }
}
