package dev.fovea.systems.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.systems.mask.RunLengths;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** COCO's file of results. */
final class CocoResultsTest {
  private static final List<Long> CATEGORIES = List.of(3L, 18L);

  @Test
  void whatIsWrittenIsRead() {
    Rectangle box = new Rectangle(0.1, 1.0 / 3, 1e-7, 12345.678901234567);
    Found plain = Found.of(1, 0.12345678901234568, box);
    Found masked = Found.of(0, 0.5, box).with(RunLengths.of(2, 2, 1, 2, 1));
    Found person =
        new Found(
            0, 0.25, box, Optional.empty(), CocoCases.points(new double[] {1, 2, 2, 3.5, 4, 2}));
    CocoResults results = new CocoResults(Map.of(7L, List.of(plain, masked), 9L, List.of(person)));
    String text = results.write(CATEGORIES);
    assertThat(text).contains("\"image_id\":7,\"category_id\":18,\"bbox\":[0.1,");
    assertThat(text).contains("\"keypoints\":[1.0,2.0,2.0,3.5,4.0,2.0]");
    assertThat(CocoResults.read(text, "a.json", CATEGORIES)).isEqualTo(results);
    assertThat(results.of(1)).isEmpty();
    assertThat(CocoResults.read("[]", "a.json", CATEGORIES).pictures()).isEmpty();
  }

  @Test
  void pointsThatWereNotFoundAreZeros() {
    Rectangle box = new Rectangle(1, 2, 3, 4);
    double[] numbers = {0, 0, 0, 3.5, 4, 2};
    Found person = new Found(0, 0.25, box, Optional.empty(), CocoCases.points(numbers));
    assertThat(new CocoResults(Map.of(7L, List.of(person))).write(CATEGORIES))
        .contains("\"keypoints\":[0.0,0.0,0.0,3.5,4.0,2.0]");
  }

  /** Then COCO's tool takes the size from the points, as similarity does. */
  @Test
  void keyPointsAreWrittenWithoutBoxes() {
    Rectangle box = new Rectangle(1, 2, 3, 4);
    double[] numbers = {1, 2, 2, 4, 8, 2};
    Found person = new Found(0, 0.25, box, Optional.empty(), CocoCases.points(numbers));
    String text = new CocoResults(Map.of(7L, List.of(person))).writeKeyPoints(CATEGORIES);
    assertThat(text).doesNotContain("bbox");
    Found read = CocoResults.read(text, "a.json", CATEGORIES).of(7).get(0);
    assertThat(read.box()).isEqualTo(new Rectangle(1.5, 2.5, 3, 6));
    assertThat(read.points()).isEqualTo(person.points());
    assertThat(KeyPointSimilarity.PERSON.area(person)).isEqualTo(4 * 8);
  }

  @Test
  void boxesFollowFromMasksAndPoints() {
    String text =
        """
        [{"image_id": 1, "category_id": 3, "score": 1,
          "segmentation": {"size": [2, 3], "counts": [2, 2, 2]}},
         {"image_id": 1, "category_id": 3, "score": 1, "keypoints": [1, 2, 0.3, 4, 8, 1]}]
        """;
    List<Found> found = CocoResults.read(text, "a.json", CATEGORIES).of(1);
    assertThat(found.get(0).box()).isEqualTo(new Rectangle(1, 0, 1, 2));
    assertThat(found.get(1).box()).isEqualTo(new Rectangle(1.5, 2.5, 3, 6));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{}|a.json: {} is not an array",
        "[{}]|a.json: result 1: \"image_id\" is missing",
        "[{\"image_id\": 1, \"category_id\": 4}]|a.json: result 1: category_id 4; there are [3, 18]",
        "[{\"image_id\": 1, \"category_id\": 3, \"score\": 1}]|a.json: result 1: needs one of",
        "[{\"image_id\": 1, \"category_id\": 3, \"score\": 1, \"bbox\": [1]}]|bbox has 1 numbers",
        "[{\"image_id\": 1, \"category_id\": 3, \"score\": 1, \"bbox\": [1, 1, -1, 1]}]|result 1: rectangle",
        "[{\"image_id\": 1, \"category_id\": 3, \"score\": 1, \"keypoints\": [1]}]|has 1 numbers"
      })
  void refusesWhatAreNoResults(String text, String message) {
    assertThatThrownBy(() -> CocoResults.read(text, "a.json", CATEGORIES))
        .hasMessageContaining(message);
  }
}
