package dev.fovea.systems.pose;

import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Places the points that a person lacks after grouping.
 *
 * <p>A missing point is the peak of its kind's map for which the peak's value times the score of a
 * limb from there to a point of the person is greatest. Peaks may be weaker than those that begin
 * persons, and may be another person's too: where one stands before another, joints coincide. What
 * was placed helps to place the next, until nothing is added.
 */
final class MissingPoints {
  /** Weaker peaks are taken for noise. */
  private static final double LEAST_PEAK = 0.1;

  private final PersonGrouping grouping;
  private final Tensor maps;
  private final List<List<Peak>> candidates;

  /**
   * Looks for candidates.
   *
   * @param grouping the limbs, and where their fields are
   * @param kinds how many kinds of points there are
   * @param maps maps of the kinds and fields [H, W, C]
   * @param distance how far peaks of a kind are apart at least, in cells
   */
  MissingPoints(PersonGrouping grouping, int kinds, Tensor maps, double distance) {
    this.grouping = grouping;
    this.maps = maps;
    LocalPeaks weak = new LocalPeaks(LEAST_PEAK, distance);
    candidates = IntStream.range(0, kinds).mapToObj(k -> weak.of(maps, k)).toList();
  }

  /**
   * Returns a person's points with those that could be placed.
   *
   * @param known for each kind the point that grouping found
   */
  List<Optional<Peak>> placed(List<Optional<Peak>> known) {
    List<Optional<Peak>> points = new ArrayList<>(known);
    Set<Integer> reached = kinds(k -> known.get(k).isPresent());
    while (!reached.isEmpty()) {
      List<Optional<Peak>> before = List.copyOf(points);
      Set<Integer> from = reached;
      // What a limb from an earlier point does not reach it will not reach in a later round.
      for (int k = 0; k < points.size(); k++) {
        if (before.get(k).isEmpty()) {
          points.set(k, best(k, before, from));
        }
      }
      reached = kinds(k -> before.get(k).isEmpty() && points.get(k).isPresent());
    }
    return points;
  }

  private Set<Integer> kinds(IntPredicate which) {
    return IntStream.range(0, candidates.size())
        .filter(which)
        .boxed()
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A peak, and how much speaks for it. */
  private record Place(Peak peak, double value) {}

  /** Returns the best place of a missing point at the end of a limb from one of these kinds. */
  private Optional<Peak> best(int kind, List<Optional<Peak>> points, Set<Integer> from) {
    List<Place> places = new ArrayList<>();
    List<Bone> bones = grouping.limbs().bones();
    for (int l = 0; l < bones.size(); l++) {
      Bone bone = bones.get(l);
      int other = bone.to() == kind ? bone.from() : bone.to();
      if ((bone.from() == kind || bone.to() == kind) && from.contains(other)) {
        Peak end = points.get(other).orElseThrow();
        LimbField field = new LimbField(maps, grouping.channels().get(l));
        for (Peak p : candidates.get(kind)) {
          double limb = bone.to() == kind ? field.score(end, p) : field.score(p, end);
          places.add(new Place(p, p.value() * limb));
        }
      }
    }
    return places.stream()
        .filter(p -> p.value > 0)
        .max(Comparator.comparingDouble(Place::value))
        .map(Place::peak);
  }
}
