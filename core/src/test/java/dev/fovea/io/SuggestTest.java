package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SuggestTest {
  private static final List<String> NAMES =
      List.of("digits", "mnist", "fashion-mnist", "cifar10", "folder");

  @ParameterizedTest
  @CsvSource({
    "mnsit,mnist",
    "Mnist,mnist",
    "cifar,cifar10",
    "fashonmnist,fashion-mnist",
    "digit,digits"
  })
  void findsWhatWasMeant(String typed, String meant) {
    assertThat(Suggest.nearest(typed, NAMES)).contains(meant);
    assertThat(Suggest.hint(typed, NAMES)).isEqualTo("; did you mean " + meant + "?");
  }

  @Test
  void listsTheNamesWhenNoneIsNear() {
    assertThat(Suggest.nearest("imagenet", NAMES)).isEmpty();
    assertThat(Suggest.hint("x", List.of("lenet5", "vgg16"))).isEqualTo("; known: lenet5, vgg16");
  }

  /** The textbook distances: kitten and sitting 3, ca and ac 1 (a swap). */
  @ParameterizedTest
  @CsvSource({"kitten,sitting,3", "ca,ac,1", "'',abc,3", "abc,abc,0", "flaw,lawn,2"})
  void countsEdits(String a, String b, int edits) {
    assertThat(Suggest.distance(a, b)).isEqualTo(edits);
  }
}
