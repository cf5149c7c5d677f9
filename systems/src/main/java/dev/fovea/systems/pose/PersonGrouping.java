package dev.fovea.systems.pose;

import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups key points into persons by part affinity fields (Cao et al. 2017).
 *
 * <p>The score of a pair of points is how well the field agrees with the line between them: the
 * field is sampled at ten places of the line, each sample is multiplied with the line's direction,
 * and the products above 0.05 are averaged. More than 0.8 of the samples must be above 0.05. Of
 * pairs that share a point the one with the highest score stays.
 *
 * <p>Persons are built limb by limb. A limb adds the point that a person lacks, joins two parts of
 * a person that have no kind of point in common, or begins a new person. A person needs at least
 * three points, and a sum of the scores of its points and limbs of at least 0.2 per point.
 *
 * @param limbs the limbs in the order in which they are joined
 * @param channels the first of the two channels of each limb's field
 */
public record PersonGrouping(Limbs limbs, List<Integer> channels) {
  private static final int LEAST_POINTS = 3;
  private static final double LEAST_SCORE = 0.2;

  /**
   * Checks the lists.
   *
   * @throws FoveaException if there are not as many fields as limbs
   */
  public PersonGrouping {
    channels = List.copyOf(channels);
    if (channels.size() != limbs.bones().size()) {
      throw new FoveaException(
          "part affinity fields: %s fields for %s limbs"
              .formatted(channels.size(), limbs.bones().size()));
    }
  }

  /**
   * A person.
   *
   * @param points for each kind the place of its point in the list of that kind, −1 for none
   * @param score the sum of the values of its points and the scores of its limbs
   * @param count how many points it has
   */
  public record Person(List<Integer> points, double score, int count) {
    /** Copies the list. */
    public Person {
      points = List.copyOf(points);
    }
  }

  /** A limb between two points of their kinds' lists. */
  private record Pair(int from, int to, double score) {}

  /** A person that grows. */
  private static final class Growing {
    private final int[] points;
    private double score;
    private int count;

    Growing(int kinds, int kind, int point, double value) {
      points = new int[kinds];
      Arrays.fill(points, -1);
      points[kind] = point;
      score = value;
      count = 1;
    }

    /** Returns whether both have a point of the same kind. */
    boolean overlaps(Growing other) {
      return IntStream.range(0, points.length)
          .anyMatch(k -> points[k] >= 0 && other.points[k] >= 0);
    }

    void join(Growing other, double limb) {
      for (int k = 0; k < points.length; k++) {
        points[k] = Math.max(points[k], other.points[k]);
      }
      score += other.score + limb;
      count += other.count;
    }
  }

  /**
   * Returns the persons.
   *
   * @param points the points of each kind, in cells: the middle of the first cell is (½, ½)
   * @param fields the fields [H, W, C]
   */
  public List<Person> of(List<List<Peak>> points, Tensor fields) {
    List<Growing> persons = new ArrayList<>();
    for (int limb = 0; limb < channels.size(); limb++) {
      Bone bone = limbs.bones().get(limb);
      List<Peak> from = points.get(bone.from());
      List<Peak> to = points.get(bone.to());
      for (Pair pair : pairs(from, to, new LimbField(fields, channels.get(limb)))) {
        grow(persons, bone, pair, points);
      }
    }
    return persons.stream()
        .filter(p -> p.count >= LEAST_POINTS && p.score / p.count >= LEAST_SCORE)
        .map(p -> new Person(Arrays.stream(p.points).boxed().toList(), p.score, p.count))
        .toList();
  }

  /** Joins the parts of persons at the ends of a limb, unless they are of different persons. */
  private static void grow(List<Growing> persons, Bone bone, Pair pair, List<List<Peak>> points) {
    Growing first = holder(persons, bone.from(), pair.from, points);
    Growing second = holder(persons, bone.to(), pair.to, points);
    if (!first.overlaps(second)) {
      persons.remove(second);
      if (!persons.contains(first)) {
        persons.add(first);
      }
      first.join(second, pair.score);
    }
  }

  /** Returns the person that has a point, or a new one of that point alone. */
  private static Growing holder(
      List<Growing> persons, int kind, int point, List<List<Peak>> points) {
    return persons.stream()
        .filter(p -> p.points[kind] == point)
        .findFirst()
        .orElseGet(
            () -> new Growing(points.size(), kind, point, points.get(kind).get(point).value()));
  }

  /** Returns the pairs that are limbs, the surest first, each point in one of them. */
  private static List<Pair> pairs(List<Peak> from, List<Peak> to, LimbField field) {
    List<Pair> all = new ArrayList<>();
    for (int b = 0; b < to.size(); b++) {
      for (int a = 0; a < from.size(); a++) {
        double score = field.score(from.get(a), to.get(b));
        if (score > 0) {
          all.add(new Pair(a, b, score));
        }
      }
    }
    all.sort(Comparator.comparingDouble(p -> -p.score));
    boolean[] usedFrom = new boolean[from.size()];
    boolean[] usedTo = new boolean[to.size()];
    List<Pair> kept = new ArrayList<>();
    for (Pair p : all) {
      if (!usedFrom[p.from] && !usedTo[p.to]) {
        usedFrom[p.from] = true;
        usedTo[p.to] = true;
        kept.add(p);
      }
    }
    return kept;
  }
}
