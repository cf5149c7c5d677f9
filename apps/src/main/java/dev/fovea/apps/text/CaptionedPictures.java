package dev.fovea.apps.text;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network sees of pictures, and what is said about them.
 *
 * @param places the features [P, C] of the places of each picture
 * @param texts what is said about each, one sentence or more
 */
public record CaptionedPictures(List<Tensor> places, List<List<String>> texts) {
  /**
   * Copies the lists.
   *
   * @throws FoveaException if there are not as many of both, or nothing is said about a picture
   */
  public CaptionedPictures {
    places = List.copyOf(places);
    texts = texts.stream().map(List::copyOf).toList();
    if (places.size() != texts.size() || texts.stream().anyMatch(List::isEmpty)) {
      throw new FoveaException(
          "captions: %s pictures and texts about %s, one or more about each expected"
              .formatted(places.size(), texts.size()));
    }
  }

  /** Returns the number of pictures. */
  public int size() {
    return texts.size();
  }

  /** Returns the pictures from one on, up to another. */
  public CaptionedPictures part(int from, int to) {
    return new CaptionedPictures(places.subList(from, to), texts.subList(from, to));
  }

  /** Returns some pictures with one of their sentences each, drawn evenly; some several times. */
  public CaptionedPictures draw(int count, Rng rng) {
    List<Tensor> drawn = new ArrayList<>();
    List<List<String>> said = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int p = rng.nextInt(size());
      List<String> all = texts.get(p);
      drawn.add(places.get(p));
      said.add(List.of(all.get(rng.nextInt(all.size()))));
    }
    return new CaptionedPictures(drawn, said);
  }

  /** Returns the words that occur in the texts often enough. */
  public Vocabulary vocabulary(int least) {
    return Vocabulary.of(texts.stream().flatMap(List::stream).toList(), least);
  }

  /**
   * Returns {@link Bleu} of what somebody else says about the pictures.
   *
   * @param told the words of a sentence about each
   * @param n the longest run of words
   */
  public double bleu(List<List<String>> told, int n) {
    return Bleu.of(told, texts.stream().map(t -> t.stream().map(Bleu::words).toList()).toList(), n);
  }
}
