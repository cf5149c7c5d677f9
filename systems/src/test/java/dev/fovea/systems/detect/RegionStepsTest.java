package dev.fovea.systems.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Box;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.ClassDetections;
import dev.fovea.systems.box.GraphNumbers;
import dev.fovea.systems.box.Matcher;
import dev.fovea.systems.box.Proposals;
import dev.fovea.systems.box.Sampler;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The steps between two stages, by hand. */
final class RegionStepsTest {
  private static final RegionSampler SAMPLER =
      new RegionSampler(Matcher.above(0.5), new Sampler(4, 0.5), BoxCode.plain());

  /** Three regions, the last one empty; two objects, of which one pads. */
  @Test
  void sampledRegionsHaveFixedCounts() {
    Tensor regions = Tensor.of(Shape.of(1, 3, 4), 0, 0, 10, 10, 20, 20, 30, 30, 0, 0, 0, 0);
    Tensor objects = Tensor.of(Shape.of(1, 2, 5), 2, 0, 0, 10, 8, -1, 0, 0, 0, 0);
    float[] rows =
        GraphNumbers.result(
            v -> SAMPLER.of(v.get(0), v.get(1), v.get(2)),
            regions,
            objects,
            Tensor.of(Shape.of(1, 1), 7));
    float[] code = new float[4];
    BoxCode.plain().encode(BoxArray.of(0, 0, 10, 10), 0, BoxArray.of(0, 0, 10, 8), 0, code, 0);
    assertThat(row(rows, 0))
        .containsExactly(0, 0, 10, 10, 3, code[0], code[1], code[2], code[3], 0);
    assertThat(row(rows, 1)).containsExactly(0, 0, 10, 8, 3, 0, 0, 0, 0, 0);
    assertThat(row(rows, 2)).containsExactly(20, 20, 30, 30, 0, 0, 0, 0, 0, 0);
    assertThat(row(rows, 3)).containsExactly(0, 0, 0, 0, -1, 0, 0, 0, 0, 0);
  }

  /** A region in a crowd (class −2) is no background; one that is half outside of it is. */
  @Test
  void regionsInCrowdsAreNotSampled() {
    Tensor regions = Tensor.of(Shape.of(1, 2, 4), 0, 0, 10, 10, 35, 35, 45, 45);
    Tensor objects = Tensor.of(Shape.of(1, 2, 5), -2, 0, 0, 40, 40, -1, 0, 0, 0, 0);
    float[] rows =
        GraphNumbers.result(
            v -> SAMPLER.of(v.get(0), v.get(1), v.get(2)),
            regions,
            objects,
            Tensor.of(Shape.of(1, 1), 7));
    assertThat(row(rows, 0)).containsExactly(35, 35, 45, 45, 0, 0, 0, 0, 0, 0);
    assertThat(row(rows, 1)[RegionSampler.LABEL]).isEqualTo(-1);
  }

  /** Of three anchors one holds an object, one lies in a crowd and one is background. */
  @Test
  void anchorsInCrowdsLearnNothing() {
    BoxArray anchors = BoxArray.of(0, 0, 10, 10, 50, 50, 60, 60, 80, 0, 90, 10);
    List<Box> objects = List.of(new Box(0, 0, 10, 10, 1), new Box(40, 40, 70, 70, -2));
    Tensor one = new AnchorTargets(anchors, BoxCode.plain(), Matcher.above(0.5)).of(objects);
    assertThat(labels(one)).containsExactly(2, -1, 0);
    ProposalTargets first =
        new ProposalTargets(anchors, BoxCode.plain(), Matcher.ofProposals(), new Sampler(4, 0.5));
    assertThat(labels(first.of(objects, Seed.of(1)))).containsExactly(1, -1, 0);
    assertThat(labels(first.of(objects.subList(1, 2), Seed.of(1)))).containsExactly(0, -1, 0);
  }

  private static float[] labels(Tensor rows) {
    return new float[] {rows.data()[0], rows.data()[5], rows.data()[10]};
  }

  private static float[] row(float[] rows, int i) {
    int n = RegionSampler.NUMBERS;
    return Arrays.copyOfRange(rows, n * i, n * (i + 1));
  }

  /** Of two anchors on one place the surer goes on, and an empty box fills up. */
  @Test
  void proposalsAreFilledUp() {
    GridAnchors anchors =
        new GridAnchors(
            16,
            16,
            List.of(
                new GridAnchors.Grid(
                    1, 2, 16, 8, List.of(new GridAnchors.Size(4, 4), new GridAnchors.Size(4, 4)))));
    RegionProposer proposer =
        new RegionProposer(anchors, BoxCode.plain(), new Proposals(10, 3, 0.7, 1));
    float[] regions =
        GraphNumbers.result(
            v -> proposer.of(v.get(0), v.get(1)),
            Tensor.of(Shape.of(1, 4), 1, 2, 4, 3),
            Tensor.zeros(Shape.of(1, 4, 4)));
    assertThat(regions).containsExactly(10, 6, 14, 10, 2, 6, 6, 10, 0, 0, 0, 0);
  }

  @Test
  void detectionsAreFilledUp() {
    RegionDetector detector =
        new RegionDetector(BoxCode.plain(), new ClassDetections(0.1, 0.5, 2, 1), 100, 100);
    float[] rows =
        GraphNumbers.result(
            v -> detector.of(v.get(0), v.get(1), v.get(2)),
            Tensor.of(Shape.of(1, 2, 4), 0, 0, 0, 0, 10, 10, 20, 30),
            Tensor.of(Shape.of(1, 2, 3), 0, 0.5f, 0.5f, 0.1f, 0.85f, 0.05f),
            Tensor.zeros(Shape.of(1, 2, 12)));
    assertThat(rows).containsExactly(10, 10, 20, 30, 0.85f, 0, 0, 0, 0, 0, 0, -1);
  }

  /** The left half of a region belongs to the object. */
  @Test
  void masksAreThoseOfTheObjectAlone() {
    float[] rows = new float[2 * RegionSampler.NUMBERS];
    System.arraycopy(new float[] {0, 0, 4, 4, 1, 0, 0, 0, 0, 1}, 0, rows, 0, 10);
    Tensor numbers = Tensor.zeros(Shape.of(1, 4, 4));
    for (int i = 0; i < 16; i++) {
      numbers.data()[i] = i % 4 < 2 ? 2 : 1;
    }
    float[] masks =
        GraphNumbers.result(
            v -> new RegionMasks(2, 4).of(v.get(0), v.get(1)),
            Tensor.of(Shape.of(1, 2, RegionSampler.NUMBERS), rows),
            numbers);
    for (int i = 0; i < 16; i++) {
      float expected = i % 4 < 2 ? 1 : 0;
      assertThat(masks[i]).isEqualTo(expected);
      assertThat(masks[16 + i]).isZero();
    }
  }

  @Test
  void anchorsAreDrawnBySeed() {
    BoxArray anchors = BoxArray.of(0, 0, 10, 10, 0, 0, 10, 9, 50, 50, 60, 60, 70, 70, 80, 80);
    ProposalTargets targets =
        new ProposalTargets(anchors, BoxCode.plain(), Matcher.ofProposals(), new Sampler(2, 0.5));
    Tensor rows = targets.of(List.of(new Box(0, 0, 10, 10, 5)), Seed.of(1));
    int[] labels = new int[4];
    for (int i = 0; i < 4; i++) {
      labels[i] = (int) rows.data()[5 * i];
    }
    assertThat(Arrays.stream(labels).filter(l -> l == 1).count()).isOne();
    assertThat(Arrays.stream(labels).filter(l -> l == 0).count()).isOne();
    assertThat(Arrays.stream(labels).filter(l -> l == -1).count()).isEqualTo(2);
    assertThat(targets.of(List.of(new Box(0, 0, 10, 10, 5)), Seed.of(1)).data())
        .isEqualTo(rows.data());
  }
}
