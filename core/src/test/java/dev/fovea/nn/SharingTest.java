package dev.fovea.nn;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Engine;
import dev.fovea.op.Source;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which layers share parameters: objects used twice do, lambdas never. */
class SharingTest {
  /** 3·3·8·8 weights and 8 biases. */
  private static final long CONVOLUTION = 584;

  /** An engine's kernels pack weights alike, by however many threads they are called. */
  @Test
  void enginesOfTheSameKernelsShareWhatIsFixed() {
    Model model = Model.build(sequence(flatten(), dense(3)), Shape.of(2, 2, 1), Seed.of(1));
    Engine engine = model.engine();
    assertThat(model.withEngine(engine.alone()).inference().memory())
        .isSameAs(model.inference().memory());
    assertThat(model.withEngine(Engine.idle()).inference().memory())
        .isNotSameAs(model.inference().memory());
  }

  /** Captures nothing: Java makes one object of it. */
  private static Layer block() {
    return x -> conv2d(8, 3).same().apply(x);
  }

  private static Layer capturing(int channels) {
    return x -> conv2d(channels, 3).same().apply(x);
  }

  private static Signal method(Signal x) {
    return conv2d(8, 3).same().apply(x);
  }

  private static Layer residual() {
    Layer body = conv2d(8, 3).same();
    return x -> x.plus(relu().apply(body.apply(x)));
  }

  /** Owns a parameter itself and captures nothing. */
  private static Layer scale() {
    return x ->
        x.with(x.value().times(x.trace().parameter("scale", Shape.of(8), Initializer.ones())));
  }

  /** A block as a class, whose layers are made anew in each walk. */
  private record Block() implements Layer {
    @Override
    public Signal forward(Signal x) {
      return relu().apply(conv2d(8, 3).same().apply(x));
    }
  }

  private static Model model(Layer layer) {
    return Model.build(layer, Shape.of(6, 6, 8), Seed.of(1), Engine.shared());
  }

  private static long count(Layer layer) {
    return model(layer).parameters().count(false);
  }

  @Test
  void lambdasShareNothing() {
    assertThat(block()).isSameAs(block());
    assertThat(count(sequence(block(), block()))).isEqualTo(2 * CONVOLUTION);
    assertThat(count(sequence(capturing(8), capturing(8)))).isEqualTo(2 * CONVOLUTION);
    Layer once = capturing(8);
    assertThat(count(sequence(once, once))).isEqualTo(2 * CONVOLUTION);
    Layer method = SharingTest::method;
    assertThat(count(sequence(method, method))).isEqualTo(2 * CONVOLUTION);
    assertThat(count(x -> block().apply(block().apply(x)))).isEqualTo(2 * CONVOLUTION);
    assertThat(count(sequence(scale(), scale()))).isEqualTo(2 * 8);
    assertThat(count(sequence(block().named("a"), block().named("b")))).isEqualTo(2 * CONVOLUTION);
  }

  @Test
  void lambdaSharesTheLayersItWasGiven() {
    Layer residual = residual();
    Model m = model(sequence(residual, relu(), residual));
    assertThat(m.parameters().count(false)).isEqualTo(CONVOLUTION);
    assertThat(m.summary().rows().stream().filter(Summary.Row::shared)).hasSize(1);
    Layer named = residual.named("r");
    assertThat(count(sequence(named, named))).isEqualTo(CONVOLUTION);
    assertThat(count(sequence(residual(), residual()))).isEqualTo(2 * CONVOLUTION);
  }

  @Test
  void objectsUsedTwiceShareAllWithinThem() {
    for (Layer one :
        List.of(
            conv2d(8, 3).same(),
            new Block(),
            sequence(block(), batchNorm()),
            Layers.separableConv2d(8, 3).same(),
            Layers.squeezeExcite(4),
            conv2d(8, 3).same().named("c"))) {
      assertThat(count(sequence(one, relu(), one))).as(one.kind()).isEqualTo(count(one));
    }
  }

  @Test
  void equalObjectsShareNothing() {
    assertThat(batchNorm()).isEqualTo(batchNorm());
    assertThat(count(sequence(batchNorm(), batchNorm()))).isEqualTo(2 * count(batchNorm()));
    assertThat(new Block()).isEqualTo(new Block());
    assertThat(count(sequence(new Block(), new Block()))).isEqualTo(2 * CONVOLUTION);
  }

  @Test
  void layersMadeAnewUnderOneNameAreRefused() {
    Layer named = block().named("a");
    assertThatThrownBy(() -> model(sequence(named, named)))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("two layers are called a.conv2d; give each a name of its own");
  }

  static List<Layer> networks() {
    return List.of(
        sequence(block(), block(), flatten(), dense(3)),
        sequence(residual(), scale(), new Block(), scale()),
        x -> block().apply(scale().apply(block().apply(x))));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void pathsAreTheSameInEveryTrace(Layer layer) {
    Model m = model(layer);
    Set<String> names =
        m.parameters().all().stream().map(Parameters.Parameter::name).collect(Collectors.toSet());
    for (int batch : new int[] {1, 2, 7}) {
      for (boolean training : new boolean[] {false, true}) {
        Traced traced = m.trace(batch, training);
        assertThat(traced.parameters().keySet().stream().map(Source.Parameter::name))
            .containsExactlyInAnyOrderElementsOf(names);
        assertThat(traced.visits().stream().map(Trace.Visit::path))
            .containsExactlyElementsOf(
                m.trace(1, false).visits().stream().map(Trace.Visit::path).toList());
      }
    }
  }
}
