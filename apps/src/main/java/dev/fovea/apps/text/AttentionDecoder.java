package dev.fovea.apps.text;

import static dev.fovea.nn.Layers.conv1d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.embedding;
import static dev.fovea.nn.Layers.layerNorm;
import static dev.fovea.nn.Layers.scan;
import static dev.fovea.nn.Layers.softmax;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Network;
import dev.fovea.nn.Recurrence;
import dev.fovea.nn.Signal;
import dev.fovea.op.Activation;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.List;

/**
 * A recurrent network that says what may come next in a sentence about places, such as those of a
 * picture: an LSTM that looks at each word for the places that matter now.
 *
 * <pre>
 * eₚ = v · tanh(W·aₚ + U·h + b)      α = softmax(e)      z = Σₚ αₚ·aₚ
 * h, c ← LSTM(word ⧺ z; h, c)        logits = W′·(h ⧺ z) + b′
 * </pre>
 *
 * <p>Inputs: the words before each time step [N, T], −1 where there is none, as at the beginning;
 * the features of the places [N, P, C], of which a is what a layer norm makes; the states h and c
 * [N, units], zeros at the beginning. Outputs: logits [N, T, tokens], the attention α [N, T, P],
 * and h and c behind the last step. With T = 1 it tells a sentence word by word; its parameters do
 * not depend on T. Bahdanau et al. (2015); Xu et al., Show, Attend and Tell (2015), without the
 * gate and the deep output.
 *
 * @param tokens the number of tokens
 * @param units the length of h and c, of a word's embedding and of what attention compares
 * @param dropout the rate at which numbers before the logits are dropped in training
 */
public record AttentionDecoder(int tokens, int units, double dropout) implements Network {
  private static final int GATES = 4;

  /**
   * Checks the numbers.
   *
   * @throws FoveaException if one is below 1, or the rate is not in [0, 1)
   */
  public AttentionDecoder {
    if (tokens < 1 || units < 1 || !(dropout >= 0 && dropout < 1)) {
      throw new FoveaException(
          "attention decoder: 1 or more tokens and units and a rate in [0, 1) expected, got "
              + tokens
              + ", "
              + units
              + " and "
              + dropout);
    }
  }

  /** Returns the shapes of the inputs for sentences of T words about places [P, C]. */
  public List<Shape> inputs(int time, Shape places) {
    return List.of(Shape.of(time), places, Shape.of(units), Shape.of(units));
  }

  @Override
  public List<Signal> forward(List<Signal> in) {
    Signal places = layerNorm().named("places").apply(in.get(1));
    Signal keys = conv1d(units, 1).named("keys").apply(places);
    Signal words = embedding(tokens, units).named("words").apply(in.get(0));
    Recurrence.Results told =
        scan(List.of(words), in.subList(2, 4), (s, word) -> step(s, word.get(0), places, keys));
    Signal seen = told.outputs().get(0).concat(told.outputs().get(1));
    Signal logits = conv1d(tokens, 1).named("logits").apply(Layers.dropout(dropout).apply(seen));
    return List.of(logits, told.outputs().get(2), told.state().get(0), told.state().get(1));
  }

  private Recurrence.Results step(List<Signal> state, Signal word, Signal places, Signal keys) {
    int count = places.shape().dim(1);
    Signal query = dense(units).noBias().named("query").apply(state.get(0));
    Signal alike = keys.plus(query.reshape(Shape.of(1, units))).activate(Activation.TANH);
    Signal energies = conv1d(1, 1).noBias().named("energies").apply(alike);
    Signal attention = softmax().apply(energies.reshape(Shape.of(count)));
    Signal weighted = places.times(attention.reshape(Shape.of(count, 1)));
    Value sum = weighted.value().sum(1);
    Signal seen = weighted.with(sum).reshape(Shape.of(places.shape().dim(2)));
    List<Signal> next = lstm(word.concat(seen, state.get(0)), state.get(1));
    return new Recurrence.Results(next, List.of(next.get(0), seen, attention));
  }

  /** Returns h and c of what comes in, the word and what is seen and the last h. */
  private List<Signal> lstm(Signal in, Signal c) {
    Layer weights = dense(GATES * units).named("lstm");
    Signal gates = weights.apply(in);
    Signal input = gates.channels(0, units).activate(Activation.SIGMOID);
    Signal forget = gates.channels(units, units);
    Signal kept = forget.plus(forget.filled(1)).activate(Activation.SIGMOID).times(c);
    Signal content = gates.channels(2 * units, units).activate(Activation.TANH);
    Signal next = kept.plus(input.times(content));
    Signal output = gates.channels(3 * units, units).activate(Activation.SIGMOID);
    return List.of(output.times(next.activate(Activation.TANH)), next);
  }
}
