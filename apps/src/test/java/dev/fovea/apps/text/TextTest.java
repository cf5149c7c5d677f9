package dev.fovea.apps.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.apps.InMemorySamples;
import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextTest {
  @TempDir private Path folder;

  private static Tensor logs(double... p) {
    float[] logs = new float[p.length];
    for (int i = 0; i < p.length; i++) {
      logs[i] = (float) Math.log(p[i]);
    }
    return Tensor.of(Shape.of(p.length / 3, 3), logs);
  }

  @Test
  void theBestPathMergesLabelsAndLeavesOutBlanks() {
    Tensor path =
        logs(
            .8, .1, .1, //
            .7, .1, .2, //
            .1, .1, .8, //
            .9, .05, .05, //
            .1, .8, .1);
    assertThat(CtcDecoder.best(path)).containsExactly(0, 0, 1);
    assertThat(CtcDecoder.beam(path, 8)).containsExactly(0, 0, 1);
  }

  /**
   * At both steps the blank is likeliest alone, with 0.6² = 0.36 for no label; but 0 is read in
   * three ways, with 0.4·0.4 + 2·0.4·0.6 = 0.64.
   */
  @Test
  void theBeamSumsOverWaysWhereTheBestPathDoesNot() {
    Tensor two = logs(.4, 1e-9, .6, .4, 1e-9, .6);
    assertThat(CtcDecoder.best(two)).isEmpty();
    assertThat(CtcDecoder.beam(two, 4)).containsExactly(0);
    assertThatThrownBy(() -> CtcDecoder.beam(two, 0))
        .hasMessage("ctc: a beam of 1 or more expected, got 0");
  }

  @Test
  void theEditDistanceIsTheLeastNumberOfChanges() {
    assertThat(distance("kitten", "sitting")).isEqualTo(3);
    assertThat(distance("", "abc")).isEqualTo(3);
    assertThat(distance("abc", "abc")).isZero();
    assertThat(distance("abcd", "bcde")).isEqualTo(2);
  }

  private static int distance(String a, String b) {
    return EditDistance.of(a.chars().boxed().toList(), b.chars().boxed().toList());
  }

  @Test
  void anAlphabetNumbersItsSigns() {
    Alphabet signs = Alphabet.of("京A0A");
    assertThat(signs.size()).isEqualTo(3);
    assertThat(signs.numbers("0京")).containsExactly(2, 0);
    assertThat(signs.text(List.of(1, 2))).isEqualTo("A0");
    assertThatThrownBy(() -> signs.numbers("A1"))
        .hasMessage("text \"A1\": \"1\" is not of the alphabet");
  }

  /**
   * The example of the paper: of seven times "the" the reference has two, so p₁ = 2/7; of "the cat"
   * p₁ = p₂ = 1, and it is 4 words too short: b = exp(1 − 6/2).
   */
  @Test
  void bleuCountsRunsAsOftenAsTheyAreInAReference() {
    List<List<List<String>>> reference = List.of(List.of(Bleu.words("The cat is on the mat.")));
    assertThat(Bleu.of(List.of(Bleu.words("the the the the the the the")), reference, 1))
        .isCloseTo(2 / 7.0, within(1e-12));
    assertThat(Bleu.of(List.of(Bleu.words("the cat")), reference, 2))
        .isCloseTo(Math.exp(1 - 6 / 2.0), within(1e-12));
    assertThat(Bleu.of(List.of(Bleu.words("a dog")), reference, 1)).isZero();
    assertThatThrownBy(() -> Bleu.of(List.of(), reference, 1))
        .hasMessage("BLEU: 0 sentences and references for 1, one or more for each expected");
  }

  private InMemorySamples read(String... lines) throws IOException {
    Images.writePng(folder.resolve("a.png"), Tensor.full(Shape.of(2, 3, 1), 9));
    Path table = Files.write(folder.resolve("labels.csv"), List.of(lines));
    Preprocessing rule = Preprocessing.scaled(Shape.of(2, 3, 1));
    return TextPictures.read(table, folder, rule, Alphabet.of("AB"), 2);
  }

  @Test
  void aTableOfPicturesIsRead() throws IOException {
    InMemorySamples all = read("file,text", "a.png,AB", "a.png,B");
    assertThat(all.size()).isEqualTo(2);
    assertThat(TextPictures.text(all, 0)).containsExactly(0, 1);
    assertThat(all.sample(1).target().data()).containsExactly(1, -1);
    assertThat(TextPictures.text(all.part(1, 2), 0)).containsExactly(1);
    assertThatThrownBy(() -> read("file,text", "a.png,ABA"))
        .hasMessage("picture 0: a text of 3 signs, at most 2 expected");
    assertThatThrownBy(() -> read("file,text", "a.png,AC"))
        .hasMessageEndingWith("labels.csv: line 2: text \"AC\": \"C\" is not of the alphabet");
    assertThatThrownBy(() -> read("file,text", "a.png"))
        .hasMessageContaining("line 2: the name of a file, a comma and its text expected");
    assertThatThrownBy(() -> read("file,text", "../a.png,A"))
        .hasMessageContaining("line 2: the file ../a.png lies outside of");
  }
}
