package dev.fovea.systems.pose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.pose.PersonGrouping.Person;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maps and fields of several persons, and how points become persons again. */
final class PartFieldsTest {
  static List<Fact> fields() {
    return VisionFacts.of("pose", "field of one limb");
  }

  static List<Fact> maps() {
    return VisionFacts.of("pose", "map of two points");
  }

  static List<Fact> groupings() {
    return VisionFacts.of("pose", "points and persons found in drawn maps");
  }

  private static KeyPoint point(double x, double y, int kind) {
    return new KeyPoint(x, y, kind, Visibility.VISIBLE);
  }

  private static int whole(Fact fact, String name) {
    return VisionFacts.whole(fact.param(name));
  }

  /** The reference's cell i lies at stride · i, Fovea's middle of cell i at i + ½. */
  @ParameterizedTest
  @MethodSource("fields")
  void fieldsAreUnitVectorsAlongLimbs(Fact fact) {
    double stride = VisionFacts.number(fact.param("stride"));
    double[] a = VisionFacts.numbers(fact.input("a"));
    double[] b = VisionFacts.numbers(fact.input("b"));
    PartFields fields =
        new PartFields(
            whole(fact, "height"),
            whole(fact, "width"),
            VisionFacts.number(fact.param("thickness")),
            new Limbs(List.of(new Bone(0, 1))));
    Tensor field =
        fields.of(
            List.of(
                List.of(
                    point(a[0] / stride + 0.5, a[1] / stride + 0.5, 0),
                    point(b[0] / stride + 0.5, b[1] / stride + 0.5, 1))));
    List<Object> expected = VisionFacts.list(fact.answer("field"));
    for (int axis = 0; axis < 2; axis++) {
      float[] own = channel(field, axis);
      float[] right = VisionFacts.map(expected.get(axis)).data();
      assertThat(own).containsExactly(right, within((float) fact.tolerance()));
    }
  }

  private static float[] channel(Tensor maps, int channel) {
    int channels = maps.shape().dim(2);
    float[] values = new float[maps.data().length / channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = maps.data()[i * channels + channel];
    }
    return values;
  }

  /** The reference's pixel p lies at p + ½ of Fovea's pixels. */
  @ParameterizedTest
  @MethodSource("maps")
  void confidencesAreAdded(Fact fact) {
    double stride = VisionFacts.number(fact.param("stride"));
    List<KeyPoint> points = new ArrayList<>();
    for (double[] p : VisionFacts.rows(fact.input("points"))) {
      points.add(point((p[0] + 0.5) / stride, (p[1] + 0.5) / stride, 0));
    }
    Tensor maps =
        new ConfidenceMaps(
                whole(fact, "height"),
                whole(fact, "width"),
                1,
                VisionFacts.number(fact.param("sigma")) / stride)
            .of(points);
    float[] right = VisionFacts.map(fact.answer("map")).data();
    assertThat(channel(maps, 0)).containsExactly(right, within((float) fact.tolerance()));
    float[] background = channel(maps, 1);
    for (int i = 0; i < right.length; i++) {
      assertThat(background[i]).isCloseTo(1 - right[i], within((float) fact.tolerance()));
    }
  }

  @ParameterizedTest
  @MethodSource("groupings")
  void pointsBecomePersons(Fact fact) {
    int height = VisionFacts.whole(fact.input("height"));
    int width = VisionFacts.whole(fact.input("width"));
    List<double[][]> people =
        VisionFacts.list(fact.input("people")).stream().map(VisionFacts::rows).toList();
    List<Bone> bones =
        Arrays.stream(VisionFacts.rows(fact.input("limbs")))
            .map(r -> new Bone((int) r[0], (int) r[1]))
            .toList();
    List<Integer> channels =
        Arrays.stream(VisionFacts.rows(fact.input("channels"))).map(r -> (int) r[0]).toList();
    int kinds = people.get(0).length;
    Tensor heat = heat(fact, height, width, people);
    List<List<Peak>> points = new ArrayList<>();
    for (int k = 0; k < kinds; k++) {
      points.add(new LocalPeaks(0.1, 6).of(heat, k));
    }
    checkPoints(points, VisionFacts.list(fact.answer("points")), fact.tolerance());
    Tensor fields = fields(fact, height, width, people, bones, channels);
    List<Person> persons = new PersonGrouping(new Limbs(bones), channels).of(points, fields);
    checkPersons(persons, points, VisionFacts.rows(fact.answer("persons")), fact.tolerance());
  }

  private static Tensor heat(Fact fact, int height, int width, List<double[][]> people) {
    double sigma = VisionFacts.number(fact.input("heat_sigma"));
    int kinds = people.get(0).length;
    Tensor heat = Tensor.zeros(Shape.of(height, width, kinds));
    for (int i = 0; i < heat.data().length; i++) {
      int x = i / kinds % width;
      int y = i / kinds / width;
      for (double[][] person : people) {
        double[] p = person[i % kinds];
        double d2 = (x - p[0]) * (x - p[0]) + (y - p[1]) * (y - p[1]);
        heat.data()[i] = Math.max(heat.data()[i], (float) Math.exp(-d2 / (2 * sigma * sigma)));
      }
    }
    return heat;
  }

  private static Tensor fields(
      Fact fact,
      int height,
      int width,
      List<double[][]> people,
      List<Bone> bones,
      List<Integer> channels) {
    double half = VisionFacts.number(fact.input("paf_half_width"));
    double beyond = VisionFacts.number(fact.input("paf_beyond_ends"));
    int count = 2 * bones.size();
    Tensor fields = Tensor.zeros(Shape.of(height, width, count));
    for (double[][] person : people) {
      for (int l = 0; l < bones.size(); l++) {
        double[] a = person[bones.get(l).from()];
        double[] b = person[bones.get(l).to()];
        double length = Math.hypot(b[0] - a[0], b[1] - a[1]);
        double dx = (b[0] - a[0]) / length;
        double dy = (b[1] - a[1]) / length;
        for (int cell = 0; cell < height * width; cell++) {
          double x = cell % width - a[0];
          double y = Math.floorDiv(cell, width) - a[1];
          double along = x * dx + y * dy;
          if (along >= -beyond && along <= length + beyond && Math.abs(x * dy - y * dx) <= half) {
            fields.data()[cell * count + channels.get(l)] = (float) dx;
            fields.data()[cell * count + channels.get(l) + 1] = (float) dy;
          }
        }
      }
    }
    return fields;
  }

  private static void checkPoints(
      List<List<Peak>> points, List<Object> expected, double tolerance) {
    for (int k = 0; k < points.size(); k++) {
      double[][] rows = VisionFacts.rows(expected.get(k));
      assertThat(points.get(k)).hasSize(rows.length);
      for (int i = 0; i < rows.length; i++) {
        assertThat(points.get(k).get(i).x()).isEqualTo(rows[i][0] + 0.5);
        assertThat(points.get(k).get(i).y()).isEqualTo(rows[i][1] + 0.5);
        assertThat(points.get(k).get(i).value()).isCloseTo(rows[i][2], within(tolerance));
      }
    }
  }

  /** The reference numbers points through all kinds; the order of persons does not count. */
  private static void checkPersons(
      List<Person> persons, List<List<Peak>> points, double[][] rows, double tolerance) {
    assertThat(persons).hasSize(rows.length);
    for (double[] row : rows) {
      List<Integer> numbers = new ArrayList<>();
      int before = 0;
      for (int k = 0; k < points.size(); k++) {
        numbers.add(row[k] < 0 ? -1 : (int) row[k] - before);
        before += points.get(k).size();
      }
      assertThat(persons)
          .anySatisfy(p -> {
            assertThat(p.points()).isEqualTo(numbers);
            assertThat(p.score()).isCloseTo(row[row.length - 2], within(tolerance));
            assertThat((double) p.count()).isEqualTo(row[row.length - 1]);
          });
    }
  }

  /** Where limbs of two persons cross, the field is the mean of both. */
  @Test
  void crossingLimbsAreAveraged() {
    PartFields fields = new PartFields(5, 5, 1, new Limbs(List.of(new Bone(0, 1))));
    Tensor field =
        fields.of(
            List.of(
                List.of(point(0.5, 2.5, 0), point(4.5, 2.5, 1)),
                List.of(point(2.5, 0.5, 0), point(2.5, 4.5, 1))));
    int middle = 2 * (2 * 5 + 2);
    assertThat(field.data()[middle]).isEqualTo(0.5f);
    assertThat(field.data()[middle + 1]).isEqualTo(0.5f);
    int left = 2 * (2 * 5);
    assertThat(field.data()[left]).isEqualTo(1);
    assertThat(field.data()[left + 1]).isZero();
  }

  /** COCO lists bones from the feet upwards; persons grow along limbs that touch. */
  @Test
  void limbsGrowFromTheFirst() {
    Skeleton skeleton =
        Skeleton.of(
            List.of("a", "b", "c", "d"),
            List.of(new Bone(0, 1), new Bone(3, 2), new Bone(2, 1), new Bone(3, 0)));
    Limbs limbs = Limbs.of(skeleton);
    assertThat(limbs.bones())
        .containsExactly(new Bone(0, 1), new Bone(1, 2), new Bone(2, 3), new Bone(3, 0));
    assertThatThrownBy(() -> Limbs.of(Skeleton.of(List.of("a"), List.of())))
        .hasMessage("part affinity fields: the skeleton of 1 joints has no bones to group them by");
  }

  /** Where the head is hidden, shoulders and hips join the halves of a body. */
  @Test
  void partsOfAPersonAreJoined() {
    Limbs limbs =
        new Limbs(
            List.of(
                new Bone(0, 1), new Bone(0, 2), new Bone(1, 3), new Bone(2, 4), new Bone(3, 4)));
    PartFields fields = new PartFields(20, 20, 1, limbs);
    List<KeyPoint> person =
        List.of(
            point(10.5, 2.5, 0),
            point(5.5, 6.5, 1),
            point(15.5, 6.5, 2),
            point(5.5, 16.5, 3),
            point(15.5, 16.5, 4));
    List<List<Peak>> points = new ArrayList<>();
    person.forEach(p -> points.add(List.of(new Peak(p.x(), p.y(), 1))));
    Tensor field = fields.of(List.of(person));
    List<Integer> channels = List.of(0, 2, 4, 6, 8);
    PersonGrouping grouping = new PersonGrouping(limbs, channels);
    assertThat(grouping.of(points, field)).extracting(Person::count).containsExactly(5);
    points.set(0, List.of());
    List<Person> halves = grouping.of(points, field);
    assertThat(halves).hasSize(1);
    assertThat(halves.get(0).points()).containsExactly(-1, 0, 0, 0, 0);
    assertThat(halves.get(0).score()).isCloseTo(4 + 3, within(1e-5));
  }

  /** Of two peaks nearer than the distance the higher stays, of equals the first. */
  @Test
  void nearPeaksAreOne() {
    Tensor map = Tensor.zeros(Shape.of(1, 9, 1));
    map.data()[1] = 0.5f;
    map.data()[3] = 0.8f;
    map.data()[8] = 0.3f;
    assertThat(new LocalPeaks(0.1, 4).of(map, 0)).extracting(Peak::x).containsExactly(3.5, 8.5);
    assertThat(new LocalPeaks(0.4, 1).of(map, 0)).extracting(Peak::x).containsExactly(1.5, 3.5);
  }

  /** The top of the parabola through 0.6, 0.8, 0.7 lies (0.7 − 0.6) / (2 · (1.6 − 1.3)) further. */
  @Test
  void placesBetweenCells() {
    Tensor map = Tensor.zeros(Shape.of(3, 9, 1));
    map.data()[9 + 3] = 0.6f;
    map.data()[9 + 4] = 0.8f;
    map.data()[9 + 5] = 0.7f;
    map.data()[2 * 9 + 4] = 0.2f;
    LocalPeaks rule = new LocalPeaks(0.65, 1).betweenCells();
    Peak peak = rule.of(map, 0).get(0);
    assertThat(peak.x()).isEqualTo(4.5);
    assertThat(rule.told(map, 0, peak).x()).isCloseTo(4.5 + 0.1 / 0.6, within(1e-6));
    assertThat(rule.told(map, 0, peak).y()).isCloseTo(1.5 + 0.2 / 2.8, within(1e-6));
    assertThat(new LocalPeaks(0.65, 1).told(map, 0, peak)).isEqualTo(peak);
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      map.data()[9 + 3] = bad;
      assertThat(rule.told(map, 0, peak).x()).as("beside %s", bad).isEqualTo(4.5);
    }
    map.data()[9] = 0.9f;
    Peak first = rule.of(map, 0).get(0);
    assertThat(rule.told(map, 0, first).x()).isEqualTo(0.5);
  }
}
