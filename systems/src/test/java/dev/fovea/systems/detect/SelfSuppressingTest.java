package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** A network that suppresses by itself finds what is read of its raw outputs. */
final class SelfSuppressingTest {
  private static final Size INPUT = new Size(48, 64);
  private static final int SAMPLES = 3;
  private static final int CLASSES = 3;

  private static GridAnchors anchors() {
    List<GridAnchors.Size> two = List.of(new GridAnchors.Size(10, 14), new GridAnchors.Size(20, 9));
    List<GridAnchors.Size> one = List.of(new GridAnchors.Size(30, 25));
    return new GridAnchors(
        48,
        64,
        List.of(new GridAnchors.Grid(6, 8, 8, 8, two), new GridAnchors.Grid(3, 4, 16, 16, one)));
  }

  /** The decoders with the shapes of the outputs that they read. */
  private static Map<BoxDecoder, List<Shape>> decoders() {
    int rows = anchors().count();
    Map<BoxDecoder, List<Shape>> all = new LinkedHashMap<>();
    all.put(new YoloDecoder(anchors(), CLASSES, 2), List.of(Shape.of(rows, 8)));
    all.put(new YoloDecoder(anchors(), CLASSES, 1), List.of(Shape.of(6, 8, 16), Shape.of(3, 4, 8)));
    all.put(
        new YoloV1Decoder(new YoloV1Grid(5, 7, 2, CLASSES), 48, 64), List.of(Shape.of(5, 7, 13)));
    all.put(new YoloxDecoder(48, 64, List.of(8, 16), CLASSES), List.of(Shape.of(60, 8)));
    all.put(
        new AnchorDecoder(anchors(), BoxCode.weighted(), CLASSES, true),
        List.of(Shape.of(rows, 8)));
    all.put(
        new AnchorDecoder(anchors(), BoxCode.plain(), CLASSES, false), List.of(Shape.of(rows, 7)));
    all.put(
        new PriorDecoder(anchors(), 0, new ScoreTable(1, 0, CLASSES, true)),
        List.of(Shape.of(rows, 4), Shape.of(rows, 4)));
    all.put(
        new ShareDecoder(48, 64, new ScoreTable(0, 1, CLASSES, false)),
        List.of(Shape.of(20, 4), Shape.of(20, CLASSES)));
    all.put(new OneBox(48, 64, CLASSES), List.of(Shape.of(1, 8)));
    return all;
  }

  @TestFactory
  Stream<DynamicTest> decodersTellTheSameInAGraph() {
    return decoders().entrySet().stream()
        .flatMap(e ->
            Stream.of(5, 100)
                .map(most ->
                    dynamicTest(
                        e.getKey().kind() + " " + e.getValue() + " " + most,
                        () -> agrees(e.getKey(), e.getValue(), most))));
  }

  private static Model model(DetectionRule rule, List<Shape> outputs) {
    Model raw = Model.build(in -> in, outputs, Seed.of(1), Engine.shared());
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("net", "some");
    texts.put(DetectionRule.KEY, rule.toText());
    return raw.withMetadata(texts);
  }

  private static void agrees(BoxDecoder decoder, List<Shape> outputs, int most) {
    DetectionRule rule = new DetectionRule(decoder, 0.3, 0.4, most);
    Model raw = model(rule, outputs);
    Model own = SelfSuppressing.of(raw, INPUT, Optional.empty());
    assertThat(own.output(0).task()).isEqualTo(Task.BOXES);
    assertThat(own.metadata()).doesNotContainKey("net");
    List<Tensor> numbers = outputs.stream().map(s -> random(decoder, s)).toList();
    List<Tensor> rows = own.run(numbers);
    assertThat(rows.get(0).shape()).isEqualTo(Shape.of(SAMPLES, most, 6));
    DetectionReader direct = new DetectionReader(rule, List.of(), INPUT);
    DetectionRule of =
        DetectionRule.parse(own.metadata().getOrDefault(DetectionRule.KEY, ""), "test");
    // By it what several tiles of a picture see is told once.
    assertThat(of.overlap()).isEqualTo(0.4, within(1e-5));
    DetectionReader again = new DetectionReader(of, List.of(), INPUT);
    int found = 0;
    for (int sample = 0; sample < SAMPLES; sample++) {
      Placement all = Placement.of(Preprocessing.Resize.STRETCH, INPUT, INPUT);
      List<Detection> expected = direct.read(numbers, sample, all);
      assertSame(again.read(rows, sample, all), expected);
      found += expected.size();
    }
    assertThat(found).isGreaterThan(decoder instanceof OneBox ? 1 : SAMPLES);
  }

  private static void assertSame(List<Detection> got, List<Detection> expected) {
    assertThat(got).hasSameSizeAs(expected);
    for (int i = 0; i < got.size(); i++) {
      Detection a = got.get(i);
      Detection b = expected.get(i);
      assertThat(a.label()).isEqualTo(b.label());
      assertThat(a.score()).isEqualTo(b.score(), within(1e-6));
      assertThat(a.box().left()).isEqualTo(b.box().left(), within(1e-4));
      assertThat(a.box().top()).isEqualTo(b.box().top(), within(1e-4));
      assertThat(a.box().right()).isEqualTo(b.box().right(), within(1e-4));
      assertThat(a.box().bottom()).isEqualTo(b.box().bottom(), within(1e-4));
    }
  }

  /** The last sample has no object. */
  private static Tensor random(BoxDecoder decoder, Shape shape) {
    Rng rng = new Rng(shape.elements());
    Tensor t = Tensor.zeros(shape.prepend(SAMPLES));
    boolean shares = decoder instanceof ShareDecoder || decoder instanceof YoloV1Decoder;
    boolean probabilities = shares || !(decoder instanceof AnchorDecoder);
    for (int i = 0; i < t.data().length; i++) {
      boolean sure = i < t.data().length * 2 / 3;
      float low = probabilities && !(decoder instanceof YoloDecoder) ? 0 : -2;
      t.data()[i] = sure ? rng.nextFloat(low, shares ? 0.9f : 1) : low * 4;
    }
    return t;
  }

  @Test
  void whatIsNoDetectorIsRefused() {
    Model plain = Model.build(in -> in, List.of(Shape.of(4)), Seed.of(1), Engine.shared());
    assertThatThrownBy(() -> SelfSuppressing.of(plain, INPUT, Optional.empty()))
        .isInstanceOf(FoveaException.class)
        .hasMessage("suppression: the network is no detector: its metadata has no \"detector\"");
  }
}
