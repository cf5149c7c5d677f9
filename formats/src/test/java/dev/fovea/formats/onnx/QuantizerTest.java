package dev.fovea.formats.onnx;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.concat;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static dev.fovea.nn.Layers.squeezeExcite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.op.Source;
import dev.fovea.optim.Optimizers;
import dev.fovea.quantize.QuantizationSettings;
import dev.fovea.quantize.Quantizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks of 8 bits, made here or elsewhere, compute the same wherever they go. */
final class QuantizerTest {
  private static final Shape INPUT = Shape.of(10, 12, 4);
  private static final int SAMPLES = 20;
  private static final Path MOBILENET =
      Path.of("../../shared/data/models/mobilenetv2-int8-onnx/mobilenetv2-12-int8.onnx");

  @TempDir private Path folder;

  /** All its sums are of whole numbers: nothing is rounded but what is rounded everywhere. */
  private static Layer chain() {
    return sequence(
        conv2d(8, 3).same().noBias(),
        batchNorm(),
        relu(),
        maxPool(2),
        depthwiseConv2d(3).same(),
        relu6(),
        conv2d(12, 1),
        flatten(),
        dense(16),
        relu(),
        dense(5));
  }

  /** Adds, averages and joins real numbers between the layers of 8 bits. */
  private static Layer branches() {
    return sequence(
        conv2d(6, 3).same(),
        relu(),
        residual(sequence(conv2d(6, 3).same(), batchNorm(), relu(), conv2d(6, 1))),
        concat(conv2d(3, 1), avgPool(3).same().stride(1)),
        conv2d(8, 3).stride(2).same(),
        globalAvgPool(),
        dense(5),
        softmax());
  }

  private static Model trained(Layer layer) {
    Model model = Model.build(layer, INPUT, Seed.of(3));
    model
        .parameters()
        .all()
        .forEach(p -> {
          if (p.shape().rank() == 1) {
            model.parameters().set(p.name(), RandomTensors.positive(p.offset(), p.shape().dims()));
          }
        });
    return model.withMetadata(Map.of("labels", "a\nb\nc\nd\ne"));
  }

  private static Quantizer.Quantized quantized(Model model) {
    return quantized(model, QuantizationSettings.standard());
  }

  private static Quantizer.Quantized quantized(Model model, QuantizationSettings settings) {
    Quantizer quantizer = new Quantizer(model, settings);
    for (int i = 0; i < SAMPLES; i++) {
      quantizer.observe(List.of(RandomTensors.random(i, INPUT.dims())));
    }
    return quantizer.finish();
  }

  private static Tensor elsewhere(Path file, ImportedNetwork n, Tensor batch) throws OrtException {
    Tensor x = n.inputs().get(0).toFile(batch);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      // Without this, sums of two products are cut off on processors that lack VNNI.
      options.addConfigEntry("session.x64quantprecision", "1");
      try (OrtSession session = environment.createSession(file.toString(), options);
          OnnxTensor in = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.data()), dims);
          OrtSession.Result results =
              session.run(Map.of(session.getInputNames().iterator().next(), in))) {
        FloatBuffer out = ((OnnxTensor) results.get(0)).getFloatBuffer();
        float[] data = new float[out.remaining()];
        out.get(data);
        return Tensor.of(Shape.of(data.length), data);
      }
    }
  }

  @Test
  void wholeNumbersAreTheSameEverywhere() throws OrtException {
    Quantizer.Quantized q = quantized(trained(chain()));
    assertThat(q.quantized()).isEqualTo(5);
    assertThat(q.kept()).isZero();
    Path file = folder.resolve("chain.onnx");
    q.model().save(file);
    ImportedNetwork read = Formats.read(file);
    assertThat(read.operators()).containsKeys("QuantizeLinear", "DequantizeLinear", "Conv", "Gemm");
    // The types cut off what ReLU would, and batch norms are in the weights.
    assertThat(read.operators()).doesNotContainKeys("Relu", "Min", "BatchNormalization", "Cast");
    for (int batch : new int[] {1, 3}) {
      Tensor x = RandomTensors.random(90 + batch, INPUT.prepend(batch).dims());
      float[] y = q.model().run(x).data();
      assertThat(read.model().run(x).data()).containsExactly(y);
      assertThat(elsewhere(file, read, x).data()).containsExactly(y, within(1e-5f));
    }
    assertThat(read.model().labels()).hasSize(5);
  }

  /** Equalized, each channel before a rectifier with an upper limit has a limit of its own. */
  @Test
  void equalizedLimitsAreWrittenAndReadAgain() throws OrtException {
    Model model = trained(chain());
    Quantizer.Quantized q = quantized(model, QuantizationSettings.standard().equalization(true));
    assertThat(q.quantized()).isEqualTo(5);
    Path file = folder.resolve("equalized.onnx");
    q.model().save(file);
    ImportedNetwork read = Formats.read(file);
    assertThat(read.operators()).containsKeys("Min");
    Tensor x = RandomTensors.random(91, INPUT.prepend(3).dims());
    float[] y = q.model().run(x).data();
    assertThat(read.model().run(x).data()).containsExactly(y);
    assertThat(elsewhere(file, read, x).data()).containsExactly(y, within(0.02f));
    assertThat(y).containsExactly(model.run(x).data(), within(0.1f));
  }

  /**
   * Other runtimes add and average the numbers of such layers by whole ones of their own scales: a
   * result may lie one step beside ours, and what follows accordingly.
   */
  @Test
  void realNumbersBetweenThemAgreeToAStep() throws OrtException {
    Model model = trained(branches());
    Quantizer.Quantized q = quantized(model);
    assertThat(q.quantized()).isEqualTo(6);
    Path file = folder.resolve("branches.onnx");
    q.model().save(file);
    ImportedNetwork read = Formats.read(file);
    Tensor x = RandomTensors.random(77, INPUT.prepend(4).dims());
    Tensor y = q.model().run(x);
    assertThat(read.model().run(x).data()).containsExactly(y.data());
    assertThat(elsewhere(file, read, x).data()).containsExactly(y.data(), within(0.02f));
    assertThat(y.data()).containsExactly(model.run(x).data(), within(0.05f));
  }

  /** A value times its own global mean, as in squeeze-and-excitation, and with layers between. */
  private static Layer gates() {
    return sequence(
        conv2d(8, 3).same(),
        relu(),
        x -> x.times(globalAvgPool().apply(x).reshape(Shape.of(1, 1, 8))),
        conv2d(8, 1),
        batchNorm(),
        relu(),
        squeezeExcite(4),
        conv2d(6, 3).same(),
        globalAvgPool(),
        dense(5));
  }

  @Test
  void gatesOfPooledValuesAreQuantized() throws OrtException {
    Model model = trained(gates());
    Quantizer.Quantized q = quantized(model);
    Path file = folder.resolve("gates.onnx");
    q.model().save(file);
    ImportedNetwork read = Formats.read(file);
    for (int batch : new int[] {1, 3}) {
      Tensor x = RandomTensors.random(77, INPUT.prepend(batch).dims());
      float[] y = q.model().run(x).data();
      assertThat(read.model().run(x).data()).containsExactly(y);
      assertThat(elsewhere(file, read, x).data()).containsExactly(y, within(0.02f));
      assertThat(y).containsExactly(model.run(x).data(), within(0.1f));
    }
  }

  @Test
  void quantizedNetworksAreReadAndWrittenAgainBitForBit() throws IOException {
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");
    quantized(trained(branches())).model().save(first);
    Model again = Formats.read(first).model();
    again.save(second);
    Tensor x = RandomTensors.random(5, INPUT.prepend(2).dims());
    assertThat(Formats.read(second).model().run(x).data()).containsExactly(again.run(x).data());
    assertThat(Files.size(second)).isLessThan(Files.size(first) + 1000);
  }

  /** The weights of the whole network are bytes, of which all walks share one array. */
  @Test
  void importedWeightsStayBytes() {
    Path file = folder.resolve("m.onnx");
    quantized(trained(chain())).model().save(file);
    Model m = Formats.read(file).model();
    assertThat(m.parameters().count(false)).isZero();
    List<byte[]> one = bytes(m, 1);
    assertThat(one).hasSize(5);
    List<byte[]> other = bytes(m, 2);
    for (int i = 0; i < one.size(); i++) {
      assertThat(other.get(i)).isSameAs(one.get(i));
    }
  }

  private static List<byte[]> bytes(Model m, int batch) {
    return dev.fovea.engine.graph.Graph.topological(m.trace(batch, false).outputs()).stream()
        .filter(v -> v.op() instanceof Source.Bytes)
        .map(v -> ((Source.Bytes) v.op()).data())
        .toList();
  }

  @Test
  void layersOfOtherKindsAreKept() {
    Model model =
        trained(sequence(conv2d(4, 3), relu(), convTranspose2d(3, 3), relu(), conv2d(2, 1)));
    Quantizer.Quantized q = quantized(model);
    assertThat(q.quantized()).isEqualTo(2);
    assertThat(q.kept()).isEqualTo(1);
    // The transposed convolution's weights and bias.
    assertThat(q.model().parameters().count(false)).isEqualTo(3 * 3 * 4 * 3 + 3);
    Path file = folder.resolve("m.onnx");
    q.model().save(file);
    Tensor x = RandomTensors.random(5, INPUT.prepend(2).dims());
    assertThat(Formats.read(file).model().run(x).data())
        .containsExactly(q.model().run(x).data(), within(1e-5f));
  }

  /** 0.3 · 1 + 1 · −0.3 is 0 in floats, and (76 · 127 − 255 · 38) steps with 8 bits. */
  @Test
  void errorsOfZeroAreFinite() {
    Model model = Model.build(dense(1), Shape.of(2), Seed.of(1));
    model
        .parameters()
        .all()
        .forEach(p -> {
          if (p.shape().elements() == 2) {
            model.parameters().set(p.name(), Tensor.of(p.shape(), 1, -0.3f));
          }
        });
    Quantizer quantizer = new Quantizer(model);
    Tensor x = Tensor.of(Shape.of(2), 0.3f, 1);
    quantizer.observe(List.of(x));
    assertThat(quantizer.errors(List.of(x)).values()).containsExactly(1.0);
    assertThat(quantizer.errors(List.of(Tensor.zeros(Shape.of(2)))).values()).containsExactly(0.0);
  }

  @Test
  void whatCannotBeQuantizedIsSaid() {
    assertThatThrownBy(() -> new Quantizer(Model.build(relu(), INPUT, Seed.of(1))))
        .isInstanceOf(FoveaException.class)
        .hasMessage("quantize: the network has no convolution and no dense layer");
    Model model = trained(chain());
    assertThatThrownBy(() -> new Quantizer(model).finish())
        .hasMessage("quantize: needs at least one sample to calibrate with, got none");
    assertThatThrownBy(() -> new Quantizer(quantized(model).model()))
        .hasMessage("quantize: the network has weights of 8 bits already");
    assertThatThrownBy(() -> new Quantizer(model).observe(List.of(Tensor.zeros(Shape.of(3)))))
        .hasMessage("quantize: takes samples of [[10,12,4]], got [[3]]");
    assertThatThrownBy(() -> new Quantizer(model).observe(List.of(Tensor.full(INPUT, Float.NaN))))
        .hasMessageStartingWith("quantize: sample 0 gives a NaN at ");
  }

  @Test
  void weightsOfEightBitsStandStillInTraining() {
    Model q = quantized(trained(chain())).model();
    assertThatThrownBy(() -> TrainingStep.of(q, Losses.crossEntropy(), Optimizers.adam(0.01), 2))
        .hasMessage("nothing to train: the model has no parameter that is not frozen");
  }

  /** QLinear operators come in, the same numbers as QDQ go out. */
  @Test
  void publishedNetworksGoOutAsTheyCameIn() throws OrtException, IOException {
    if (!Files.exists(MOBILENET)) {
      System.out.println("not run: " + MOBILENET + " is not there");
      return;
    }
    ImportedNetwork n = Formats.read(MOBILENET);
    Model m = n.model();
    Path file = folder.resolve("again.onnx");
    m.save(file);
    assertThat(Files.size(file)).isLessThan(Files.size(MOBILENET) * 21 / 20);
    ImportedNetwork read = Formats.read(file);
    Tensor x = RandomTensors.random(1, n.inputs().get(0).sample().prepend(1).dims());
    float[] y = m.run(x).data();
    assertThat(read.model().run(x).data()).containsExactly(y);
    assertThat(elsewhere(file, read, x).data()).containsExactly(y, within(1e-5f));
  }
}
