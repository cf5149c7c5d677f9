package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fovea.engine.Engine;
import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.Conformance.Outcome;
import dev.fovea.formats.onnx.Conformance.Result;
import dev.fovea.formats.onnx.tensors.DataType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner of the format's own tests, and what comes of these tests where they are at hand. */
final class ConformanceTest {
  private static final Path PUBLISHED = Path.of("../../shared/data/onnx-conformance");

  /** Tests that cannot pass: random masks of another generator, and expectations that are wrong. */
  private static final List<String> KNOWN =
      List.of(
          "node-opset22/test_adam_multiple",
          "node-opset22/test_qlinearmatmul_2D_int8_float32",
          "node-opset22/test_training_dropout",
          "node-opset22/test_training_dropout_default_mask",
          "node-opset22/test_training_dropout_mask");

  @TempDir private Path folder;

  private void test(String name, String operator, float... expected) {
    Path home = folder.resolve(name);
    Protos.opset(13)
        .input("x", DataType.FLOAT, 2)
        .node(operator, List.of("x"), "y")
        .output("y")
        .write(home.resolve("model.onnx"));
    Path set = home.resolve("test_data_set_0");
    Protos.write(
        set.resolve("input_0.pb"), Protos.tensor("x", new int[] {2}, 1, -2).build().toByteArray());
    Protos.write(
        set.resolve("output_0.pb"),
        Protos.tensor("y", new int[] {expected.length}, expected).build().toByteArray());
  }

  @Test
  void tellsWhyATestDidNotPass() {
    test("a", "Relu", 1, 0);
    test("b", "Relu", 1, 1);
    test("c", "Relu", 1);
    test("d", "Foo", 1, 0);
    test("e", "Abs", 1.0009f, 2);
    List<Result> told = new ArrayList<>();
    List<Result> results = new Conformance(folder, Engine.shared()).check(told::add);
    assertThat(told).isEqualTo(results);
    assertThat(results)
        .extracting(r -> r.name() + " " + r.outcome() + " " + r.reason())
        .containsExactly(
            "a PASSED ",
            "b FAILED output 0 differs most at 1: 0.0, expected 1.0",
            "c FAILED output 0 has shape [2], expected [1]",
            "d UNSUPPORTED unsupported operator Foo",
            "e PASSED ");
    assertThat(results.get(0).operators()).containsExactly("Relu");
  }

  @Test
  void aFolderWithoutTestsIsAnError() {
    assertThatThrownBy(() -> new Conformance(folder, Engine.shared()).check(r -> {}))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("no test (model.onnx beside test_data_set_0) below ");
  }

  @Test
  void thePublishedTestsPass() {
    assumeTrue(Files.isDirectory(PUBLISHED), "the tests of the format are not in " + PUBLISHED);
    List<Result> results = new Conformance(PUBLISHED, Engine.shared()).check(r -> {});
    assertThat(results)
        .filteredOn(r -> r.outcome() != Outcome.PASSED)
        .extracting(Result::name)
        .containsExactlyInAnyOrderElementsOf(KNOWN);
    assertThat(results).hasSize(911);
  }
}
