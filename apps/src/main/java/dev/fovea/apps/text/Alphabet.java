package dev.fovea.apps.text;

import dev.fovea.tensor.FoveaException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The signs that texts are made of, numbered from 0.
 *
 * @param signs the signs, each once
 */
public record Alphabet(List<String> signs) {
  /** Copies the list. */
  public Alphabet {
    signs = List.copyOf(signs);
  }

  /** Returns the alphabet of the characters of a text, in their order. */
  public static Alphabet of(String text) {
    return new Alphabet(split(text).stream().distinct().toList());
  }

  private static List<String> split(String text) {
    return text.codePoints().mapToObj(Character::toString).toList();
  }

  /** Returns the number of signs. */
  public int size() {
    return signs.size();
  }

  /**
   * Returns the numbers of a text's signs.
   *
   * @throws FoveaException if one is not of this alphabet
   */
  public List<Integer> numbers(String text) {
    return split(text).stream().map(sign -> number(sign, text)).toList();
  }

  private int number(String sign, String text) {
    int number = signs.indexOf(sign);
    if (number < 0) {
      throw new FoveaException("text \"" + text + "\": \"" + sign + "\" is not of the alphabet");
    }
    return number;
  }

  /** Returns the text of some signs. */
  public String text(List<Integer> numbers) {
    return numbers.stream().map(signs::get).collect(Collectors.joining());
  }
}
