package dev.fovea.apps.text;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A beam search for likely sequences of tokens, each of which depends on those before it: after
 * each step only the likeliest beginnings stay. A beam of 1 is the greedy search, which takes the
 * likeliest token each time.
 *
 * <p>A sequence that ends keeps its place in the beam. Of those that are found the first is that of
 * the highest log p / lengthᵅ, where the length counts tokens and the end; α = 0, the default,
 * prefers short sequences, 1 compares means (Graves, 2012; Wu et al., 2016).
 *
 * <pre>{@code
 * BeamSearch search = new BeamSearch(5, 20, vocabulary.end());
 * List<BeamSearch.Found<State>> found = search.from(start, beginnings -> network(beginnings));
 * }</pre>
 *
 * @param width how many beginnings stay, 1 or more
 * @param longest how many tokens a sequence has at most
 * @param end the token that ends a sequence
 * @param lengthPower α, 0 or more
 */
public record BeamSearch(int width, int longest, int end, double lengthPower) {
  /**
   * Checks the numbers.
   *
   * @throws FoveaException if the width or the length is below 1, or a number is negative
   */
  public BeamSearch {
    if (width < 1 || longest < 1 || end < 0 || !(lengthPower >= 0)) {
      throw new FoveaException(
          ("beam search: a width and a length of 1 or more, an end and a length power of 0 or more"
                  + " expected, got %s, %s, %s and %s")
              .formatted(width, longest, end, lengthPower));
    }
  }

  /** Creates a search that prefers the likeliest sequence, whatever its length. */
  public BeamSearch(int width, int longest, int end) {
    this(width, longest, end, 0);
  }

  /** Returns this search with another α. */
  public BeamSearch withLengthPower(double alpha) {
    return new BeamSearch(width, longest, end, alpha);
  }

  /**
   * A sequence of tokens, or the beginning of one.
   *
   * @param tokens the tokens, without the end
   * @param log log p of the tokens, and of the end if it has ended
   * @param ended whether it has ended
   * @param state what the model knows behind the last token
   * @param <S> the type of states
   */
  public record Found<S>(List<Integer> tokens, double log, boolean ended, S state) {
    /** Copies the list. */
    public Found {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * What may follow a beginning.
   *
   * @param logits a number per token [tokens], the logarithm of its probability but for a constant;
   *     −∞ rules it out
   * @param state what the model knows, to which the next token is added
   * @param <S> the type of states
   */
  public record Next<S>(Tensor logits, S state) {}

  /**
   * A model of sequences.
   *
   * @param <S> the type of its states
   */
  @FunctionalInterface
  public interface Step<S> {
    /** Returns what may follow each of some beginnings of equal length. */
    List<Next<S>> next(List<Found<S>> beginnings);
  }

  /** A token that may follow the beginning of a number. */
  private record Choice(int beginning, int token, double log) {}

  /**
   * Returns the sequences that are found, the best first; as many as the beam is wide, or as there
   * are.
   *
   * @param start the state before the first token
   * @throws FoveaException if the model tells not as many nexts as there are beginnings, not a
   *     number of each token, or rules out all tokens
   */
  public <S> List<Found<S>> from(S start, Step<S> step) {
    List<Found<S>> done = new ArrayList<>();
    List<Found<S>> beam = List.of(new Found<>(List.of(), 0, false, start));
    for (int i = 0; i < longest && !beam.isEmpty(); i++) {
      List<Next<S>> nexts = step.next(beam);
      if (nexts.size() != beam.size()) {
        throw new FoveaException(
            "beam search: %s beginnings, %s nexts".formatted(beam.size(), nexts.size()));
      }
      List<Found<S>> longer = new ArrayList<>();
      for (Choice c : choices(beam, nexts, width - done.size())) {
        Found<S> b = beam.get(c.beginning);
        S state = nexts.get(c.beginning).state;
        if (c.token == end) {
          done.add(new Found<>(b.tokens, c.log, true, state));
        } else {
          longer.add(new Found<>(plus(b.tokens, c.token), c.log, false, state));
        }
      }
      beam = longer;
    }
    done.addAll(beam);
    // The sort is stable: of equally good ones the first found stays the first.
    done.sort(Comparator.comparingDouble((Found<S> f) -> -worth(f)));
    return done;
  }

  private double worth(Found<?> found) {
    int length = found.tokens.size() + (found.ended ? 1 : 0);
    return found.log / Math.pow(length, lengthPower);
  }

  /** Returns the likeliest continuations of all beginnings. */
  private <S> List<Choice> choices(List<Found<S>> beam, List<Next<S>> nexts, int count) {
    List<Choice> all = new ArrayList<>();
    for (int b = 0; b < beam.size(); b++) {
      Tensor logits = nexts.get(b).logits;
      if (logits.shape().rank() != 1 || end >= logits.shape().dim(0)) {
        throw new FoveaException(
            "beam search: a number of each token expected, of more than %s, got %s"
                .formatted(end, logits.shape()));
      }
      double[] logs = Logs.softmax(logits.reshape(logits.shape().prepend(1)), 0);
      for (int t = 0; t < logs.length; t++) {
        if (logs[t] > Double.NEGATIVE_INFINITY) { // nor is what is not a number
          all.add(new Choice(b, t, beam.get(b).log + logs[t]));
        }
      }
    }
    if (all.isEmpty()) {
      throw new FoveaException("beam search: no token may follow; their numbers are −∞ or none");
    }
    all.sort(Comparator.comparingDouble(c -> -c.log));
    return all.subList(0, Math.min(count, all.size()));
  }

  private static List<Integer> plus(List<Integer> tokens, int token) {
    List<Integer> longer = new ArrayList<>(tokens);
    longer.add(token);
    return longer;
  }
}
