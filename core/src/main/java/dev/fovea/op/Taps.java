package dev.fovea.op;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A sparse matrix that maps the places of an axis to those of another: output place {@code o} is
 * the sum of its taps, each a weight times an input place.
 *
 * <p>Immutable, with value equality. Taps of an output place are summed in their order.
 */
public final class Taps {
  private final int inputs;
  private final int[] begin;
  private final int[] sources;
  private final float[] weights;

  /**
   * One summand of an output place.
   *
   * @param source the input place
   * @param weight what it is multiplied with
   */
  public record Tap(int source, float weight) {}

  private Taps(int inputs, int[] begin, int[] sources, float[] weights) {
    this.inputs = inputs;
    this.begin = begin;
    this.sources = sources;
    this.weights = weights;
  }

  /**
   * Returns the matrix of these rows.
   *
   * @param inputs the number of input places
   * @param rows the taps of each output place
   * @throws IllegalArgumentException if a tap reads outside the input
   */
  public static Taps of(int inputs, List<List<Tap>> rows) {
    int[] begin = new int[rows.size() + 1];
    List<Tap> all = new ArrayList<>();
    for (int o = 0; o < rows.size(); o++) {
      all.addAll(rows.get(o));
      begin[o + 1] = all.size();
    }
    float[] weights = new float[all.size()];
    for (int i = 0; i < weights.length; i++) {
      if (all.get(i).source < 0 || all.get(i).source >= inputs) {
        throw new IllegalArgumentException(all.get(i) + " of " + inputs + " places");
      }
      weights[i] = all.get(i).weight;
    }
    return new Taps(inputs, begin, all.stream().mapToInt(Tap::source).toArray(), weights);
  }

  /** Returns the transposed matrix, the map of gradients. */
  public Taps transposed() {
    List<List<Tap>> columns = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      columns.add(new ArrayList<>());
    }
    for (int o = 0; o < outputs(); o++) {
      for (int t = begin(o); t < begin(o + 1); t++) {
        columns.get(sources[t]).add(new Tap(o, weights[t]));
      }
    }
    return of(outputs(), columns);
  }

  /** Returns whether each output place is the input place of the same number. */
  public boolean isIdentity() {
    boolean same = inputs == outputs() && size() == inputs;
    for (int i = 0; same && i < inputs; i++) {
      same = begin[i + 1] == i + 1 && sources[i] == i && weights[i] == 1;
    }
    return same;
  }

  /** Returns the number of input places. */
  public int inputs() {
    return inputs;
  }

  /** Returns the number of output places. */
  public int outputs() {
    return begin.length - 1;
  }

  /** Returns the number of the first tap of an output place; its taps end where the next begin. */
  public int begin(int output) {
    return begin[output];
  }

  /** Returns the number of taps of all output places. */
  public int size() {
    return sources.length;
  }

  /** Returns the input place that tap {@code t} reads. */
  public int source(int t) {
    return sources[t];
  }

  /** Returns the weight of tap {@code t}. */
  public float weight(int t) {
    return weights[t];
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof Taps t
        && inputs == t.inputs
        && Arrays.equals(begin, t.begin)
        && Arrays.equals(sources, t.sources)
        && Arrays.equals(weights, t.weights);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * inputs + Arrays.hashCode(sources)) + Arrays.hashCode(weights);
  }

  /** Returns the numbers of places, such as {@code 7→14}. */
  @Override
  public String toString() {
    return inputs + "→" + outputs();
  }
}
