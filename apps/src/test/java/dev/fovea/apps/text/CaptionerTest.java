package dev.fovea.apps.text;

import static dev.fovea.optim.Optimizers.adam;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.apps.Noise;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CaptionerTest {
  private static final int TOKENS = 5;
  private static final int UNITS = 3;
  private static final Shape PLACES = Shape.of(4, 2);

  @Test
  void aVocabularyNumbersWordsThatOccurOftenEnough() {
    Vocabulary v = Vocabulary.of(List.of("A dog.", "a cat", "A dog's cat"), 2);
    assertThat(v.words()).containsExactly("a", "cat");
    assertThat(v.size()).isEqualTo(4);
    assertThat(v.tokens("A dog, a cat!")).containsExactly(0, v.unknown(), 0, 1);
    assertThat(v.text(List.of(0, v.unknown(), 1, v.end()))).isEqualTo("a ? cat .");
    assertThatThrownBy(() -> v.word(4)).hasMessage("vocabulary of 4 tokens: no token 4");
    assertThatThrownBy(() -> new Vocabulary(List.of("a", "a")))
        .hasMessage("vocabulary: a word occurs twice among 2");
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** x · weight [in, out], with the bias if there is one. */
  private static double[] product(Model m, String name, double... x) {
    Tensor w = m.parameters().tensor(name + ".weight");
    int out = w.shape().dim(-1);
    double[] y = new double[out];
    for (int j = 0; j < out; j++) {
      boolean biased = m.parameters().all().stream().anyMatch(p -> p.name().equals(name + ".bias"));
      y[j] = biased ? m.parameters().tensor(name + ".bias").data()[j] : 0;
      for (int i = 0; i < x.length; i++) {
        y[j] += x[i] * w.data()[i * out + j];
      }
    }
    return y;
  }

  private static double[] row(Tensor t, int from, int count) {
    double[] row = new double[count];
    for (int i = 0; i < count; i++) {
      row[i] = t.data()[from + i];
    }
    return row;
  }

  private static double[] join(double[]... parts) {
    return List.of(parts).stream().flatMapToDouble(java.util.Arrays::stream).toArray();
  }

  /** (x − mean) / √(variance + 10⁻⁵) of the two features of each place. */
  private static Tensor normalized(Tensor places) {
    Tensor all = places.copy();
    for (int p = 0; p < PLACES.dim(0); p++) {
      double half = (places.get(p, 0) - places.get(p, 1)) / 2.0;
      double scaled = half / Math.sqrt(half * half + 1e-5);
      all.data()[2 * p] = (float) scaled;
      all.data()[2 * p + 1] = (float) -scaled;
    }
    return all;
  }

  /** The formulas of the decoder's comment as loops in doubles. */
  private static List<double[]> loops(Model m, int[] words, Tensor places, double[] h, double[] c) {
    List<double[]> told = new ArrayList<>();
    for (int word : words) {
      double[] query = product(m, "scan.query", h);
      double[] attention = new double[PLACES.dim(0)];
      double all = 0;
      for (int p = 0; p < attention.length; p++) {
        double[] alike = product(m, "keys", row(places, p * 2, 2));
        for (int j = 0; j < UNITS; j++) {
          alike[j] = Math.tanh(alike[j] + query[j]);
        }
        attention[p] = Math.exp(product(m, "scan.energies", alike)[0]);
        all += attention[p];
      }
      double[] seen = new double[2];
      for (int p = 0; p < attention.length; p++) {
        attention[p] /= all;
        seen[0] += attention[p] * places.get(p, 0);
        seen[1] += attention[p] * places.get(p, 1);
      }
      double[] embedded =
          word < 0
              ? new double[UNITS]
              : row(m.parameters().tensor("words.weight"), word * UNITS, UNITS);
      double[] gates = product(m, "scan.lstm", join(embedded, seen, h));
      for (int j = 0; j < UNITS; j++) {
        double kept = sigmoid(gates[UNITS + j] + 1) * c[j];
        c[j] = kept + sigmoid(gates[j]) * Math.tanh(gates[2 * UNITS + j]);
        h[j] = sigmoid(gates[3 * UNITS + j]) * Math.tanh(c[j]);
      }
      told.add(product(m, "logits", join(h, seen)));
      told.add(attention);
    }
    return told;
  }

  @Test
  void theDecoderComputesItsFormulas() {
    AttentionDecoder decoder = new AttentionDecoder(TOKENS, UNITS, 0.5);
    Model m = Model.build(decoder, decoder.inputs(3, PLACES), Seed.of(4), Engine.shared());
    int[] words = {-1, 4, 2};
    Tensor before = Tensor.of(Shape.of(1, 3), -1, 4, 2);
    Tensor places = Noise.normal(PLACES.prepend(1), Seed.of(1));
    Tensor h = Noise.normal(Shape.of(1, UNITS), Seed.of(2));
    Tensor c = Noise.normal(Shape.of(1, UNITS), Seed.of(3));
    List<Tensor> told = m.run(List.of(before, places, h, c));
    double[] lastH = row(h, 0, UNITS);
    double[] lastC = row(c, 0, UNITS);
    List<double[]> expected = loops(m, words, normalized(places.sample(0)), lastH, lastC);
    for (int t = 0; t < 3; t++) {
      assertThat(row(told.get(0), t * TOKENS, TOKENS))
          .containsExactly(expected.get(2 * t), within(1e-5));
      assertThat(row(told.get(1), t * 4, 4)).containsExactly(expected.get(2 * t + 1), within(1e-5));
    }
    assertThat(row(told.get(2), 0, UNITS)).containsExactly(lastH, within(1e-5));
    assertThat(row(told.get(3), 0, UNITS)).containsExactly(lastC, within(1e-5));
  }

  /** Three pictures whose sentences must be learned by heart, from what is seen. */
  @Test
  void itLearnsToTellPicturesApart() {
    List<String> texts = List.of("a red ball on grass", "two stars", "nothing");
    List<Tensor> pictures =
        List.of(0, 1, 2).stream().map(i -> Noise.normal(PLACES, Seed.of(i))).toList();
    CaptionedPictures known =
        new CaptionedPictures(pictures, texts.stream().map(List::of).toList());
    Vocabulary v = known.vocabulary(1);
    AttentionDecoder decoder = new AttentionDecoder(v.size(), 16, 0);
    Captioner captioner = new Captioner(v, decoder, PLACES, 6, adam(0.03), 3, Seed.of(1));
    for (int i = 0; i < 80; i++) {
      captioner.learn(known, Seed.of(i), 0.03);
    }
    for (BeamSearch search :
        List.of(new BeamSearch(1, 6, v.end()), new BeamSearch(3, 6, v.end()))) {
      List<Caption> told = pictures.stream().map(p -> captioner.tell(p, search)).toList();
      assertThat(told).extracting(Caption::text).isEqualTo(texts);
      assertThat(told).allSatisfy(t -> assertThat(t.attention()).hasSameSizeAs(t.words()));
      assertThat(known.bleu(told.stream().map(Caption::words).toList(), 1)).isEqualTo(1);
    }
    assertThatThrownBy(() ->
            new Captioner(v, new AttentionDecoder(3, 4, 0), PLACES, 6, adam(1), 3, Seed.of(1)))
        .hasMessage(
            "captions: a decoder of 10 tokens and places [P, C] expected, got 3 tokens and [4,2]");
    assertThatThrownBy(() -> new CaptionedPictures(pictures, List.of()))
        .hasMessage("captions: 3 pictures and texts about 0, one or more about each expected");
    assertThatThrownBy(() -> new AttentionDecoder(3, 0, 0))
        .hasMessage(
            "attention decoder: 1 or more tokens and units and a rate in [0, 1) expected, got 3,"
                + " 0 and 0.0");
  }
}
