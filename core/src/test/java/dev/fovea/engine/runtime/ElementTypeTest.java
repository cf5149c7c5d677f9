package dev.fovea.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.engine.autodiff.Autodiff;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Place;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.compile.Step;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Verifier;
import dev.fovea.op.Movement;
import dev.fovea.op.ParameterStore;
import dev.fovea.op.Paths;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Values of bytes: what they come to, and what memory they take. */
final class ElementTypeTest {
  private static final Shape SHAPE = Shape.of(40, 300);
  private static final int N = SHAPE.elements();
  private static final Value X = Source.Input.sample(0, SHAPE);

  private static Graph graph(Value y) {
    return Graph.of(List.of(X), List.of(y));
  }

  private static Program program(Value y) {
    return Engine.shared().unwrap(Device.class).compiler().compile(graph(y), Compiler.Mode.TRAIN);
  }

  /** Returns 20 · x, turned, with what lies between the steps as bytes or as floats. */
  private static Value turned(ElementType type) {
    return X.times(20).to(type).transpose(1, 0).to(ElementType.FLOAT32).times(0.05f);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "UINT8"})
  void bytesLieBetweenTwoSteps(ElementType type) {
    Tensor x = Tensor.zeros(SHAPE);
    Rng rng = new Rng(1);
    for (int i = 0; i < N; i++) {
      x.data()[i] = rng.nextFloat(-20, 20);
    }
    Tensor y = new Eager(Engine.shared()).evaluate(turned(type), x);
    double least = type == ElementType.INT8 ? -128 : 0;
    for (int i = 0; i < N; i++) {
      float real = x.data()[i % 40 * 300 + i / 40] * 20;
      double whole = Math.clamp(Math.rint(real), least, least + 255);
      assertThat(y.data()[i]).isEqualTo((float) whole * 0.05f);
    }
  }

  @Test
  void bytesTakeAQuarterOfTheMemoryOfFloats() {
    Program bytes = program(turned(ElementType.UINT8));
    Program floats = program(turned(ElementType.FLOAT32));
    List<Step> steps = bytes.steps().stream().filter(s -> s.value().type().bytes() == 1).toList();
    assertThat(steps)
        .hasSize(2)
        .allSatisfy(s -> {
          assertThat(s.output().type()).isEqualTo(ElementType.UINT8);
          assertThat(s.output().length()).isEqualTo(N);
        });
    // Two blocks of each that are needed together, from one line of the cache to another.
    assertThat(bytes.sizes().arena().bytes()).isBetween(2 * N, 2 * N + 3 * 64);
    assertThat(4 * floats.sizes().arena().floats()).isBetween(4 * 2 * N, 4 * (2 * N + 3 * 16));
    assertThat(floats.sizes().arena().bytes()).isZero();
  }

  @Test
  void sharesItsConstantsWithAllPlans() {
    byte[] data = {1, -1, 7};
    Source.Bytes op = new Source.Bytes(Shape.of(3), data, ElementType.UINT8);
    Value y = Value.of(op).to(ElementType.FLOAT32);
    Place from = program(y).prologue().getFirst().inputs().getFirst();
    assertThat(from.storage()).isEqualTo(new Place.Storage.Bytes(data));
    assertThat(new Eager(Engine.shared()).evaluate(y).data()).containsExactly(1, 255, 7);
  }

  @Test
  void opsSayWhichTypesTheyTake() {
    Value q = X.to(ElementType.INT8);
    assertThatThrownBy(() -> q.plus(X))
        .isInstanceOf(FoveaException.class)
        .hasMessage("add: takes float32, got int8 as input 0; convert it first");
    Value u = X.to(ElementType.UINT8);
    assertThatThrownBy(() -> Value.of(new Movement.Concat(0), q, u))
        .hasMessage("concat: its inputs must have one type, got [int8, uint8]");
    assertThatThrownBy(
            () -> Value.of(new Source.Bytes(Shape.of(1), new byte[1], ElementType.FLOAT16)))
        .hasMessage("bytes: bytes are no float16; input=");
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT16", "BFLOAT16"})
  void typesWithoutKernelsAreRefused(ElementType type) {
    assertThatThrownBy(() -> program(X.to(type).to(ElementType.FLOAT32)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("no provider has a kernel for convert float32[40,300] to " + type + "[40,300]");
  }

  @Test
  void resultsAreFloats() {
    assertThatThrownBy(() -> Verifier.verify(graph(X.to(ElementType.INT8))))
        .hasMessageEndingWith("[40,300] is an output as int8");
  }

  @Test
  void nothingIsTrainedThroughARounding() {
    Value w = Value.of(new Source.Parameter(ParameterStore.NONE, "w", SHAPE));
    Value y = w.to(ElementType.INT8).to(ElementType.FLOAT32).sum().reshape(Shape.scalar());
    assertThatThrownBy(() -> Autodiff.gradients(y, List.of(w), new Paths()))
        .hasMessageContaining("no gradient flows through int8");
  }
}
