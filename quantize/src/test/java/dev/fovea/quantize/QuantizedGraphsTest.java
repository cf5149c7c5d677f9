package dev.fovea.quantize;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;
import static dev.fovea.nn.Layers.squeezeExcite;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Small random networks of every shape that the quantizer's walk may meet: values used several
 * times and at several scales, joined with themselves, added to the input, pooled into gates,
 * results that are read further.
 */
final class QuantizedGraphsTest {
  private static final Shape INPUT = Shape.of(6, 6, 4);
  private static final int GRAPHS = 60;

  /** Builds a network of a seed; the same one at each trace. */
  private record Grown(long seed) implements Network {
    @Override
    public List<Signal> forward(List<Signal> inputs) {
      Rng rng = new Rng(seed);
      List<Signal> pool = new ArrayList<>(inputs);
      int steps = 2 + rng.nextInt(7);
      for (int i = 0; i < steps; i++) {
        pool.add(step(rng, pool));
      }
      Signal last = pool.getLast();
      List<Signal> outputs = new ArrayList<>();
      outputs.add(sequence(conv2d(3, 1), globalAvgPool(), dense(4)).apply(last));
      if (rng.nextInt(2) == 0) {
        outputs.add(flatten().apply(pool.get(rng.nextInt(pool.size()))));
      }
      if (rng.nextInt(3) == 0) {
        outputs.add(sequence(flatten(), dense(5), relu(), dense(2)).apply(last));
      }
      return outputs;
    }

    private static Signal step(Rng rng, List<Signal> pool) {
      Signal x = pool.get(rng.nextInt(3) == 0 ? rng.nextInt(pool.size()) : pool.size() - 1);
      Signal other = pool.get(rng.nextInt(pool.size()));
      Signal mean = globalAvgPool().apply(x).reshape(Shape.of(1, 1, 4));
      return switch (rng.nextInt(14)) {
        case 0, 1, 2 -> conv2d(4, 3).same().apply(x);
        case 3 -> sequence(conv2d(4, 1).noBias(), batchNorm(), relu()).apply(x);
        case 4 -> sequence(depthwiseConv2d(3).same(), relu6()).apply(x);
        case 5 -> x.plus(other);
        case 6 -> conv2d(4, 1).apply(x.concat(x));
        case 7 -> x.times(mean);
        case 8 -> squeezeExcite(2).apply(x);
        case 9 -> sequence(conv2d(4, 1), relu()).apply(x.concat(other));
        case 10 -> maxPool(3).same().stride(1).apply(x);
        case 11 -> avgPool(3).same().stride(1).apply(x);
        case 12 -> sigmoid().apply(x);
        default -> x.plus(mean).minus(other);
      };
    }
  }

  private static Tensor random(long seed, int samples) {
    Tensor t = Tensor.zeros(INPUT.prepend(samples));
    Rng rng = new Rng(seed);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = rng.nextFloat(-1, 1);
    }
    return t;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void anyNetworkIsQuantizedForAnyBatch(int round) {
    for (int seed = round * GRAPHS; seed < (round + 1) * GRAPHS; seed++) {
      Model model = Model.build(new Grown(seed), List.of(INPUT), Seed.of(seed), Engine.shared());
      Quantizer quantizer = new Quantizer(model);
      for (int i = 0; i < 6; i++) {
        quantizer.observe(List.of(random(i, 1).sample(0)));
      }
      Model whole = quantizer.finish().model();
      List<Tensor> expected = model.run(List.of(random(1, 1)));
      List<Tensor> one = whole.run(List.of(random(1, 1)));
      for (int i = 0; i < one.size(); i++) {
        close("graph " + seed, one.get(i).data(), expected.get(i).data(), 0.3);
      }
      batched(whole, seed);
      if (seed % 8 == 0) {
        errors(quantizer, model, whole, seed);
      }
    }
  }

  /** A batch gives what its samples give; a real number beside a step's middle may round away. */
  private static void batched(Model whole, int seed) {
    Tensor batch = random(9, 3);
    List<Tensor> all = whole.run(List.of(batch));
    for (int n = 0; n < 3; n++) {
      Tensor sample = batch.sample(n);
      List<Tensor> alone = whole.run(List.of(sample.reshape(INPUT.prepend(1))));
      for (int i = 0; i < alone.size(); i++) {
        close("graph " + seed + " batched", all.get(i).sample(n).data(), alone.get(i).data(), 0.1);
      }
    }
  }

  /** The error of a layer that is the output is that of the networks; none is a large one. */
  private static void errors(Quantizer quantizer, Model model, Model whole, int seed) {
    Map<String, Double> errors = quantizer.errors(List.of(random(1, 1).sample(0)));
    assertThat(errors.values()).as("graph " + seed).allMatch(e -> e >= 0 && e < 1);
    Set<Double> outputs = new HashSet<>();
    for (int i = 0; i < model.outputs().size(); i++) {
      float[] y = model.run(List.of(random(1, 1))).get(i).data();
      float[] y8 = whole.run(List.of(random(1, 1))).get(i).data();
      outputs.add(Math.sqrt(distance(y8, y) / distance(y, new float[y.length])));
    }
    assertThat(errors.values())
        .as("graph " + seed)
        .anyMatch(e -> outputs.stream().anyMatch(o -> Math.abs(o - e) <= 0.05 * o + 1e-3));
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow((double) a[i] - b[i], 2);
    }
    return sum;
  }

  /** Compares the lengths of the difference and of what is expected. */
  private static void close(String what, float[] actual, float[] expected, double part) {
    double difference = 0;
    double all = 1e-6;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      all += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(difference / all))
        .as(what + ": " + Arrays.toString(actual) + " for " + Arrays.toString(expected))
        .isLessThan(part);
  }
}
