package dev.fovea.formats;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.formats.testing.DarknetFiles;
import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Zoo;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Finding a file's format, and the zoo's network that weights belong to. */
final class FormatsTest {
  @TempDir private Path folder;

  @Test
  void saysWhatIsKnown() {
    Path file = write(folder.resolve("x.doc"), "?");
    assertThat(Formats.isKnown(file)).isFalse();
    fails(() -> Formats.read(file), "x.doc", "ONNX", "PyTorch", "Keras", "Caffe", "Darknet");
    fails(() -> Formats.read(folder.resolve("gone.onnx")), "gone.onnx", "cannot be read");
  }

  /** Names in files may hold anything: a damaged ONNX file named an operator over two lines. */
  @Test
  void messagesAreOneLine() {
    FormatException e = new FormatException("operator a\nb\u0000 " + "x".repeat(10_000));
    assertThat(e.getMessage()).startsWith("operator a b? x").hasSizeLessThan(2100);
    assertThat(e.in(folder.resolve("f")).getMessage()).startsWith("f: operator");
  }

  @Test
  void aNetworkOfItsOwnTakesNoName() {
    write(folder.resolve("n.weights"), DarknetFiles.weights());
    Path file = write(folder.resolve("n.cfg"), DarknetFiles.cfg());
    fails(() -> Formats.read(file, Optional.of("lenet5")), "n.cfg", "network of its own");
  }

  /** Returns a network's parameters as PyTorch lays them out, convolutions [out, in, h, w]. */
  private static Map<String, Tensor> asInTorch(Model model) {
    Map<String, Tensor> all = new LinkedHashMap<>();
    model
        .parameters()
        .tensors()
        .forEach((name, t) -> {
          int[] order = t.shape().rank() == 4 ? new int[] {3, 2, 0, 1} : new int[] {1, 0};
          boolean vector = t.shape().rank() < 2;
          all.put(name, vector ? t : dev.fovea.formats.weights.Layouts.permute(t, order));
        });
    return all;
  }

  private static Model built(String net, int classes, Shape input) {
    Engine idle = Engine.idle();
    return Model.build(Zoo.find(net).build(classes), input, Seed.of(3), idle);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "squeezenet1-1"})
  void weightsAreMatchedByNamesAndShapes(String net) {
    int classes = 7;
    Model model = built(net, classes, Zoo.find(net).input());
    Path file = write(folder.resolve("w.pt"), TorchFiles.zip(asInTorch(model)));
    ImportedNetwork found = Formats.read(file);
    assertThat(found.metadata()).containsEntry("net", net);
    assertThat(found.outputs().get(0).sample()).isEqualTo(Shape.of(classes));
    model
        .parameters()
        .tensors()
        .forEach((name, t) ->
            assertThat(found.model().parameters().tensor(name).data()).containsExactly(t.data()));
  }

  /** An average's counter, the best accuracy, a loss with weights: beside the network's own. */
  @Test
  void tensorsBesideTheWeightsAreLeft() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    asInTorch(built("resnet20", 10, Shape.of(32, 32, 3)))
        .forEach((n, t) -> all.put("module." + n, t));
    all.put("n_averaged", Tensor.scalar(3));
    all.put("module.best_acc", Tensor.of(Shape.of(1), 0.9f));
    Path file = write(folder.resolve("w.pt"), TorchFiles.zip(all));
    assertThat(Formats.read(file).metadata()).containsEntry("net", "resnet20");
    assertThat(Formats.read(file, Optional.of("resnet20")).weights()).doesNotContainKey("best_acc");
    Path tensors = folder.resolve("w.safetensors");
    new Safetensors(all, Map.of()).write(tensors);
    assertThat(Formats.read(tensors).metadata()).containsEntry("net", "resnet20");
  }

  @Test
  void weightsOfAnotherNetworkAreToldApart() {
    Model model = built("resnet20", 10, Shape.of(32, 32, 3));
    Path file = write(folder.resolve("w.pt"), TorchFiles.zip(asInTorch(model)));
    fails(
        () -> Formats.read(file, Optional.of("lenet5")),
        "w.pt",
        "another network than lenet5",
        "missing",
        "unknown");
    fails(() -> Formats.read(file, Optional.of("lenet55")), "lenet5");
  }

  /** A model that Fovea wrote says itself what it is of. */
  @Test
  void ownFilesSayTheirNetwork() {
    Model model = built("lenet5", 10, Shape.of(28, 28, 1)).withMetadata(Map.of("net", "lenet5"));
    Path file = folder.resolve("own.safetensors");
    model.save(file);
    ImportedNetwork read = Formats.read(file);
    assertThat(read.format()).isEqualTo(Format.SAFETENSORS);
    model
        .parameters()
        .tensors()
        .forEach((name, t) ->
            assertThat(read.model().parameters().tensor(name).data()).containsExactly(t.data()));
  }
}
