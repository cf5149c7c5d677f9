package dev.fovea.systems.label;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Writes a caption of a drawn scene. */
final class SceneCaption {
  private static final List<String> NUMBERS = List.of("no", "a", "two", "three", "four", "five");
  private static final String MANY = "many";

  private SceneCaption() {}

  /**
   * Returns a sentence such as {@code a red ball and two stars on green ground under a blue sky};
   * kinds of things stand in the order in which they are met from left to right.
   */
  static String of(List<SceneThing> things, String sky, String land) {
    List<String> names = SceneCast.things();
    Map<String, List<SceneThing>> groups = new LinkedHashMap<>();
    for (SceneThing t : fromLeft(things)) {
      groups.computeIfAbsent(names.get(t.kind()), n -> new ArrayList<>()).add(t);
    }
    List<String> parts = new ArrayList<>();
    groups.forEach((name, group) -> parts.add(part(name, group)));
    String all = parts.isEmpty() ? "nothing" : String.join(" and ", parts);
    return "%s on %s ground under a %s sky".formatted(all, land, sky);
  }

  private static List<SceneThing> fromLeft(List<SceneThing> things) {
    return things.stream().sorted(Comparator.comparingDouble(SceneCaption::middle)).toList();
  }

  /** Returns twice the column of a thing's middle. */
  private static double middle(SceneThing thing) {
    double[] bounds = thing.bounds();
    return bounds[0] + bounds[2];
  }

  private static String part(String name, List<SceneThing> group) {
    int n = group.size();
    return n == 1
        ? article(group.getFirst().colourName()) + " " + name
        : (n < NUMBERS.size() ? NUMBERS.get(n) : MANY) + " " + plural(name);
  }

  private static String article(String colour) {
    return (colour.startsWith("o") ? "an " : "a ") + colour;
  }

  private static String plural(String name) {
    return name.equals("cross") ? "crosses" : name + "s";
  }

  /** Returns the words that sentences are made of, in the order of the alphabet. */
  static List<String> words() {
    TreeSet<String> all = new TreeSet<>(NUMBERS.subList(1, NUMBERS.size()));
    all.addAll(List.of(MANY, "an", "nothing", "and", "on", "ground", "under", "sky"));
    all.addAll(SceneColour.names());
    SceneCast.things()
        .forEach(t -> {
          all.add(t);
          all.add(plural(t));
        });
    return List.copyOf(all);
  }
}
