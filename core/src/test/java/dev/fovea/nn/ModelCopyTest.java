package dev.fovea.nn;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.io.Safetensors;
import dev.fovea.op.Normalization;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of models, streams, and how layers behave in training. */
final class ModelCopyTest {
  private static final Engine ENGINE = Engine.ofThreads(1);

  private static Model model(Layer layer, int seed) {
    return Model.build(layer, Shape.of(3), Seed.of(seed), ENGINE);
  }

  @Test
  void aCopyHasParametersOfItsOwn() {
    Model m = model(sequence(dense(2)), 1).withMetadata(Map.of("labels", "a\nb"));
    Model copy = m.copy();
    assertThat(copy.parameters().values()).isEqualTo(m.parameters().values());
    assertThat(copy.labels()).containsExactly("a", "b");
    copy.parameters().set("0.bias", Tensor.of(Shape.of(2), 5, 6));
    assertThat(m.parameters().tensor("0.bias").data()).containsExactly(0, 0);
    Tensor x = Tensor.full(Shape.of(1, 3), 1);
    assertThat(copy.run(x).data()).isNotEqualTo(m.run(x).data());
  }

  /** Weights are folded and packed once for all models of the same parameters and engine. */
  @Test
  void modelsOfTheSameParametersShareTheirInference() {
    Model m = model(sequence(dense(2), batchNorm(), dropout(0.5)), 1);
    Model other =
        m.withMetadata(Map.of("labels", "a\nb"))
            .freeze("0.**")
            .asInTraining("**")
            .unfreeze()
            .withEngine(ENGINE);
    assertThat(other.inference()).isSameAs(m.inference());
    assertThat(m.withEngine(Engine.ofThreads(2)).inference()).isNotSameAs(m.inference());
    assertThat(m.copy().inference()).isNotSameAs(m.inference());
    Tensor x = Tensor.of(Shape.of(1, 3), 1, 2, 3);
    assertThat(other.run(x).data()).isEqualTo(m.run(x).data());
    other.parameters().set("0.bias", Tensor.of(Shape.of(2), 5, 6));
    assertThat(other.run(x).data()).isEqualTo(m.run(x).data());
  }

  @Test
  void aTargetFollowsSlowly() {
    Model m = model(sequence(dense(2)), 1);
    Model target = model(sequence(dense(2)), 2);
    float[] from = m.parameters().values();
    float[] before = target.parameters().values().clone();
    long version = target.parameters().version();
    m.copyTo(target, 0.25);
    assertThat(target.parameters().version()).isGreaterThan(version);
    int at = m.parameters().get("0.weight").offset();
    for (int i = at; i < at + 6; i++) {
      assertThat(target.parameters().values()[i]).isEqualTo(0.25f * from[i] + 0.75f * before[i]);
    }
    m.copyTo(target, 1);
    assertThat(target.parameters().values()).isEqualTo(from);
    assertThatThrownBy(() -> m.copyTo(target, 1.5))
        .isInstanceOf(FoveaException.class)
        .hasMessage("copy: the share must be from 0 to 1, got 1.5");
    Model other = model(sequence(dense(4), dense(2)), 1);
    assertThatThrownBy(() -> m.copyTo(other, 0.5))
        .hasMessage(
            "copy: the other model is of another network: it differs in 0.weight, 0.bias,"
                + " 1.weight, 1.bias");
  }

  @Test
  void streamsHoldWhatFilesHold(@TempDir Path dir) throws Exception {
    Model m = model(sequence(dense(2)), 1).withMetadata(Map.of("labels", "a\nb"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    m.save(out);
    Path file = dir.resolve("m.safetensors");
    m.save(file);
    assertThat(out.toByteArray()).isEqualTo(Files.readAllBytes(file));
    Model other = model(sequence(dense(2)), 2);
    assertThat(other.load(new ByteArrayInputStream(out.toByteArray())).labels())
        .containsExactly("a", "b");
    assertThat(other.parameters().values()).isEqualTo(m.parameters().values());
    byte[] cut = Arrays.copyOf(out.toByteArray(), out.size() - 3);
    assertThatThrownBy(() -> other.load(new ByteArrayInputStream(cut)))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("stream: ");
  }

  private static long batchMoments(Model m) {
    return Graph.topological(m.trace(4, true).outputs()).stream()
        .filter(v -> v.op() instanceof Normalization.BatchMoments)
        .count();
  }

  private static long masks(Model m) {
    return Graph.topological(m.trace(4, true).outputs()).stream()
        .map(Value::op)
        .filter(Source.RandomMask.class::isInstance)
        .count();
  }

  /** By default freezing a norm's weight and bias makes it use its running statistics. */
  @Test
  void whatIsNotUpdatedAndWhatIsInInferenceAreChosenApart() {
    Model m = model(sequence(dense(2), batchNorm(), dropout(0.5), dense(2), batchNorm()), 1);
    assertThat(batchMoments(m)).isEqualTo(2);
    assertThat(batchMoments(m.freeze("1"))).isEqualTo(1);
    Model frozen = m.freeze("1").asInTraining("1");
    assertThat(batchMoments(frozen)).isEqualTo(2);
    assertThat(frozen.isFrozen("1.weight")).isTrue();
    assertThat(frozen.trace(4, true).updates().keySet())
        .extracting(Source.Parameter::name)
        .containsExactly("4.running_mean", "4.running_var");
    Model still = m.asInInference("**").asInTraining("4");
    assertThat(batchMoments(still)).isEqualTo(1);
    assertThat(masks(still)).isZero();
    assertThat(masks(m)).isEqualTo(1);
    assertThat(still.isFrozen("1.weight")).isFalse();
    assertThat(batchMoments(m.copy())).isEqualTo(2);
    assertThat(List.of(masks(m.asInTraining("2")), masks(m.asInInference("2"))))
        .containsExactly(1L, 0L);
    assertThatThrownBy(() -> m.asInInference("7"))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("layers: nothing matches 7");
  }

  /** A model within another keeps its parameters, and behaves as in inference unless told. */
  @Test
  void aModelWithinAnotherStaysItself() {
    Model inner = model(sequence(dense(3), batchNorm()), 1);
    Model outer = model(sequence(inner::apply, dense(1)), 2);
    assertThat(outer.parameters().all())
        .extracting(Parameters.Parameter::name)
        .containsExactly("1.weight", "1.bias");
    assertThat(outer.summary().parameters()).isEqualTo(4);
    assertThat(batchMoments(outer)).isZero();
    Tensor x = Tensor.of(Shape.of(2, 3), 1, -1, 2, 0.5f, 3, -2);
    Model head = model(sequence(dense(1)), 3);
    head.parameters()
        .loadMatching("outer", Map.of("0.weight", outer.parameters().tensor("1.weight")));
    float[] wanted = head.run(inner.run(x)).data();
    assertThat(outer.run(x).data()).containsExactly(wanted, Offset.offset(1e-5f));
    inner.parameters().set("0.bias", Tensor.of(Shape.of(3), 4, 4, 4));
    assertThat(outer.run(x).data()).isNotEqualTo(wanted);
  }

  @Test
  void loadingChangesAllOrNothingAndKeepsTasks(@TempDir Path dir) {
    Model m = model(sequence(dense(2)), 1).withMetadata(Map.of("tasks", "labels"));
    m.setTask(0, Task.REGRESSION);
    Path plain = dir.resolve("plain.safetensors");
    new Safetensors(model(sequence(dense(2)), 2).parameters().tensors(), Map.of()).write(plain);
    assertThat(m.load(plain).output(0).task()).isEqualTo(Task.REGRESSION);

    Path file = dir.resolve("other.safetensors");
    new Safetensors(model(sequence(dense(2)), 3).parameters().tensors(), Map.of("tasks", "chat"))
        .write(file);
    float[] before = m.parameters().values().clone();
    assertThatThrownBy(() -> m.load(file))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("metadata: task \"chat\" is not known");
    assertThat(m.parameters().values()).isEqualTo(before);
    assertThatThrownBy(() -> m.setTask(1, Task.MASK))
        .isInstanceOf(FoveaException.class)
        .hasMessage("model: no output 1, there are 1");
  }
}
