package dev.fovea.systems.label;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The kinds of key points that objects have, and how they belong together.
 *
 * @param joints the name of each kind
 * @param bones which points are joined by a line in drawings and part affinity fields
 * @param mirrored for each kind the kind it is in a mirror image; empty where that is not known, so
 *     that mirroring is refused
 * @param sigmas for each kind how far apart its marks by several people lie, as a share of the
 *     square root of the object's area (COCO's σ)
 */
public record Skeleton(
    List<String> joints, List<Bone> bones, List<Integer> mirrored, List<Double> sigmas) {
  /** The skeleton of objects without key points. */
  public static final Skeleton NONE = new Skeleton(List.of(), List.of(), List.of(), List.of());

  /** The σ of a kind of point that nobody has measured: about the mean of COCO's. */
  private static final double USUAL_SIGMA = 0.05;

  private static final String JOINTS = "joints";
  private static final String BONES = "bones";
  private static final String MIRRORED = "mirrored";
  private static final String SIGMAS = "sigmas";

  private static final List<String> COCO_JOINTS =
      List.of(
          "nose",
          "left_eye",
          "right_eye",
          "left_ear",
          "right_ear",
          "left_shoulder",
          "right_shoulder",
          "left_elbow",
          "right_elbow",
          "left_wrist",
          "right_wrist",
          "left_hip",
          "right_hip",
          "left_knee",
          "right_knee",
          "left_ankle",
          "right_ankle");

  /** By pycocotools' cocoeval.py; the names are those of COCO's category "person". */
  private static final List<Double> COCO_SIGMAS =
      List.of(
          .026, .025, .025, .035, .035, .079, .079, .072, .072, .062, .062, .107, .107, .087, .087,
          .089, .089);

  /** A line between two key points, by their kinds. */
  public record Bone(int from, int to) {}

  /**
   * Checks that all kinds exist.
   *
   * @throws FoveaException if one does not
   */
  public Skeleton {
    joints = List.copyOf(joints);
    bones = List.copyOf(bones);
    mirrored = List.copyOf(mirrored);
    sigmas = List.copyOf(sigmas);
    int kinds = joints.size();
    boolean wrong =
        bones.stream().anyMatch(b -> !isKind(b.from, kinds) || !isKind(b.to, kinds))
            || mirrored.stream().anyMatch(m -> !isKind(m, kinds));
    if (wrong || sigmas.size() != kinds || (!mirrored.isEmpty() && mirrored.size() != kinds)) {
      throw new FoveaException(
          "skeleton of %s joints: bones %s, mirrored %s: kinds of 0 to %s expected"
              .formatted(kinds, bones, mirrored, kinds - 1));
    }
  }

  private static boolean isKind(int number, int kinds) {
    return number >= 0 && number < kinds;
  }

  /**
   * Returns the skeleton of points of these names. Which is which in a mirror image follows from
   * names that differ in {@code left} and {@code right} only; if there are none, it is not known.
   */
  public static Skeleton of(List<String> joints, List<Bone> bones) {
    List<Double> sigmas =
        joints.equals(COCO_JOINTS) ? COCO_SIGMAS : Collections.nCopies(joints.size(), USUAL_SIGMA);
    return new Skeleton(joints, bones, pairs(joints), sigmas);
  }

  /** Returns this skeleton with other kinds in a mirror image. */
  public Skeleton withMirrored(List<Integer> kinds) {
    return new Skeleton(joints, bones, kinds, sigmas);
  }

  /** Returns the skeleton as JSON values, which {@link #parse} reads. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(JOINTS, joints);
    fields.put(BONES, bones.stream().map(b -> List.of(b.from, b.to)).toList());
    fields.put(MIRRORED, mirrored);
    fields.put(SIGMAS, sigmas);
    return fields;
  }

  /**
   * Returns the skeleton of JSON values of {@link #fields}.
   *
   * @param where what they are from, for messages
   * @throws FoveaException if they are no skeleton
   */
  public static Skeleton parse(Map<String, Object> fields, String where) {
    List<Bone> bones = new ArrayList<>();
    for (Object o : array(fields, BONES, where)) {
      List<Object> ends = Json.array(o, where + " " + BONES);
      if (ends.size() != 2) {
        throw new FoveaException(
            "%s: %s: two ends each expected, got %s".formatted(where, BONES, ends.size()));
      }
      bones.add(new Bone(kind(ends.get(0), where), kind(ends.get(1), where)));
    }
    return new Skeleton(
        array(fields, JOINTS, where).stream()
            .map(o -> Text.oneLine(Json.string(o, where + " " + JOINTS)))
            .toList(),
        bones,
        array(fields, MIRRORED, where).stream().map(o -> kind(o, where)).toList(),
        array(fields, SIGMAS, where).stream()
            .map(o -> Json.number(o, where + " " + SIGMAS))
            .toList());
  }

  private static List<Object> array(Map<String, Object> fields, String name, String where) {
    return Json.array(Json.member(fields, name, where), where + " " + name);
  }

  private static int kind(Object value, String where) {
    return Math.clamp(Json.integer(value, where), -1, Integer.MAX_VALUE);
  }

  /**
   * Returns the first joint without a partner on the other side, where it is not known which joint
   * is which in a mirror image; empty where it is known, or there are no joints.
   */
  public Optional<String> unpaired() {
    if (joints.isEmpty() || !mirrored.isEmpty()) {
      return Optional.empty();
    }
    return joints.stream()
        .filter(j -> !joints.contains(otherSide(j)))
        .findFirst()
        .or(() -> Optional.of(joints.getFirst()));
  }

  private static List<Integer> pairs(List<String> joints) {
    List<Integer> mirrored = new ArrayList<>();
    boolean sided = false;
    for (String joint : joints) {
      String other = otherSide(joint);
      int at = joints.indexOf(other);
      sided |= !other.equals(joint);
      if (at < 0) {
        return List.of();
      }
      mirrored.add(at);
    }
    return sided ? mirrored : List.of();
  }

  private static String otherSide(String name) {
    String marked = name.replace("left", "\0").replace("Left", "\1");
    String half = marked.replace("right", "left").replace("Right", "Left");
    return half.replace("\0", "right").replace("\1", "Right");
  }
}
