package dev.fovea.nn;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.lstm;
import static dev.fovea.nn.Layers.scan;
import static dev.fovea.nn.Layers.scanBackwards;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.Device;
import dev.fovea.op.Activation;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Recurrences of layers in a formula. */
final class RecurrenceTest {
  private static final Engine ENGINE = Engine.shared();
  private static final int UNITS = 2;

  private static Tensor random(int seed, Shape shape) {
    Rng rng = Seed.of(seed).rng();
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  /** h ← tanh(dense(x ⧺ h)); the states, and the last of them. */
  private static Network simple(boolean backwards) {
    Layer cell = dense(UNITS);
    Recurrence.Step step =
        (state, x) -> {
          Signal h = cell.apply(x.get(0).concat(state.get(0))).activate(Activation.TANH);
          return new Recurrence.Results(List.of(h), List.of(h));
        };
    return in -> {
      Recurrence.Results r =
          backwards
              ? scanBackwards(in.subList(0, 1), in.subList(1, 2), step)
              : scan(in.subList(0, 1), in.subList(1, 2), step);
      return List.of(r.outputs().get(0), r.state().get(0));
    };
  }

  private static Model model(Network network, int length) {
    return Model.build(network, List.of(Shape.of(length, 3), Shape.of(UNITS)), Seed.of(3), ENGINE);
  }

  @Test
  void stepsShareTheirLayersParameters() {
    Model m = model(simple(false), 4);
    assertThat(m.parameters().all().stream().map(Parameters.Parameter::name))
        .containsExactly("scan.dense.weight", "scan.dense.bias");
    Summary.Row row = m.summary().rows().getLast();
    assertThat(row.path()).isEqualTo("scan");
    assertThat(row.parameters()).isEqualTo(5 * UNITS + UNITS);
    // 4 steps of a product of 5 by 2, a bias and an activation at least
    assertThat(row.flops()).isGreaterThanOrEqualTo(4 * (2 * 5 * UNITS + UNITS));
  }

  @Test
  void stateIsWhatStepsMakeOfIt() {
    for (boolean backwards : List.of(false, true)) {
      Model m = model(simple(backwards), 4);
      Tensor x = random(1, Shape.of(2, 4, 3));
      Tensor begin = random(2, Shape.of(2, UNITS));
      List<Tensor> results = m.run(List.of(x, begin));
      float[] w = m.parameters().tensor("scan.dense.weight").data();
      float[] b = m.parameters().tensor("scan.dense.bias").data();
      for (int n = 0; n < 2; n++) {
        double[] h = {begin.data()[n * UNITS], begin.data()[n * UNITS + 1]};
        for (int k = 0; k < 4; k++) {
          int t = backwards ? 3 - k : k;
          double[] next = new double[UNITS];
          for (int j = 0; j < UNITS; j++) {
            double sum = b[j];
            for (int i = 0; i < 3; i++) {
              sum += x.data()[(n * 4 + t) * 3 + i] * w[i * UNITS + j];
            }
            for (int i = 0; i < UNITS; i++) {
              sum += h[i] * w[(3 + i) * UNITS + j];
            }
            next[j] = Math.tanh(sum);
          }
          h = next;
          for (int j = 0; j < UNITS; j++) {
            assertThat((double) results.get(0).data()[(n * 4 + t) * UNITS + j])
                .isCloseTo(h[j], within(1e-5));
          }
        }
        assertThat((double) results.get(1).data()[n * UNITS]).isCloseTo(h[0], within(1e-5));
      }
    }
  }

  /** A decoder looks at places [P, C] that are the same in all steps. */
  @Test
  void stepReadsWhatIsAroundIt() {
    Layer query = dense(3);
    Network decoder =
        in -> {
          Signal places = in.get(1).times(0.5f);
          return scan(
                  in.subList(0, 1),
                  List.of(in.get(2)),
                  (state, x) -> {
                    Signal q = query.apply(state.get(0).concat(x.get(0))).reshape(Shape.of(1, 3));
                    Signal weights = places.times(q).with(places.times(q).value().sum(2));
                    Signal seen = places.times(weights);
                    Signal h = seen.with(seen.value().sum(1)).reshape(Shape.of(3));
                    Signal next = h.activate(Activation.TANH);
                    return new Recurrence.Results(List.of(next), List.of(next));
                  })
              .outputs();
        };
    Model m =
        Model.build(
            decoder, List.of(Shape.of(6, 3), Shape.of(4, 3), Shape.of(3)), Seed.of(3), ENGINE);
    List<Tensor> batch =
        List.of(
            random(1, Shape.of(3, 6, 3)), random(2, Shape.of(3, 4, 3)), random(3, Shape.of(3, 3)));
    float[] all = m.run(batch).get(0).data();
    for (int n = 0; n < 3; n++) {
      int sample = n;
      List<Tensor> one = batch.stream().map(t -> sample(t, sample)).toList();
      float[] own = m.run(one).get(0).data();
      for (int i = 0; i < own.length; i++) {
        assertThat(all[n * own.length + i]).isCloseTo(own[i], within(1e-5f));
      }
    }
  }

  private static Tensor sample(Tensor t, int n) {
    int length = t.data().length / t.shape().dim(0);
    float[] data = new float[length];
    System.arraycopy(t.data(), n * length, data, 0, length);
    return Tensor.of(t.shape().dropFirst().prepend(1), data);
  }

  /** What steps do a sample at a time is inferred some samples at a time. */
  @Test
  void samplesOfSequencesStayApart() {
    Model m = Model.build(lstm(4), Shape.of(50, 8), Seed.of(1), ENGINE);
    Traced traced = m.trace(16, false);
    Graph graph = traced.graph();
    int at = ENGINE.unwrap(Device.class).compiler().samplesAtOnce(graph, 16);
    assertThat(at).isEqualTo(8);
  }

  @Test
  void whatAStepCannotDoIsRefused() {
    Layer norm = batchNorm();
    Network tracking =
        in ->
            scan(
                    in.subList(0, 1),
                    in.subList(1, 2),
                    (state, x) -> new Recurrence.Results(state, List.of(norm.apply(x.get(0)))))
                .outputs();
    Model inferring = model(tracking, 4);
    assertThatThrownBy(() -> inferring.trace(2, true))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("a step of a scan cannot track statistics");
    Network nothing =
        in -> scan(in.subList(0, 1), List.of(), (s, x) -> new Recurrence.Results(s, s)).outputs();
    assertThatThrownBy(() -> model(nothing, 4))
        .hasMessageContaining("a step gives neither a state nor an output");
    Network flat = in -> scan(in, List.of(), (s, x) -> new Recurrence.Results(s, x)).outputs();
    assertThatThrownBy(() -> Model.build(flat, List.of(Shape.scalar()), Seed.of(3), ENGINE))
        .isInstanceOf(ShapeException.class)
        .hasMessageContaining("scan: needs sequences [N,T,…]");
    Network shorter =
        in ->
            scan(
                    in.subList(0, 1),
                    in.subList(1, 2),
                    (s, x) -> new Recurrence.Results(List.of(s.get(0).channels(0, 1)), x))
                .outputs();
    assertThatThrownBy(() -> model(shorter, 4)).hasMessageContaining("must hand on what it got");
  }
}
