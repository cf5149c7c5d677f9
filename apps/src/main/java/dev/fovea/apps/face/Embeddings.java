package dev.fovea.apps.face;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * The embeddings of some pictures, and whom each shows.
 *
 * @param persons the name of each person
 * @param rows the embeddings [N, D]; one of another rank has as many numbers per row
 */
public record Embeddings(List<String> persons, Tensor rows) {
  /**
   * Copies the list.
   *
   * @throws FoveaException if there are not as many names as rows
   */
  public Embeddings {
    persons = List.copyOf(persons);
    if (rows.shape().rank() < 2 || rows.shape().dim(0) != persons.size()) {
      throw new FoveaException(
          "embeddings: a row for each of %s names expected, got %s"
              .formatted(persons.size(), rows.shape()));
    }
  }

  /** Returns how many pictures there are. */
  public int size() {
    return persons.size();
  }

  /** Returns the embedding of a picture. */
  public float[] row(int index) {
    return rows.sample(index).data();
  }
}
