package dev.fovea.apps.text;

import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The words that sentences are made of, numbered from 0, and two tokens behind them: {@link
 * #unknown()} for all other words, and the {@link #end()} of a sentence.
 *
 * @param words the words, each once
 */
public record Vocabulary(List<String> words) {
  /**
   * Copies the list.
   *
   * @throws FoveaException if a word occurs twice
   */
  public Vocabulary {
    words = List.copyOf(words);
    if (words.stream().distinct().count() < words.size()) {
      throw new FoveaException("vocabulary: a word occurs twice among " + words.size());
    }
  }

  /**
   * Returns the {@linkplain Bleu#words words} that occur in some texts often enough, in the order
   * of the alphabet.
   *
   * @param least how often a word occurs at least
   */
  public static Vocabulary of(List<String> texts, int least) {
    Map<String, Integer> counts = new TreeMap<>();
    for (String text : texts) {
      Bleu.words(text).forEach(w -> counts.merge(w, 1, Integer::sum));
    }
    counts.values().removeIf(count -> count < least);
    return new Vocabulary(List.copyOf(counts.keySet()));
  }

  /** Returns the number of tokens: of the words and two more. */
  public int size() {
    return words.size() + 2;
  }

  /** Returns the token of words that are not of this vocabulary. */
  public int unknown() {
    return words.size();
  }

  /** Returns the token behind the last word of a sentence. */
  public int end() {
    return words.size() + 1;
  }

  /** Returns the tokens of a text's words, without the end. */
  public List<Integer> tokens(String text) {
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < words.size(); i++) {
      numbers.put(words.get(i), i);
    }
    List<Integer> tokens = new ArrayList<>();
    Bleu.words(text).forEach(w -> tokens.add(numbers.getOrDefault(w, unknown())));
    return tokens;
  }

  /**
   * Returns the word of a token.
   *
   * @throws FoveaException if it is none of this vocabulary
   */
  public String word(int token) {
    if (token < 0 || token >= size()) {
      throw new FoveaException("vocabulary of %s tokens: no token %s".formatted(size(), token));
    }
    return token < words.size() ? words.get(token) : token == end() ? "." : "?";
  }

  /** Returns the text of some tokens. */
  public String text(List<Integer> tokens) {
    return tokens.stream().map(this::word).collect(Collectors.joining(" "));
  }
}
