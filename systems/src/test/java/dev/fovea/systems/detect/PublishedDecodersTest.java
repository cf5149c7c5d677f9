package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Preprocessing.Resize;
import dev.fovea.systems.Detection;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.detect.GridAnchors.Grid;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement;
import dev.fovea.vision.Placement.Size;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the outputs of published detectors are read, on small outputs worked out by hand. */
final class PublishedDecodersTest {
  private static final double LEAST = 0.25;

  private static Candidates read(BoxDecoder decoder, int sample, Tensor... outputs) {
    Candidates found = new Candidates();
    decoder.decode(List.of(outputs), sample, LEAST, found);
    return found;
  }

  /**
   * An input of 8×16 has 1×2 cells of 8 pixels and 2×4 of 4; the row of the second of 8 is full.
   */
  @Test
  void yoloxMovesFromTheCornersOfCells() {
    YoloxDecoder decoder = new YoloxDecoder(8, 16, List.of(4, 8), 2);
    Tensor output = Tensor.zeros(Shape.of(2, 10, 7));
    float[] row = {0.5f, 0.25f, 0, (float) Math.log(0.5), 0.8f, 0.5f, 0.1f};
    System.arraycopy(row, 0, output.data(), (10 + 9) * 7, 7);
    assertThat(read(decoder, 0, output).size()).isZero();
    Candidates found = read(decoder, 1, output);
    // The middle is ((0.5 + 1) · 8, (0.25 + 0) · 8) = (12, 2), the sides are 8 and 4.
    close(found.boxes(), 8, 0, 16, 4);
    assertThat(found.scores()).containsExactly(0.4f);
    assertThat(found.classes()).containsExactly(0);
    assertThatThrownBy(() -> read(decoder, 0, Tensor.zeros(Shape.of(1, 9, 7))))
        .hasMessage("yolox: 10 rows of 7 numbers expected, the network gives [1,9,7]");
  }

  @Test
  void numbersThatAreNoneGiveNoBox() {
    YoloxDecoder decoder = new YoloxDecoder(8, 8, List.of(8), 1);
    Tensor output = Tensor.of(Shape.of(1, 1, 6), 0, 0, 0, 0, Float.NaN, 1);
    assertThat(read(decoder, 0, output).size()).isZero();
    Tensor wide = Tensor.of(Shape.of(1, 1, 6), 0, 0, 1e30f, 0, 1, 1);
    assertThat(read(decoder, 0, wide).boxes().width(0)).isFinite();
  }

  @Test
  void sharesOfThePictureBecomePixels() {
    ScoreTable table = ScoreTable.of(List.of(Shape.of(2, 2), Shape.of(2, 4)), true);
    assertThat(table).isEqualTo(new ScoreTable(1, 0, 1, true));
    Candidates found =
        read(
            new ShareDecoder(240, 320, table),
            0,
            Tensor.of(Shape.of(1, 2, 2), 0.9f, 0.1f, 0.25f, 0.75f),
            Tensor.of(Shape.of(1, 2, 4), 0, 0, 1, 1, 0.25f, 0.5f, 0.5f, 1));
    assertThat(found.boxes()).isEqualTo(BoxArray.of(80, 120, 160, 240));
    assertThat(found.scores()).containsExactly(0.75f);
    assertThat(found.classes()).containsExactly(0);
  }

  @Test
  void tablesSayWhatDoesNotFit() {
    assertThatThrownBy(() -> ScoreTable.of(List.of(Shape.of(2, 5), Shape.of(2, 6)), true))
        .hasMessage(
            "boxes and scores: outputs [boxes, 4] and [boxes, classes] expected, the network gives"
                + " [[2,5], [2,6]]");
    assertThatThrownBy(() ->
            read(
                new ShareDecoder(8, 8, new ScoreTable(0, 1, 2, true)),
                0,
                Tensor.zeros(Shape.of(1, 3, 4)),
                Tensor.zeros(Shape.of(1, 3, 2))))
        .hasMessage(
            "boxes and scores: output 0 [N, boxes, 4] and output 1 [N, boxes, 3] expected, the"
                + " network gives [[1,3,4], [1,3,2]]");
  }

  /** y comes before x; 10 and 5 are the weights of middles and of logarithms of sides. */
  @Test
  void codesOfTensorFlowAreTurned() {
    GridAnchors anchors =
        new GridAnchors(
            100, 200, List.of(new Grid(1, 1, 100, 200, List.of(new GridAnchors.Size(40, 20)))));
    PriorDecoder decoder = new PriorDecoder(anchors, 0, new ScoreTable(0, 1, 1, true));
    Candidates found =
        read(
            decoder,
            0,
            Tensor.of(Shape.of(1, 1, 4), 5, -2.5f, (float) (5 * Math.log(2)), 0),
            Tensor.of(Shape.of(1, 1, 2), 0, 1));
    // The anchor's middle (100, 50) goes by −0.25 · 40 and 0.5 · 20; the height doubles.
    close(found.boxes(), 70, 40, 110, 80);
  }

  private static void close(BoxArray box, double... expected) {
    for (int i = 0; i < 4; i++) {
      assertThat(box.toArray()[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  /** Middles and sides become multiples of the step: 0.25 · 100 = 25 and 0.25 · 200 = 50 pixels. */
  @Test
  void anchorsOfNetworksOfEightBitsAreRounded() {
    GridAnchors anchors =
        new GridAnchors(
            100, 200, List.of(new Grid(1, 2, 100, 100, List.of(new GridAnchors.Size(60, 60)))));
    BoxArray boxes = new PriorDecoder(anchors, 0.25, new ScoreTable(0, 1, 1, true)).boxes();
    assertThat(boxes).isEqualTo(BoxArray.of(25, 25, 75, 75, 125, 25, 175, 75));
  }

  @Test
  void rulesComeBackFromTheirText() {
    ScoreTable table = new ScoreTable(0, 1, 90, true);
    GridAnchors anchors =
        new GridAnchors(
            300, 300, List.of(new Grid(1, 1, 300, 300, List.of(new GridAnchors.Size(9, 8)))));
    for (BoxDecoder decoder :
        List.of(
            new YoloxDecoder(416, 416, List.of(8, 16, 32), 80),
            new ShareDecoder(240, 320, table),
            new PriorDecoder(anchors, 0.5, table))) {
      DetectionRule rule = new DetectionRule(decoder, 0.3, 0.45, 100, 0.65);
      String text = rule.toText();
      DetectionRule again = DetectionRule.parse(text, "model");
      assertThat(again.toText()).isEqualTo(text);
      assertThat(again.measuredOverlap()).isEqualTo(0.65);
      assertThat(again.measured().overlap()).isEqualTo(0.65);
      assertThat(again.measured().score()).isEqualTo(0.01);
      assertThat(rule.overlap(0.6).most(5).measured())
          .isEqualTo(new DetectionRule(decoder, 0.01, 0.65, 5, 0.65));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          'input':[8],'strides':[8],'classes':1 | model: detector input: two numbers expected, got 1
          'input':[8,8],'strides':[0],'classes':1 | model: detector: yolox: an input, strides within it and classes expected, got 8×8, [0] and 1
          'input':[8,8],'strides':[8],'classes':0 | model: detector: yolox: an input, strides within it and classes expected, got 8×8, [8] and 0
          'input':[8,9999999],'strides':[8],'classes':1 | model: detector input: 0 to 1048576 expected, got 9999999
          'input':[8,8],'strides':[],'classes':1 | model: detector: yolox: an input, strides within it and classes expected, got 8×8, [] and 1
          """)
  void badTextsAreToldInALine(String fields, String message) {
    String text =
        "{\"kind\":\"yolox\",\"score\":0.3,\"overlap\":0.4,\"most\":9,%s}"
            .formatted(fields.replace('\'', '"'));
    assertThatThrownBy(() -> DetectionRule.parse(text, "model"))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }

  /** A picture of 16×32 lies at the upper left of an input of 8×8, as YOLOX has it. */
  @Test
  void boxesComeBackFromTheCorner() {
    DetectionRule rule = new DetectionRule(new YoloxDecoder(8, 8, List.of(8), 1), 0.25, 0.45, 10);
    Tensor output = Tensor.of(Shape.of(1, 1, 6), 0.5f, 0.25f, (float) Math.log(0.5), -3, 1, 1);
    Placement placement = Placement.of(Resize.CORNER, new Size(16, 32), new Size(8, 8));
    List<Detection> found =
        new DetectionReader(rule, List.of("cat"), new Size(8, 8))
            .read(List.of(output), 0, placement);
    assertThat(found).hasSize(1);
    assertThat(found.get(0).label()).isEqualTo("cat");
    // The middle (4, 2) of the input is (16, 8) of the picture; the width 4 is 16.
    assertThat(found.get(0).box().left()).isEqualTo(8, within(1e-5));
    assertThat(found.get(0).box().right()).isEqualTo(24, within(1e-5));
    assertThat(found.get(0).box().top() + found.get(0).box().bottom()).isEqualTo(16, within(1e-5));
  }
}
