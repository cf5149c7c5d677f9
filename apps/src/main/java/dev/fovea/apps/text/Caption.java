package dev.fovea.apps.text;

import dev.fovea.tensor.Tensor;
import java.util.List;

/**
 * A sentence about a picture.
 *
 * @param words its words
 * @param log log p of the words, and of the end if it ends
 * @param attention for each word, how much of it was read from each place [P]; sums to 1
 */
public record Caption(List<String> words, double log, List<Tensor> attention) {
  /** Copies the lists. */
  public Caption {
    words = List.copyOf(words);
    attention = List.copyOf(attention);
  }

  /** Returns the words with a space between them. */
  public String text() {
    return String.join(" ", words);
  }
}
