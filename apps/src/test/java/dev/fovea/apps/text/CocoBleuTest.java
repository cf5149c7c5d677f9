package dev.fovea.apps.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.SharedData;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelledPicture;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CocoBleuTest {
  /**
   * The first sentence about each picture against the other four; expected numbers are those of
   * COCO's own scorer (pycocoevalcap), as the data's README gives them.
   */
  @Test
  void bleuIsThatOfCocosScorer() {
    SharedData.find("coco-mini")
        .ifPresent(folder -> {
          List<List<String>> texts =
              LabelSets.read("text", folder, List.of()).pictures().stream()
                  .map(LabelledPicture::texts)
                  .filter(t -> t.size() > 1)
                  .toList();
          assertThat(texts).hasSize(111);
          List<List<String>> told = texts.stream().map(t -> Bleu.words(t.getFirst())).toList();
          List<List<List<String>>> references =
              texts.stream()
                  .map(t -> t.subList(1, t.size()).stream().map(Bleu::words).toList())
                  .toList();
          double[] expected = {0.672414, 0.465467, 0.319348, 0.215731};
          for (int n = 1; n <= 4; n++) {
            assertThat(Bleu.of(told, references, n)).isCloseTo(expected[n - 1], within(1e-5));
          }
        });
  }
}
