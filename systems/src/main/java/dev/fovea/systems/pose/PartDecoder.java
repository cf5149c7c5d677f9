package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.pose.PersonGrouping.Person;
import dev.fovea.systems.region.Enlarged;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * Reads the poses of several persons from confidence maps and part affinity fields in one output
 * [N, H, W, C]: maps of the kinds first, fields where the rule says (Cao et al. 2017).
 *
 * <p>Maps are enlarged before peaks are looked for. A pose is as sure as its points and limbs on
 * the average, where it has all; each that grouping did not find counts as 0.
 *
 * @param output the number of the output
 * @param kinds how many kinds of points there are
 * @param grouping how points become persons
 * @param enlarged how many times larger maps are made
 * @param peaks which peaks are points, in cells of enlarged maps
 * @param completes whether points that a person lacks are placed afterwards, where a weaker peak
 *     and the field of a limb agree
 */
public record PartDecoder(
    int output,
    int kinds,
    PersonGrouping grouping,
    int enlarged,
    LocalPeaks peaks,
    boolean completes)
    implements PoseDecoder {
  /** The name of this rule. */
  public static final String KIND = "part-fields";

  private static final String OUTPUT = "output";
  private static final String ENLARGED = "enlarged";
  private static final String LEAST = "least_peak";
  private static final String DISTANCE = "peak_distance";
  private static final String LIMBS = "limbs";
  private static final String BETWEEN = "between_cells";
  private static final String COMPLETES = "completes";
  private static final double LEAST_PEAK = 0.3;
  private static final int MOST_ENLARGED = 16;
  private static final int LIMB_NUMBERS = 3;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if maps are not made 1 to 16 times larger, or a limb is between kinds
   *     that there are not
   */
  public PartDecoder {
    if (enlarged < 1 || enlarged > MOST_ENLARGED) {
      throw new FoveaException(
          "part affinity fields: maps %s times as large, 1 to %s expected"
              .formatted(enlarged, MOST_ENLARGED));
    }
    for (Bone b : grouping.limbs().bones()) {
      if (b.from() < 0 || b.to() < 0 || b.from() >= kinds || b.to() >= kinds) {
        throw new FoveaException(
            "part affinity fields: a limb from %s to %s, there are kinds 0 to %s"
                .formatted(b.from(), b.to(), kinds - 1));
      }
    }
  }

  /** Creates a rule that leaves missing what grouping does not find. */
  public PartDecoder(
      int output, int kinds, PersonGrouping grouping, int enlarged, LocalPeaks peaks) {
    this(output, kinds, grouping, enlarged, peaks, false);
  }

  /**
   * Returns the rule of a network whose output has a map of each kind, the background, then a field
   * for each limb of a skeleton, with peaks of at least 0.3 whose places are told between cells. It
   * completes persons.
   *
   * @param enlarged how many times larger maps are made
   * @param distance how far peaks of a kind are apart, in cells of enlarged maps
   */
  public static PartDecoder of(Skeleton skeleton, int enlarged, double distance) {
    Limbs limbs = Limbs.of(skeleton);
    int kinds = skeleton.joints().size();
    List<Integer> channels = new ArrayList<>();
    for (int l = 0; l < limbs.bones().size(); l++) {
      channels.add(kinds + 1 + 2 * l);
    }
    return new PartDecoder(
        0,
        kinds,
        new PersonGrouping(limbs, channels),
        enlarged,
        new LocalPeaks(LEAST_PEAK, distance).betweenCells(),
        true);
  }

  @Override
  public List<Pose> decode(List<Tensor> outputs, int sample, Size input, String label) {
    Tensor maps = PoseOutputs.maps(outputs, output, sample);
    requireChannels(maps.shape().dim(2));
    int height = maps.shape().dim(0) * enlarged;
    int width = maps.shape().dim(1) * enlarged;
    Tensor large = enlarged == 1 ? maps : Enlarged.cubic(maps, height, width);
    List<List<Peak>> points = new ArrayList<>();
    for (int k = 0; k < kinds; k++) {
      points.add(peaks.of(large, k));
    }
    List<Person> persons = grouping.of(points, large);
    UnaryOperator<List<Optional<Peak>>> completion =
        completes && !persons.isEmpty()
            ? new MissingPoints(grouping, kinds, large, peaks.distance())::placed
            : UnaryOperator.identity();
    double cell = (double) input.width() / width;
    return persons.stream()
        .map(p -> pose(completion.apply(found(p, points)), p.score(), large, cell, label))
        .sorted(Comparator.comparingDouble(p -> -p.score()))
        .toList();
  }

  /** Returns for each kind the point that grouping gave a person. */
  private List<Optional<Peak>> found(Person person, List<List<Peak>> points) {
    return IntStream.range(0, kinds)
        .mapToObj(
            k -> Optional.of(person.points().get(k)).filter(n -> n >= 0).map(points.get(k)::get))
        .toList();
  }

  private void requireChannels(int channels) {
    int last = grouping.channels().stream().mapToInt(c -> c + 1).max().orElse(0);
    if (channels < kinds || channels <= last) {
      throw new FoveaException(
          "part affinity fields: output %s has %s channels, %s are read"
              .formatted(output, channels, Math.max(kinds, last + 1)));
    }
  }

  /** Returns a person's pose: cells say how points belong together, the maps where they are. */
  private Pose pose(
      List<Optional<Peak>> points, double score, Tensor maps, double cell, String label) {
    List<KeyPoint> all = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (int k = 0; k < kinds; k++) {
      if (points.get(k).isEmpty()) {
        all.add(new KeyPoint(0, 0, k, Visibility.ABSENT));
        scores.add(0.0);
      } else {
        Peak p = peaks.told(maps, k, points.get(k).get());
        all.add(new KeyPoint(p.x() * cell, p.y() * cell, k, Visibility.VISIBLE));
        scores.add(Math.clamp(p.value(), 0, 1));
      }
    }
    double whole = 2.0 * kinds - 1;
    return new Pose(all, scores, label, Math.clamp(score / whole, 0, 1));
  }

  @Override
  public Tensor unmirrored(Tensor told, Skeleton skeleton) {
    List<Integer> partners = FlipTest.kinds(skeleton, kinds);
    Tensor turned = FlipTest.maps(told, partners);
    List<Bone> bones = grouping.limbs().bones();
    for (int l = 0; l < bones.size(); l++) {
      Bone b = bones.get(l);
      int from = partners.get(b.from());
      int to = partners.get(b.to());
      int same = bones.indexOf(new Bone(from, to));
      int other = same < 0 ? bones.indexOf(new Bone(to, from)) : same;
      if (other < 0) {
        throw new FoveaException(
            "flip test: in a mirror image the limb from %s to %s is one that there is not"
                .formatted(skeleton.joints().get(b.from()), skeleton.joints().get(b.to())));
      }
      // Right and left change, and both directions if the other limb runs the other way.
      int sign = same < 0 ? -1 : 1;
      FlipTest.copy(
          told, grouping.channels().get(other), turned, grouping.channels().get(l), -sign);
      FlipTest.copy(
          told, grouping.channels().get(other) + 1, turned, grouping.channels().get(l) + 1, sign);
    }
    return turned;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(OUTPUT, output);
    fields.put(ENLARGED, enlarged);
    fields.put(LEAST, peaks.least());
    fields.put(DISTANCE, peaks.distance());
    fields.put(BETWEEN, peaks.between());
    fields.put(COMPLETES, completes);
    List<Object> limbs = new ArrayList<>();
    for (int l = 0; l < grouping.channels().size(); l++) {
      Bone b = grouping.limbs().bones().get(l);
      limbs.add(List.of(b.from(), b.to(), grouping.channels().get(l)));
    }
    fields.put(LIMBS, limbs);
    return fields;
  }

  static PartDecoder parse(Map<String, Object> fields, int kinds, String where) {
    List<Bone> bones = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    for (Object o : Json.array(Json.member(fields, LIMBS, where), where + " " + LIMBS)) {
      List<Object> limb = Json.array(o, where + " " + LIMBS);
      if (limb.size() != LIMB_NUMBERS) {
        throw new FoveaException(
            "%s: %s: [from, to, channel] expected, got %s numbers"
                .formatted(where, LIMBS, limb.size()));
      }
      List<Integer> numbers =
          limb.stream().map(n -> small(Json.integer(n, where + " " + LIMBS))).toList();
      bones.add(new Bone(numbers.get(0), numbers.get(1)));
      channels.add(numbers.get(2));
    }
    return new PartDecoder(
        PoseOutputs.number(fields, OUTPUT, where),
        kinds,
        new PersonGrouping(new Limbs(bones), channels),
        PoseOutputs.number(fields, ENLARGED, where),
        peaks(fields, where),
        said(fields, COMPLETES, where));
  }

  private static LocalPeaks peaks(Map<String, Object> fields, String where) {
    return new LocalPeaks(
        Json.number(Json.member(fields, LEAST, where), where + " " + LEAST),
        Json.number(Json.member(fields, DISTANCE, where), where + " " + DISTANCE),
        said(fields, BETWEEN, where));
  }

  /** Returns what a file says of this; one that was written before it could be said says no. */
  private static boolean said(Map<String, Object> fields, String name, String where) {
    return fields.containsKey(name)
        && Json.bool(Json.member(fields, name, where), where + " " + name);
  }

  private static int small(long number) {
    return Math.clamp(number, -1, 1 << 20);
  }
}
