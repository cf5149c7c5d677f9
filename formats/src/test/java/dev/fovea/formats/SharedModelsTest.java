package dev.fovea.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.formats.testing.Models;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Published networks in {@code ../shared/data/models}, where it exists, against their references.
 */
final class SharedModelsTest {
  private static final Tolerance TOLERANCE = new Tolerance(1e-3, OptionalDouble.empty());

  @ParameterizedTest
  @CsvSource({
    "lenet-mnist-caffe, .prototxt",
    "lenet-mnist-caffe, .caffemodel",
    "mnist-onnx, .onnx",
    "superres-x3-onnx, .onnx",
    "portrait-sinet-onnx, .onnx",
    "ultraface-onnx, .onnx",
    "yolo-fastest-darknet, .cfg",
    "resnet8-cifar10-keras, .h5",
    "emotion-xception-keras, .hdf5",
    "person-mobilenet-keras, .h5",
    "resnet20-cifar10-pytorch, .th",
    "mnist-safetensors-pytorch, .safetensors"
  })
  void equalsItsReference(String name, String ending) throws IOException {
    Optional<Path> found = find(name, ending);
    if (found.isEmpty()) {
      System.out.println("not run: shared/data/models/" + name + " is not there");
      return;
    }
    ImportedNetwork network = Formats.read(found.get());
    ReferenceCheck check = ReferenceCheck.read(found.get().resolveSibling("reference.json"));
    List<ReferenceCheck.Difference> all = check.compare(network, network.model(), TOLERANCE);
    assertThat(all).hasSizeGreaterThanOrEqualTo(7);
    assertThat(all).allMatch(ReferenceCheck.Difference::agrees);
  }

  /** The file keeps pictures H, W, C, its translation to ONNX C, H, W. */
  @Test
  void readsPosesOfTensorFlowLite() throws IOException {
    Optional<Path> found = find("blazepose-lite-tflite", ".tflite");
    if (found.isEmpty()) {
      System.out.println("not run: shared/data/models/blazepose-lite-tflite is not there");
      return;
    }
    ImportedNetwork network = Formats.read(found.get());
    ReferenceCheck check = ReferenceCheck.read(found.get().resolveSibling("reference.json"));
    List<ReferenceCheck.Difference> all = check.compare(network, network.model(), TOLERANCE);
    assertThat(all).hasSizeGreaterThan(40).allMatch(ReferenceCheck.Difference::agrees);
  }

  /** The translation computes floats cut to the ranges of the file's whole numbers. */
  @Test
  void readsADetectorOfBytesOfTensorFlowLite() throws IOException {
    Optional<Path> bytes = find("ssd-mobilenet-coco-tflite", ".tflite");
    Optional<Path> floats = find("ssd-mobilenet-coco-tflite", ".onnx");
    if (bytes.isEmpty() || floats.isEmpty()) {
      System.out.println("not run: shared/data/models/ssd-mobilenet-coco-tflite is not there");
      return;
    }
    ImportedNetwork whole = Formats.read(bytes.get());
    assertThat(whole.isQuantized()).isTrue();
    Tensor picture = RandomTensors.random(1, 1, 300, 300, 3);
    List<Tensor> a = Models.run(whole, picture);
    List<Tensor> b = Models.run(Formats.read(floats.get()), picture);
    assertThat(meanDifference(a.get(0), b.get(0))).isLessThan(0.05);
    assertThat(meanDifference(a.get(1), b.get(1))).isLessThan(0.002);
  }

  /**
   * The boxes in a picture as TensorFlow Lite itself finds them with the file, which the README
   * beside it tells: the best of each class that is surely found; corners in pixels.
   */
  @ParameterizedTest
  @CsvSource({
    "bicycle, 0.74, 135, 122, 579, 434",
    "car, 0.67, 463, 79, 692, 170",
    "cat, 0.63, 130, 213, 334, 536",
    "person, 0.52, 69, 79, 102, 123"
  })
  void findsTheBoxesOfTensorFlowLite(
      String label, double score, double left, double top, double right, double bottom)
      throws IOException {
    Optional<Path> file = find("ssd-mobilenet-coco-tflite", ".tflite");
    if (file.isEmpty()) {
      System.out.println("not run: shared/data/models/ssd-mobilenet-coco-tflite is not there");
      return;
    }
    Path folder = Objects.requireNonNull(file.get().getParent());
    Tensor photo = Images.read(folder.resolve("../../photos/dog.jpg").normalize());
    Tensor input = Images.resize(photo, 300, 300);
    for (int i = 0; i < input.data().length; i++) {
      input.data()[i] = (input.data()[i] - 128) / 128;
    }
    List<Tensor> outputs =
        Models.run(Formats.read(file.get()), input.reshape(Shape.of(1, 300, 300, 3)));
    float[] scores = outputs.get(1).data();
    int kind = Files.readAllLines(folder.resolve("labels.txt")).indexOf(label);
    int best =
        IntStream.range(0, 1917)
            .boxed()
            .max(Comparator.comparingDouble(a -> scores[a * 91 + kind]))
            .orElseThrow();
    assertThat(scores[best * 91 + kind]).isCloseTo((float) score, within(0.03f));
    double[] prior =
        Arrays.stream(
                Files.readAllLines(folder.resolve("anchors.csv")).get(best + 1).split(",", -1))
            .mapToDouble(Double::parseDouble)
            .toArray();
    double[] t = new double[4];
    Arrays.setAll(t, i -> outputs.get(0).data()[best * 4 + i]);
    double cy = t[0] / 10 * prior[2] + prior[0];
    double cx = t[1] / 10 * prior[3] + prior[1];
    double h = Math.exp(t[2] / 5) * prior[2];
    double w = Math.exp(t[3] / 5) * prior[3];
    int height = photo.shape().dim(0);
    int width = photo.shape().dim(1);
    double[] box = {
      (cx - w / 2) * width, (cy - h / 2) * height, (cx + w / 2) * width, (cy + h / 2) * height
    };
    assertThat(box).containsExactly(new double[] {left, top, right, bottom}, offset(5.0));
  }

  private static double meanDifference(Tensor a, Tensor b) {
    assertThat(a.shape()).isEqualTo(b.shape());
    return IntStream.range(0, a.data().length)
        .mapToDouble(i -> Math.abs(a.data()[i] - b.data()[i]))
        .average()
        .orElseThrow();
  }

  /** The checkpoint beside the safetensors file is of the same network from another training. */
  @Test
  void readsAZipOfPyTorch() throws IOException {
    Optional<Path> found = find("mnist-safetensors-pytorch", ".pt");
    if (found.isEmpty()) {
      System.out.println("not run: shared/data/models/mnist-safetensors-pytorch is not there");
      return;
    }
    ImportedNetwork network = Formats.read(found.get());
    assertThat(network.metadata()).containsEntry("net", "normalized-cnn");
    assertThat(network.model().parameters().count(true)).isEqualTo(376_870);
  }

  /** Names and shapes of the outputs are those of the prototxts; there is no reference for them. */
  @ParameterizedTest
  @CsvSource({
    "det1, '[conv4-2, prob1]', 6632",
    "det2, '[conv5-2, prob1]', 100178",
    "det3, '[conv6-2, conv6-3, prob1]', 389040"
  })
  void readsTheFaceDetectors(String stem, String outputs, long parameters) throws IOException {
    Optional<Path> found = find("mtcnn-caffe", stem + ".prototxt");
    if (found.isEmpty()) {
      System.out.println("not run: shared/data/models/mtcnn-caffe is not there");
      return;
    }
    ImportedNetwork network = Formats.read(found.get());
    assertThat(network.outputs().stream().map(Port::name).toList()).hasToString(outputs);
    assertThat(network.model().parameters().count(false)).isEqualTo(parameters);
  }

  private static Optional<Path> find(String name, String ending) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path folder = p.resolve("shared/data/models").resolve(name);
      if (Files.isDirectory(folder)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + ending)) {
          files.forEach(all::add);
        }
        return all.stream().sorted().findFirst();
      }
    }
    return Optional.empty();
  }
}
