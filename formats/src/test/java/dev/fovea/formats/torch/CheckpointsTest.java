package dev.fovea.formats.torch;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.write;
import static dev.fovea.formats.testing.TorchFiles.bytes;
import static dev.fovea.formats.testing.TorchFiles.global;
import static dev.fovea.formats.testing.TorchFiles.tensor;
import static dev.fovea.formats.testing.TorchFiles.text;
import static dev.fovea.formats.testing.TorchFiles.typed;
import static dev.fovea.formats.testing.TorchFiles.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.formats.weights.NamedTensors;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tensors of checkpoints are the weights, and what stands beside them. */
final class CheckpointsTest {
  private static final Tensor W = Tensor.of(Shape.of(2), 1, 2);

  @TempDir private Path folder;

  /** Reads a pickle of one dictionary; the storages hold W, 7, 1 and what else is given. */
  private NamedTensors read(Consumer<ByteArrayOutputStream> entries, byte[]... more) {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    bytes(pickle, 0x80, 2, '}', '(');
    entries.accept(pickle);
    bytes(pickle, 'u', '.');
    List<byte[]> storages =
        new java.util.ArrayList<>(List.of(little(8).putFloat(1).putFloat(2).array()));
    storages.add(little(4).putFloat(7).array());
    storages.addAll(List.of(more));
    return TorchFile.read(
        write(folder.resolve("x.pth"), TorchFiles.zip(pickle.toByteArray(), storages)));
  }

  private static float[] numbers(NamedTensors read, String name) {
    return read.tensors().getOrDefault(name, Tensor.zeros(Shape.of(0))).data();
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Writes {@code name: {"module.w": W}}. */
  private static void weights(ByteArrayOutputStream out, String name) {
    text(out, name);
    bytes(out, '}', '(');
    text(out, "module.w");
    tensor(out, 0, W);
    bytes(out, 'u');
  }

  private static void w(ByteArrayOutputStream out) {
    text(out, "w");
    tensor(out, 0, W);
  }

  private static void best(ByteArrayOutputStream out) {
    text(out, "best_acc1");
    tensor(out, 1, Tensor.scalar(7));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state_dict",
        "model_state_dict",
        "model",
        "net",
        "module",
        "weights",
        "ema",
        "generator",
        "anything"
      })
  void weightsLieUnderTheUsualKeysWhateverStandsBeside(String key) {
    NamedTensors read =
        read(out -> {
          best(out);
          weights(out, key);
          text(out, "optimizer");
          bytes(out, '}', '(');
          text(out, "momentum_buffer");
          tensor(out, 0, W);
          bytes(out, 'u');
        });
    assertThat(read.tensors()).containsOnlyKeys("w");
    assertThat(numbers(read, "w")).containsExactly(1, 2);
    assertThat(read.unread()).isEmpty();
  }

  /** numpy's scalar, argparse's Namespace, a set, a path: what training scripts store beside. */
  @Test
  void valuesOfOtherClassesAreNoObstacle() {
    NamedTensors read =
        read(out -> {
          text(out, "best");
          global(out, "numpy.core.multiarray", "scalar");
          global(out, "numpy", "dtype");
          text(out, "f8");
          bytes(out, 0x89, 0x88, 0x87, 'R', '(', 'K', 3);
          text(out, "<");
          bytes(out, 'N', 'N', 'N', 'J', -1, -1, -1, -1, 'J', -1, -1, -1, -1, 'K', 0, 't', 'b');
          text(out, "12345678");
          bytes(out, 0x86, 'R');
          text(out, "args");
          global(out, "argparse", "Namespace");
          bytes(out, ')', 0x81, '}', '(');
          text(out, "lr");
          bytes(out, 'K', 1, 'u', 'b');
          text(out, "seen");
          global(out, "__builtin__", "set");
          bytes(out, ']', 0x85, 'R');
          text(out, "out");
          global(out, "pathlib", "PosixPath");
          text(out, "runs");
          bytes(out, 0x85, 'R');
          weights(out, "state_dict");
        });
    assertThat(read.tensors()).containsOnlyKeys("w");
    assertThat(read.unread()).isEmpty();
  }

  /** A class of its own that is an OrderedDict: made, filled, then given attributes. */
  @Test
  void dictionariesOfOtherClassesHoldTensors() {
    NamedTensors read =
        read(out -> {
          text(out, "model");
          global(out, "mine", "StateDict");
          bytes(out, ')', 'R', '(');
          w(out);
          bytes(out, 'u', '}', '(');
          text(out, "_metadata");
          bytes(out, '}', 'u', 'b');
        });
    assertThat(read.tensors()).containsOnlyKeys("w");
  }

  /** {@code torch.save(network)}: modules in modules, of classes that are not looked up. */
  @Test
  void wholeModulesHoldTensors() {
    NamedTensors read =
        read(out -> {
          text(out, "model");
          global(out, "mine", "Net");
          bytes(out, ')', 0x81, '}', '(');
          text(out, "_parameters");
          bytes(out, '}');
          text(out, "stride");
          tensor(out, 1, Tensor.scalar(7));
          text(out, "_modules");
          bytes(out, '}', '(');
          text(out, "conv");
          global(out, "torch.nn.modules.conv", "Conv2d");
          bytes(out, ')', 0x81, '}', '(');
          text(out, "_parameters");
          bytes(out, '}', '(');
          w(out);
          bytes(out, 'u');
          text(out, "_modules");
          bytes(out, '}', 'u', 'b', 'u', 'u', 'b');
        });
    assertThat(read.tensors()).containsOnlyKeys("conv.w");
  }

  /** The counter of averaged models has no prefix. */
  @Test
  void singleNumbersNeedNoPrefix() {
    NamedTensors read =
        read(out -> {
          text(out, "n_averaged");
          tensor(out, 1, Tensor.scalar(7));
          text(out, "module.w");
          tensor(out, 0, W);
        });
    assertThat(read.tensors()).containsOnlyKeys("n_averaged", "w");
  }

  @Test
  void severalSetsOfTensorsAreNamed() {
    fails(
        () ->
            read(out -> {
              weights(out, "first");
              weights(out, "second");
              weights(out, "optimizer_a");
            }),
        "x.pth: holds several sets of tensors, under first, second; save the one that is wanted",
        "torch.save(checkpoint['first'], FILE)");
  }

  /** {@code expand} repeats numbers by steps of 0. */
  @Test
  void stepsOfZeroRepeatNumbers() {
    NamedTensors read =
        read(out -> {
          text(out, "w");
          view(out, "Float", 0, 2, new int[] {3, 2}, new int[] {0, 1});
        });
    assertThat(numbers(read, "w")).containsExactly(1, 2, 1, 2, 1, 2);
  }

  /** 0x3c is 1.5 in E4M3; 2²⁴ + 1 is no float. */
  @Test
  void otherTypesAreReadOrListed() {
    NamedTensors read =
        read(
            out -> {
              w(out);
              text(out, "tiny");
              typed(out, "float8_e4m3fn", 2, 2);
              text(out, "count");
              view(out, "Long", 3, 1, new int[] {}, new int[] {});
              text(out, "wave");
              view(out, "ComplexFloat", 4, 1, new int[] {1}, new int[] {1});
              text(out, "quantized");
              global(out, "torch._utils", "_rebuild_qtensor");
              bytes(out, ')', 'R');
            },
            new byte[] {0x3c, (byte) 0xb4},
            little(8).putLong((1 << 24) + 1).array(),
            little(8).array());
    assertThat(read.tensors()).containsOnlyKeys("w", "tiny");
    assertThat(numbers(read, "tiny")).containsExactly(1.5f, -0.75f);
    assertThat(read.unread())
        .containsEntry("count", "of type int64: value 0 of [] does not fit a 32-bit float")
        .containsEntry("wave", "of type complex64, which is not read")
        .containsEntry("quantized", "made by torch._utils._rebuild_qtensor, which is not run");
  }
}
