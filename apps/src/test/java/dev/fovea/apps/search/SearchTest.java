package dev.fovea.apps.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SearchTest {
  @TempDir private Path folder;

  private static float[] random(long seed) {
    Rng rng = Seed.of(seed).rng();
    float[] vector = new float[8];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = rng.nextGaussian(1);
    }
    return vector;
  }

  @Test
  void theIndexFindsNearlyAllThatIsNearest() {
    ExactSearch exact = new ExactSearch();
    try (PictureIndex index = PictureIndex.open(folder, "random")) {
      for (int i = 0; i < 300; i++) {
        exact.add("v" + i, random(i));
        index.put("v" + i, "1", random(i));
      }
      double recall = 0;
      for (int q = 1_000; q < 1_010; q++) {
        List<Match> right = exact.nearest(random(q), 10);
        List<Match> found = index.nearest(random(q), 10);
        recall += Retrieval.recall(found, right) / 10;
        assertThat(found.getFirst().similarity())
            .isCloseTo(right.getFirst().similarity(), within(1e-5));
      }
      assertThat(recall).isGreaterThan(0.9);
    }
  }

  @Test
  void whatIsInTheIndexIsThereAgain() {
    try (PictureIndex index = PictureIndex.open(folder, "net")) {
      index.put("a", "1", 1, 0);
      index.put("b", "1", 0, 1);
      index.put("a", "2", 3, 3);
    }
    try (PictureIndex index = PictureIndex.open(folder, "net")) {
      assertThat(index.stamps()).isEqualTo(Map.of("a", "2", "b", "1"));
      assertThat(index.nearest(new float[] {1, 1}, 5))
          .extracting(Match::name)
          .containsExactly("a", "b");
      // Room for so many would not be there.
      assertThat(index.nearest(new float[] {1, 1}, Integer.MAX_VALUE)).hasSize(2);
      index.remove("b");
      assertThat(index.stamps()).containsOnlyKeys("a");
      assertThatThrownBy(() -> index.put("c", "1", 1, 2, 3))
          .hasMessageStartingWith(folder + ": the index: ");
      assertThatThrownBy(() -> index.put("c", "1", new float[1025]))
          .hasMessage("index: vectors of 1 to 1024 numbers expected, got 1025");
    }
    assertThatThrownBy(() -> PictureIndex.open(folder, "net", folder))
        .hasMessage(
            folder
                + ": an index that does not say of which pictures; give another folder or delete"
                + " it");
    assertThatThrownBy(() -> PictureIndex.open(folder, "other"))
        .hasMessage(
            folder
                + ": an index of features of net, not of other; give another folder or delete it");
  }

  /** What is refused changes nothing and holds no lock. */
  @Test
  void anIndexThatIsRefusedStaysAsItIs() throws IOException {
    Path place = folder.resolve("index");
    Path old = Files.createDirectory(folder.resolve("old"));
    Path other = Files.createDirectory(folder.resolve("other"));
    PictureIndex.open(place, "net", old).close();
    Files.delete(old);
    assertThatThrownBy(() -> PictureIndex.open(place, "net2", other))
        .hasMessageContaining("an index of features of net, not of net2");
    assertThatThrownBy(() -> PictureIndex.open(place, "net", folder.resolve("missing")))
        .hasMessage(place + ": the index: no such file or folder");
    Files.createDirectory(old);
    try (PictureIndex index = PictureIndex.open(place, "net", old)) {
      assertThat(index.earlierPictures()).isEmpty();
    }
  }

  @Test
  void itIsToldThatAnIndexWasOfAFolderThatIsNotThere() throws IOException {
    Path place = folder.resolve("index");
    Path old = Files.createDirectory(folder.resolve("old"));
    PictureIndex.open(place, "net", old).close();
    Path before = old.toRealPath();
    Path moved = Files.move(old, folder.resolve("moved"));
    try (PictureIndex index = PictureIndex.open(place, "net", moved)) {
      assertThat(index.earlierPictures()).contains(before);
    }
    try (PictureIndex index = PictureIndex.open(place, "net", moved)) {
      assertThat(index.earlierPictures()).isEmpty();
    }
  }

  private static List<Match> answers(String names) {
    return names.chars().mapToObj(n -> new Match("" + (char) n, 1)).toList();
  }

  /** Right are the answers 1, 3 and 4 of 5, and all that can be: (1/1 + 2/3 + 3/4) / 3. */
  @Test
  void averagePrecisionIsThatOfTheRightAnswers() {
    List<Match> answers = answers("axbcy");
    assertThat(Retrieval.averagePrecision(answers, 10, 3, "abc"::contains))
        .isCloseTo((1 + 2 / 3.0 + 3 / 4.0) / 3, within(1e-12));
    assertThat(Retrieval.averagePrecision(answers, 2, 3, "abc"::contains)).isEqualTo(1 / 2.0);
    assertThat(Retrieval.averagePrecision(answers, 5, 1, "z"::equals)).isZero();
    assertThatThrownBy(() -> Retrieval.averagePrecision(answers, 5, 0, "z"::equals))
        .hasMessage(
            "average precision: at least 1 answer and 1 relevant one expected, got 5 and 0");
  }

  /** One right answer before nine wrong ones, where ten could be right, is a tenth. */
  @Test
  void whatIsRelevantAndNotFoundCounts() {
    List<Match> answers = answers("axxxxxxxxx");
    assertThat(Retrieval.averagePrecision(answers, 10, 500, "a"::equals)).isEqualTo(0.1);
    assertThat(Retrieval.averagePrecision(answers, 10, 2, "a"::equals)).isEqualTo(0.5);
  }

  /** The mean over the 120 orders of 5 answers, of which "a" and "b" are right. */
  @Test
  void chanceIsTheMeanOverAllOrders() {
    List<String> orders = orders("abcde");
    assertThat(orders).hasSize(120);
    for (int k : new int[] {1, 2, 3, 7}) {
      double mean =
          orders.stream()
              .mapToDouble(o -> Retrieval.averagePrecision(answers(o), k, 2, "ab"::contains))
              .average()
              .orElseThrow();
      assertThat(Retrieval.chance(k, 2, 5)).as("k = %s", k).isCloseTo(mean, within(1e-12));
    }
    assertThat(Retrieval.chance(10, 1, 1)).isEqualTo(1);
  }

  private static List<String> orders(String names) {
    if (names.isEmpty()) {
      return List.of("");
    }
    List<String> orders = new ArrayList<>();
    for (int i = 0; i < names.length(); i++) {
      String first = names.substring(i, i + 1);
      orders(names.replace(first, "")).forEach(rest -> orders.add(first + rest));
    }
    return orders;
  }
}
