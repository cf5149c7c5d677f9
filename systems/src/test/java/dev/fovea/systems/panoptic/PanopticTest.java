package dev.fovea.systems.panoptic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Box;
import dev.fovea.data.Preprocessing;
import dev.fovea.systems.Detection;
import dev.fovea.systems.RegionMask;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Region;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.systems.measure.PanopticResult;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How objects and classes of pixels become segments, and segments files. */
final class PanopticTest {
  private static final int SIDE = 10;
  private static final List<String> THINGS = List.of("cat", "dog");
  private static final PanopticRule RULE = PanopticRule.usual(List.of("sky", "land"), 2);

  @TempDir private Path dir;

  /** Returns an object that fills a box. */
  private static Detection object(
      int label, double score, int left, int top, int right, int bottom) {
    Box box = new Box(left, top, right, bottom, label);
    RegionMask mask = new RegionMask(box, Tensor.full(Shape.of(4, 4), 1));
    return new Detection(box, THINGS.get(label), score, Optional.of(mask));
  }

  /** Returns sky in the upper rows and land in the others. */
  private static Tensor halves(int sky) {
    Tensor pixels = Tensor.zeros(Shape.of(SIDE, SIDE));
    for (int i = 0; i < pixels.data().length; i++) {
      pixels.data()[i] = i / SIDE < sky ? 0 : 1;
    }
    return pixels;
  }

  private static int pixels(PanopticScene scene, int number) {
    int count = 0;
    for (float n : scene.map().numbers().data()) {
      count += n == number ? 1 : 0;
    }
    return count;
  }

  @Test
  void surerObjectsTakeTheirPixelsFirst() {
    PanopticScene scene =
        RULE.merged(
            List.of(
                object(0, 0.9, 0, 0, 4, 4),
                object(1, 0.8, 1, 0, 5, 4), // 12 of 16 pixels are taken: left out
                object(1, 0.7, 2, 2, 6, 6), // 4 of 16 are taken: the others are its own
                object(0, 0.4, 6, 6, 9, 9)), // not sure enough
            halves(5),
            THINGS);
    assertThat(scene.objects()).extracting(Detection::score).containsExactly(0.9, 0.7);
    assertThat(scene.map().segments())
        .containsExactly(
            new Segment(1, 0), new Segment(2, 1), new Segment(3, 2), new Segment(4, 3));
    assertThat(pixels(scene, 1)).isEqualTo(16);
    assertThat(pixels(scene, 2)).isEqualTo(12);
    // Of 50 pixels of sky 16 + 8 are objects', of 50 of land 4.
    assertThat(pixels(scene, 3)).isEqualTo(26);
    assertThat(pixels(scene, 4)).isEqualTo(46);
    assertThat(scene.label(scene.map().segments().get(3))).isEqualTo("land");
    assertThat(scene.share(scene.map().segments().get(0))).isEqualTo(0.16);
  }

  @Test
  void classesOfTooFewPixelsAreNothing() {
    PanopticRule strict = new PanopticRule(RULE.stuff(), 2, 0.5, 0.5, 0.15);
    PanopticScene scene = strict.merged(List.of(), halves(1), THINGS);
    assertThat(scene.map().segments()).containsExactly(new Segment(1, 3));
    assertThat(pixels(scene, 0)).isEqualTo(10);
    Tensor none = Tensor.full(Shape.of(SIDE, SIDE), -1);
    assertThat(RULE.merged(List.of(), none, THINGS).map().segments()).isEmpty();
  }

  @Test
  void ruleIsReadAsItWasWritten() {
    assertThat(PanopticRule.parse(RULE.toText(), "model")).isEqualTo(RULE);
    assertThatThrownBy(() -> PanopticRule.parse("{\"stuff\":[]}", "model"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("model: panoptic");
    assertThatThrownBy(() -> RULE.score(2))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            "panoptic: score, overlap and least share in 0 … 1 and an output from 0 on expected,"
                + " got 2.0, 0.5, "
                + RULE.least()
                + " and 2");
  }

  private static LabelledData scenes() {
    Preprocessing rule = Preprocessing.scaled(Shape.of(48, 48, 3));
    return Shapes.load(LabelOptions.of(rule, Marking.BOXES, Marking.MASK)).test().take(6);
  }

  private static PanopticTruth truth(LabelledData scenes) {
    return new PanopticTruth(scenes.things(), List.of("sky", "ground"), scenes.classes());
  }

  @Test
  void whatIsLabelledIsWhatIsRight() {
    LabelledData scenes = scenes();
    PanopticTruth truth = truth(scenes);
    var quality = PanopticMeasure.quality(truth);
    for (int i = 0; i < scenes.size(); i++) {
      PanopticMap map = truth.of(scenes.labels(i));
      LabelledPicture picture = scenes.labels(i);
      assertThat(map.segments().stream().filter(s -> s.label() < truth.things().size()))
          .hasSameSizeAs(picture.objects());
      quality.add(map, map);
    }
    PanopticResult result = quality.result();
    assertThat(result.all().pq()).isEqualTo(1);
    assertThat(result.stuff().classes()).isEqualTo(2);
  }

  /** The small box lies behind the larger mask, of which it takes no pixel. */
  @Test
  void boxesOfUnknownPixelsLieBehindMasks() {
    Box large = new Box(0, 0, 4, 4, 0);
    Region square = new Region.Outline(List.of(new double[] {0, 0, 4, 0, 4, 4, 0, 4}));
    LabelledPicture picture =
        new LabelledPicture(
            dir.resolve("a.png"),
            Optional.empty(),
            new Size(SIDE, SIDE),
            List.of(
                new LabelledObject(large, Optional.of(square), 16, false, false),
                new LabelledObject(new Box(3, 3, 5, 5, 1))),
            Optional.empty(),
            List.of());
    PanopticMap map = new PanopticTruth(THINGS, List.of(), THINGS).of(picture);
    assertThat(map.segments()).containsExactly(new Segment(1, 0), new Segment(2, 1, true));
    assertThat(map.numbers().data())
        .satisfies(n -> {
          assertThat(n[3 * SIDE + 3]).isEqualTo(1);
          assertThat(n[4 * SIDE + 4]).isEqualTo(2);
        });
  }

  /** PQ forgives by one crowd of a class, so all boxes of unknown pixels belong to the last. */
  @Test
  void boxesOfUnknownPixelsAreOneCrowd() {
    Region row = new Region.Outline(List.of(new double[] {0, 9, 4, 9, 4, 10, 0, 10}));
    List<LabelledObject> objects =
        List.of(
            new LabelledObject(new Box(0, 0, 2, 2, 0)),
            new LabelledObject(new Box(0, 9, 4, 10, 0), Optional.of(row), 4, true, false),
            new LabelledObject(new Box(4, 0, 6, 2, 1)),
            new LabelledObject(new Box(4, 4, 6, 6, 0)),
            new LabelledObject(new Box(8, 0, 9, 2, 1)));
    LabelledPicture picture =
        new LabelledPicture(
            dir.resolve("a.png"),
            Optional.empty(),
            new Size(SIDE, SIDE),
            objects,
            Optional.empty(),
            List.of());
    PanopticTruth truth = new PanopticTruth(THINGS, List.of(), THINGS);
    PanopticMap map = truth.of(picture);
    assertThat(map.segments()).containsExactly(new Segment(2, 0, true), new Segment(5, 1, true));
    Tensor found = Tensor.zeros(Shape.of(SIDE, SIDE));
    found.data()[0] = 1;
    found.data()[4 * SIDE + 4] = 2;
    found.data()[4] = 3;
    found.data()[8] = 4;
    List<Segment> segments =
        List.of(new Segment(1, 0), new Segment(2, 0), new Segment(3, 1), new Segment(4, 1));
    PanopticResult result =
        PanopticMeasure.quality(truth).add(map, new PanopticMap(found, segments)).result();
    assertThat(result.all().classes()).isZero();
  }

  /** What is written is read again as labels, with the same segments. */
  @Test
  void filesAreReadAsLabels() throws IOException {
    LabelledData scenes = scenes();
    PanopticTruth truth = truth(scenes);
    PanopticFile file = new PanopticFile(truth.things(), truth.stuff());
    Files.createDirectories(dir.resolve("panoptic"));
    Files.createDirectories(dir.resolve("pictures"));
    for (int i = 0; i < scenes.size(); i++) {
      PanopticMap map = truth.of(scenes.labels(i));
      String name = i + ".png";
      Images.writePng(dir.resolve("pictures").resolve(name), Tensor.zeros(Shape.of(48, 48, 3)));
      Images.writePng(dir.resolve("panoptic").resolve(name), PanopticFile.colours(map));
      file.add("pictures/" + name, name, new PanopticScene(map, List.of(), truth.classes()));
    }
    Files.writeString(dir.resolve("panoptic.json"), file.json());
    LabelSet read = LabelSets.read("panoptic", dir, List.of());
    assertThat(read.problems()).isEmpty();
    assertThat(read.names().things()).isEqualTo(truth.things());
    PanopticTruth again =
        new PanopticTruth(read.names().things(), truth.stuff(), read.names().classes());
    var quality = PanopticMeasure.quality(truth);
    for (int i = 0; i < scenes.size(); i++) {
      quality.add(truth.of(scenes.labels(i)), again.of(read.pictures().get(i)));
    }
    assertThat(quality.result().all().pq()).isEqualTo(1);
  }
}
