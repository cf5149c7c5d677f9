package dev.fovea.engine.kernel.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Movement;
import dev.fovea.op.Op;
import dev.fovea.op.Scan;
import dev.fovea.op.Source;
import dev.fovea.op.UnaryFunction;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Nothing is missing among the cases. */
final class OpCasesTest {
  /** Ops without a kernel of their own; packing is tested wherever a provider packs. */
  private static final Set<Class<?>> WITHOUT_CASE =
      Set.of(
          Source.Input.class,
          Source.Parameter.class,
          Source.Constant.class,
          Source.Bytes.class,
          Movement.Pack.class,
          Scan.class);

  @Test
  void everyOpHasACase() {
    Set<Class<?>> missing = new HashSet<>(OpCases.ops());
    assertThat(missing).hasSizeGreaterThan(30);
    missing.removeAll(WITHOUT_CASE);
    OpCases.all().forEach(c -> missing.remove(c.op().getClass()));
    assertThat(missing).isEmpty();
  }

  @Test
  void everyFunctionHasACase() {
    Set<Op> ops = OpCases.all().stream().map(OpCase::op).collect(Collectors.toSet());
    for (UnaryFunction f : UnaryFunction.values()) {
      assertThat(ops).contains(new Elementwise.Unary(f));
    }
    for (BinaryFunction f : BinaryFunction.values()) {
      assertThat(ops).contains(new Elementwise.Binary(f));
    }
    assertThat(ElementwiseCases.activations().stream().map(Activation::kind))
        .contains(Activation.Kind.values());
  }

  @Test
  void namesAreUnique() {
    List<String> names = OpCases.all().stream().map(c -> c.op() + c.toString()).toList();
    assertThat(names).doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicTest> fieldFactsHoldForTheReference() {
    return FieldFacts.tests(FieldFacts.REFERENCE);
  }
}
