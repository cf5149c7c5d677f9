package dev.fovea.apps.text;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.optim.Optimizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Learns to say what is to be seen, from the features that another network has of places of a
 * picture: an {@link AttentionDecoder} with its vocabulary.
 *
 * <pre>{@code
 * Captioner captioner = new Captioner(vocabulary, decoder, Shape.of(49, 512), 20, adam(1e-3), 32, seed);
 * for (…) { captioner.learn(known.draw(32, rng), seed.split(i), 1e-3); }
 * Caption caption = captioner.tell(asked.places().get(0), new BeamSearch(5, 20, vocabulary.end()));
 * }</pre>
 */
public final class Captioner {
  private static final int NOTHING = -1;

  private final Vocabulary vocabulary;
  private final AttentionDecoder decoder;
  private final Shape places;
  private final int longest;
  private final Model whole;
  private final Model single;
  private final TrainingStep step;

  /**
   * Creates a captioner that has learned nothing.
   *
   * @param places the shape [P, C] of the features of a picture
   * @param longest the largest number of words of a sentence that it learns from; of longer ones it
   *     learns the beginning
   * @param batch the number of sentences that it learns from at once
   * @param seed of the initial weights
   * @throws FoveaException if the decoder has not as many tokens as the vocabulary, or the places
   *     have other axes
   */
  public Captioner(
      Vocabulary vocabulary,
      AttentionDecoder decoder,
      Shape places,
      int longest,
      Optimizer optimizer,
      int batch,
      Seed seed) {
    if (decoder.tokens() != vocabulary.size() || places.rank() != 2) {
      throw new FoveaException(
          "captions: a decoder of %s tokens and places [P, C] expected, got %s tokens and %s"
              .formatted(vocabulary.size(), decoder.tokens(), places));
    }
    this.vocabulary = vocabulary;
    this.decoder = decoder;
    this.places = places;
    this.longest = longest;
    int steps = longest + 1; // the end follows the last word
    List<Shape> inputs = new ArrayList<>(decoder.inputs(steps, places));
    this.whole = Model.build(decoder, inputs, seed, Engine.shared());
    this.single = Model.build(decoder, decoder.inputs(1, places), seed, Engine.shared());
    inputs.add(Shape.of(steps));
    this.step =
        TrainingStep.of(
            in -> {
              Signal logits = whole.apply(in.subList(0, 4)).get(0);
              return List.of(Losses.crossEntropy().ignore(NOTHING).of(logits, in.get(4)));
            },
            inputs,
            optimizer,
            batch,
            whole);
  }

  /** Returns the network that is trained, for sentences of the largest length. */
  public Model model() {
    return whole;
  }

  /**
   * Learns from a batch: the mean of −log p of each word and of the end, given the words before.
   *
   * @param batch pictures, of whose sentences the first counts
   * @param seed of what is dropped
   * @param rate the learning rate
   * @return the loss
   * @throws FoveaException if the features have another shape
   */
  public float learn(CaptionedPictures batch, Seed seed, double rate) {
    int n = batch.size();
    Tensor before = Tensor.full(Shape.of(n, longest + 1), NOTHING);
    Tensor after = Tensor.full(Shape.of(n, longest + 1), NOTHING);
    for (int i = 0; i < n; i++) {
      List<Integer> sentence = new ArrayList<>(vocabulary.tokens(batch.texts().get(i).getFirst()));
      sentence.add(vocabulary.end());
      for (int t = 0; t < Math.min(longest + 1, sentence.size()); t++) {
        int at = i * (longest + 1) + t;
        after.data()[at] = sentence.get(t);
        before.data()[at] = t == 0 ? NOTHING : sentence.get(t - 1);
      }
    }
    Tensor start = Tensor.zeros(Shape.of(n, decoder.units()));
    float loss = step.gradients(seed, before, stacked(batch.places()), start, start, after);
    step.apply(rate);
    return loss;
  }

  private Tensor stacked(List<Tensor> pictures) {
    Tensor all = Tensor.zeros(places.prepend(pictures.size()));
    for (int i = 0; i < pictures.size(); i++) {
      if (!pictures.get(i).shape().equals(places)) {
        throw new FoveaException(
            "captions: features %s expected, got %s".formatted(places, pictures.get(i).shape()));
      }
      System.arraycopy(
          pictures.get(i).data(), 0, all.data(), i * places.elements(), places.elements());
    }
    return all;
  }

  /** What is known behind a word: h, c, and where each word so far was read from. */
  private record State(Tensor h, Tensor c, List<Tensor> attention) {}

  /**
   * Tells what is to be seen.
   *
   * @param picture the features [P, C] of a picture
   * @param search how the sentence is found; of a width of 1 word by word
   */
  public Caption tell(Tensor picture, BeamSearch search) {
    whole.copyTo(single, 1);
    Tensor zeros = Tensor.zeros(Shape.of(decoder.units()));
    BeamSearch.Found<State> best =
        search
            .from(new State(zeros, zeros, List.of()), beginnings -> next(picture, beginnings))
            .getFirst();
    List<String> words = best.tokens().stream().map(vocabulary::word).toList();
    return new Caption(words, best.log(), best.state().attention.subList(0, words.size()));
  }

  private List<BeamSearch.Next<State>> next(
      Tensor picture, List<BeamSearch.Found<State>> beginnings) {
    int n = beginnings.size();
    int units = decoder.units();
    Tensor last = Tensor.full(Shape.of(n, 1), NOTHING);
    Tensor h = Tensor.zeros(Shape.of(n, units));
    Tensor c = Tensor.zeros(Shape.of(n, units));
    for (int i = 0; i < n; i++) {
      BeamSearch.Found<State> b = beginnings.get(i);
      last.data()[i] = b.tokens().isEmpty() ? NOTHING : b.tokens().getLast();
      System.arraycopy(b.state().h.data(), 0, h.data(), i * units, units);
      System.arraycopy(b.state().c.data(), 0, c.data(), i * units, units);
    }
    List<Tensor> told = single.run(List.of(last, stacked(Collections.nCopies(n, picture)), h, c));
    List<BeamSearch.Next<State>> nexts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Tensor logits = told.get(0).sample(i).reshape(Shape.of(vocabulary.size()));
      logits.data()[vocabulary.unknown()] = Float.NEGATIVE_INFINITY; // it is no word
      List<Tensor> attention = new ArrayList<>(beginnings.get(i).state().attention);
      attention.add(told.get(1).sample(i).reshape(Shape.of(places.dim(0))));
      nexts.add(
          new BeamSearch.Next<>(
              logits, new State(told.get(2).sample(i), told.get(3).sample(i), attention)));
    }
    return nexts;
  }
}
