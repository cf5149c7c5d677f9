package dev.fovea.systems.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.io.Json;
import dev.fovea.systems.VisionFacts;
import dev.fovea.systems.VisionFacts.Fact;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Who learns what: the matchers and samplers of {@code matching.json}, and their edges. */
final class MatcherTest {
  private static Matcher matcher(String name) {
    return switch (name) {
      case "rpn" -> Matcher.ofProposals();
      case "roi" -> Matcher.above(0.5);
      case "ssd" -> Matcher.ofDefaultBoxes();
      default -> throw new IllegalArgumentException(name);
    };
  }

  @TestFactory
  Stream<DynamicTest> matches() {
    return Facts.tests("matching", "matcher_", MatcherTest::matches);
  }

  private static void matches(Fact f) {
    double[][] iou = VisionFacts.rows(f.input("iou"));
    for (Map.Entry<String, Object> answer : f.expected().entrySet()) {
      String kind =
          answer.getKey().equals("matches") ? f.name().split("_", -1)[1] : answer.getKey();
      assertThat(matcher(kind).match(iou)).containsExactly(Facts.ints(answer.getValue()));
    }
  }

  @TestFactory
  Stream<DynamicTest> samplers() {
    return Facts.tests(
        "matching",
        "sampler_counts",
        f -> {
          double[][] available = VisionFacts.rows(f.input("available"));
          counts(Sampler.ofProposals(), available, f.answer("rpn_256_half"));
          counts(Sampler.ofRegions(), available, f.answer("roi_512_quarter"));
        });
  }

  private static void counts(Sampler sampler, double[][] available, Object expected) {
    double[][] want = VisionFacts.rows(Json.array(expected, "counts"));
    for (int i = 0; i < available.length; i++) {
      int positives = (int) available[i][0];
      int all = positives + (int) available[i][1];
      int[] matches = new int[all];
      Arrays.setAll(matches, a -> a < positives ? 0 : Matcher.BACKGROUND);
      Sampler.Drawn drawn = sampler.draw(matches, Seed.of(1), i);
      assertThat(drawn.objects()).hasSize((int) want[i][0]).isSorted();
      assertThat(drawn.background()).hasSize((int) want[i][1]).isSorted();
    }
  }

  /** Every anchor is drawn about as often: 2,000 draws of 10 out of 40 are 500 each, ± 5σ = 97. */
  @Test
  void drawsEachAnchorAsOften() {
    int[] matches = new int[40];
    int[] times = new int[40];
    for (int step = 0; step < 2000; step++) {
      Sampler.Drawn drawn = new Sampler(10, 1).draw(matches, Seed.of(step), 3);
      assertThat(drawn.background()).isEmpty();
      IntStream.of(drawn.objects()).forEach(a -> times[a]++);
    }
    assertThat(IntStream.of(times)).allMatch(t -> Math.abs(t - 500) < 97);
  }

  @Test
  void anotherSampleOrSeedDrawsOthersAndTheSameTheSame() {
    int[] matches = new int[1000];
    Sampler sampler = new Sampler(20, 1);
    int[] first = sampler.draw(matches, Seed.of(1), 0).objects();
    assertThat(sampler.draw(matches, Seed.of(1), 0).objects()).containsExactly(first);
    assertThat(sampler.draw(matches, Seed.of(1), 1).objects()).isNotEqualTo(first);
    assertThat(sampler.draw(matches, Seed.of(2), 0).objects()).isNotEqualTo(first);
  }

  @Test
  void anchorsThatDoNotCountAreNeverDrawn() {
    int[] matches = {Matcher.IGNORED, 0, Matcher.BACKGROUND, Matcher.IGNORED};
    Sampler.Drawn drawn = Sampler.ofProposals().draw(matches, Seed.of(1), 0);
    assertThat(drawn.objects()).containsExactly(1);
    assertThat(drawn.background()).containsExactly(2);
  }

  @Test
  void withoutObjectsAllIsBackground() {
    BoxArray anchors = BoxArray.of(0, 0, 4, 4, 4, 4, 8, 8);
    assertThat(Matcher.ofProposals().match(BoxArray.of(), anchors)).containsExactly(-1, -1);
    assertThat(Matcher.ofDefaultBoxes().match(BoxArray.of(), anchors)).containsExactly(-1, -1);
  }

  /** An object that meets no anchor has no best one: not all anchors, which overlap it by 0. */
  @Test
  void anObjectThatMeetsNoAnchorIsLearnedByNone() {
    BoxArray anchors = BoxArray.of(0, 0, 4, 4, 4, 4, 8, 8);
    BoxArray far = BoxArray.of(50, 50, 60, 60);
    assertThat(Matcher.ofProposals().match(far, anchors)).containsExactly(-1, -1);
    assertThat(Matcher.ofDefaultBoxes().match(far, anchors)).containsExactly(0, -1);
  }

  @Test
  void refusesThresholdsOutOfOrder() {
    assertThatThrownBy(() -> new Matcher(0.3, 0.7, Matcher.EveryObject.NO))
        .isInstanceOf(FoveaException.class)
        .hasMessage("matcher: need 0 ≤ low ≤ high ≤ 1, got low 0.7 and high 0.3");
    assertThatThrownBy(() -> new Sampler(0, 0.5))
        .hasMessage("sampler: need a size from 1 on and a share of 0 … 1, got 0 and 0.5");
  }

  /** Of 10 × 10 pixels 71 in a crowd are too many to count as background, 70 are not. */
  @Test
  void anchorsInCrowdsAreSpared() {
    BoxArray anchors = BoxArray.of(0, 0, 10, 10, 0, 0, 10, 10, 0, 0, 10, 10);
    int[] matches = {Matcher.BACKGROUND, 0, Matcher.IGNORED};
    Matcher.spare(matches, BoxArray.of(0, 0, 7, 10), anchors);
    assertThat(matches).containsExactly(Matcher.BACKGROUND, 0, Matcher.IGNORED);
    Matcher.spare(matches, BoxArray.of(20, 20, 30, 30, 0, 0, 7.1, 10), anchors);
    assertThat(matches).containsExactly(Matcher.IGNORED, 0, Matcher.IGNORED);
    Matcher.spare(matches, BoxArray.of(), anchors);
    assertThat(matches).containsExactly(Matcher.IGNORED, 0, Matcher.IGNORED);
  }
}
