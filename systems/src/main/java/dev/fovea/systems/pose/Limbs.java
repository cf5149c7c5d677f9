package dev.fovea.systems.pose;

import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The limbs along which key points are joined into persons, in the order in which they are joined:
 * each limb begins at a kind of point that earlier ones have reached.
 *
 * @param bones the limbs; a field points from the first end to the second
 */
public record Limbs(List<Bone> bones) {
  /** Copies the list. */
  public Limbs {
    bones = List.copyOf(bones);
  }

  /**
   * Returns the bones of a skeleton as limbs: the first, then always the first of the rest that
   * touches what was reached, turned where need be.
   *
   * @throws FoveaException if there is none
   */
  public static Limbs of(Skeleton skeleton) {
    if (skeleton.bones().isEmpty()) {
      throw new FoveaException(
          "part affinity fields: the skeleton of %s joints has no bones to group them by"
              .formatted(skeleton.joints().size()));
    }
    List<Bone> rest = new ArrayList<>(skeleton.bones());
    List<Bone> ordered = new ArrayList<>();
    Set<Integer> reached = new HashSet<>();
    while (!rest.isEmpty()) {
      Bone next =
          rest.stream()
              .filter(b -> reached.contains(b.from()) || reached.contains(b.to()))
              .findFirst()
              .orElse(rest.get(0));
      rest.remove(next);
      boolean backwards = !reached.contains(next.from()) && reached.contains(next.to());
      ordered.add(backwards ? new Bone(next.to(), next.from()) : next);
      reached.add(next.from());
      reached.add(next.to());
    }
    return new Limbs(ordered);
  }
}
