package dev.fovea.apps.search;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the nearest vectors by comparing with all. */
public final class ExactSearch {
  private final List<String> names = new ArrayList<>();
  private final List<float[]> vectors = new ArrayList<>();

  /** Creates a search over nothing. */
  public ExactSearch() {}

  /** Adds a vector. */
  public void add(String name, float... vector) {
    names.add(name);
    vectors.add(vector.clone());
  }

  /**
   * Returns the nearest vectors by the cosine, the nearest first.
   *
   * @param count how many, or all if there are fewer
   * @throws FoveaException if the vectors have another length
   */
  public List<Match> nearest(float[] vector, int count) {
    List<Match> all = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      all.add(new Match(names.get(i), cosine(vector, vectors.get(i))));
    }
    return all.stream()
        .sorted(Comparator.comparingDouble(m -> -m.similarity()))
        .limit(count)
        .toList();
  }

  /**
   * Returns the cosine of the angle between two vectors; 0 if one has no length.
   *
   * @throws FoveaException if they have different lengths
   */
  public static double cosine(float[] a, float[] b) {
    if (a.length != b.length) {
      throw new FoveaException(
          "search: vectors of %s and %s numbers do not compare".formatted(a.length, b.length));
    }
    double product = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < a.length; i++) {
      product += (double) a[i] * b[i];
      aa += (double) a[i] * a[i];
      bb += (double) b[i] * b[i];
    }
    return aa == 0 || bb == 0 ? 0 : product / Math.sqrt(aa * bb);
  }
}
