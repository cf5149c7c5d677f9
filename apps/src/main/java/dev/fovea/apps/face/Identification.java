package dev.fovea.apps.face;

import dev.fovea.apps.search.ExactSearch;
import dev.fovea.apps.search.Match;
import dev.fovea.tensor.FoveaException;
import dev.fovea.train.RocCurve;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tells whom a picture shows among enrolled persons, or that it shows none of them: the name is
 * that of the most similar enrolled embedding, by the cosine, if it is similar enough.
 *
 * <pre>{@code
 * Identification door = new Identification(enrolled);
 * double least = door.threshold(0.05);          // lets about one stranger in twenty in
 * Optional<String> who = door.identify(embedding, least);
 * }</pre>
 *
 * <p>Figures are those of ISO/IEC 19795: rank-1 and the equal error rate of comparisons, and for
 * persons who may be strangers the share told rightly beside that refused.
 *
 * @param enrolled the embeddings of known persons
 */
public record Identification(Embeddings enrolled) {
  /**
   * Checks that somebody is enrolled.
   *
   * @throws FoveaException if nobody is
   */
  public Identification {
    if (enrolled.size() == 0) {
      throw new FoveaException("identification: nobody is enrolled");
    }
  }

  /** Returns the most similar enrolled embedding; of equal ones the first. */
  public Match nearest(float... embedding) {
    return search("").nearest(embedding, 1).getFirst();
  }

  /** Returns a search among all enrolled embeddings but those of one person. */
  private ExactSearch search(String without) {
    ExactSearch search = new ExactSearch();
    for (int i = 0; i < enrolled.size(); i++) {
      if (!enrolled.persons().get(i).equals(without)) {
        search.add(enrolled.persons().get(i), enrolled.row(i));
      }
    }
    return search;
  }

  /**
   * Returns whom an embedding shows; empty for a person who is not enrolled.
   *
   * @param least the least similarity that counts
   */
  public Optional<String> identify(float[] embedding, double least) {
    return Optional.of(nearest(embedding)).filter(m -> m.similarity() >= least).map(Match::name);
  }

  /**
   * Returns a least similarity, made of enrolled persons alone: each enrolled picture asks among
   * those of all other persons, to whom it is a stranger, and this share of them is let in.
   *
   * @param strangers the share, 0 … 1
   * @throws FoveaException if it is not, or fewer than two persons are enrolled
   */
  public double threshold(double strangers) {
    if (!(strangers >= 0 && strangers <= 1)) {
      throw new FoveaException("identification: a share of 0 to 1 expected, got " + strangers);
    }
    if (enrolled.persons().stream().distinct().count() < 2) {
      throw new FoveaException("identification: a threshold needs two enrolled persons or more");
    }
    double[] best =
        IntStream.range(0, enrolled.size())
            .mapToDouble(i ->
                search(enrolled.persons().get(i)).nearest(enrolled.row(i), 1).get(0).similarity())
            .sorted()
            .toArray();
    int refused = (int) Math.ceil((1 - strangers) * best.length - 1e-9);
    return refused == 0 ? best[0] : Math.nextUp(best[refused - 1]);
  }

  /**
   * Returns the share of pictures of enrolled persons whose nearest embedding is of the right one.
   */
  public double rankOne(Embeddings asked) {
    return identified(asked, Double.NEGATIVE_INFINITY);
  }

  /**
   * Returns the share of pictures of enrolled persons that are told rightly, none as a stranger.
   */
  public double identified(Embeddings asked, double least) {
    return share(
        asked, i -> identify(asked.row(i), least).equals(Optional.of(asked.persons().get(i))));
  }

  /** Returns the share of pictures of persons who are not enrolled that are refused. */
  public double refused(Embeddings strangers, double least) {
    return share(strangers, i -> identify(strangers.row(i), least).isEmpty());
  }

  private static double share(Embeddings asked, java.util.function.IntPredicate right) {
    return (double) IntStream.range(0, asked.size()).filter(right).count() / asked.size();
  }

  /**
   * Returns the curve of comparisons of each asked with each enrolled picture, where two of one
   * person are the positives.
   *
   * @throws FoveaException if no pair is of one person, or none of two
   */
  public RocCurve verification(Embeddings asked) {
    int n = enrolled.size();
    double[] scores = new double[asked.size() * n];
    boolean[] same = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = ExactSearch.cosine(asked.row(i / n), enrolled.row(i % n));
      same[i] = asked.persons().get(i / n).equals(enrolled.persons().get(i % n));
    }
    return RocCurve.of(scores, same);
  }
}
