package dev.fovea.formats.onnx;

import static dev.fovea.nn.Layers.adaptiveAvgPool;
import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.channelShuffle;
import static dev.fovea.nn.Layers.concat;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.crop;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.depthwiseConv2d;
import static dev.fovea.nn.Layers.dropout;
import static dev.fovea.nn.Layers.elu;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.gelu;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.globalMaxPool;
import static dev.fovea.nn.Layers.groupNorm;
import static dev.fovea.nn.Layers.gru;
import static dev.fovea.nn.Layers.hardSwish;
import static dev.fovea.nn.Layers.identity;
import static dev.fovea.nn.Layers.layerNorm;
import static dev.fovea.nn.Layers.leakyRelu;
import static dev.fovea.nn.Layers.localResponseNorm;
import static dev.fovea.nn.Layers.logSoftmax;
import static dev.fovea.nn.Layers.lstm;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.maxout;
import static dev.fovea.nn.Layers.mish;
import static dev.fovea.nn.Layers.padChannels;
import static dev.fovea.nn.Layers.permute;
import static dev.fovea.nn.Layers.pixelShuffle;
import static dev.fovea.nn.Layers.prelu;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.relu6;
import static dev.fovea.nn.Layers.residual;
import static dev.fovea.nn.Layers.resize;
import static dev.fovea.nn.Layers.selu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static dev.fovea.nn.Layers.softplus;
import static dev.fovea.nn.Layers.squeezeExcite;
import static dev.fovea.nn.Layers.tanh;
import static dev.fovea.nn.Layers.upsample;
import static dev.fovea.nn.Layers.zeroPad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.formats.onnx.file.OnnxModel;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.proto.Onnx.ModelProto;
import dev.fovea.formats.onnx.proto.Onnx.NodeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.testing.Models;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Scan;
import dev.fovea.op.Selection;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Models that are written as ONNX give the same numbers when read back, and in ONNX Runtime. */
final class OnnxExportTest {
  private static final Shape INPUT = Shape.of(6, 8, 4);
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path folder;

  private static Map<String, Layer> layers() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    layers.put("convolution", sequence(conv2d(5, 3).same(), relu(), conv2d(3, 3).stride(2)));
    layers.put("depthwise", sequence(depthwiseConv2d(3).same(), batchNorm(), relu6()));
    layers.put("transposed", convTranspose2d(3, 3).stride(2));
    layers.put("pools", sequence(maxPool(2), avgPool(2), flatten(), dense(3), softmax()));
    layers.put("global", concat(globalAvgPool(), globalMaxPool()));
    layers.put("adaptive", adaptiveAvgPool(2, 3));
    layers.put("residual", residual(sequence(conv2d(4, 1), squeezeExcite(2))));
    layers.put("group norm", groupNorm(2));
    layers.put("layer norm", layerNorm());
    layers.put("response norm", localResponseNorm(3));
    layers.put("nearest", upsample(2));
    layers.put("resized", resize(9, 5));
    layers.put("shuffles", sequence(channelShuffle(2), pixelShuffle(2), permute(0, 2, 1, 3)));
    layers.put("borders", sequence(zeroPad(1, 0, 2, 1), crop(0, 1, 1, 1), padChannels(1, 0)));
    layers.put("activations", sequence(elu(), leakyRelu(0.1), prelu(), selu(), softplus()));
    layers.put("further activations", sequence(gelu(), hardSwish(), mish(), tanh()));
    layers.put("maxout", sequence(flatten(), dense(6), maxout(2), logSoftmax()));
    RegionBins bins = RegionBins.of(2, 3, 0.5f).places(2);
    layers.put("regions", x -> regions(x, Value.of(new Regions.Align(bins), boxes(x), x.value())));
    layers.put("regions of a pyramid", OnnxExportTest::pyramid);
    Regions.MaxPool pool = new Regions.MaxPool(2, 2, 1);
    layers.put("pooled regions", x -> regions(x, Value.of(pool, boxes(x), x.value())));
    layers.put("largest", x -> x.with(Value.of(new Selection.Largest(3), x.value())));
    layers.put("dropped", sequence(dropout(0.5), identity(), flatten(), dense(2)));
    return layers;
  }

  /** What stays depends on numbers, which ONNX Runtime takes and a network read back does not. */
  @Test
  void suppressionRunsElsewhere() throws OrtException {
    Selection.Suppress op = new Selection.Suppress(0.1f, -0.5f, 2);
    Layer layer =
        x -> {
          int n = x.shape().dim(0);
          Value scores = x.value().slice(new int[] {0, 3, 0, 0}, Shape.of(n, 1, 3, 4));
          Value byClass = scores.reshape(Shape.of(n, 3, 4)).transpose(0, 2, 1);
          return x.with(Value.of(op, boxes(x), byClass).times(byClass));
        };
    Model model = Model.build(layer, INPUT, Seed.of(5));
    Path file = folder.resolve("suppression.onnx");
    model.save(file);
    for (int batch : new int[] {1, 3}) {
      Tensor x = random(INPUT.prepend(batch), batch);
      Tensor channelsFirst = Tensor.zeros(Shape.of(batch, 4, 6, 8));
      for (int i = 0; i < x.data().length; i++) {
        channelsFirst.data()[(i / 192 * 4 + i % 4) * 48 + i / 4 % 48] = x.data()[i];
      }
      Tensor y = model.run(x);
      assertThat(y.data()).contains(0f);
      assertClose(runElsewhere(file, channelsFirst), y);
    }
    assertThat(Formats.read(sayingDefaults(file)).model().run(random(INPUT.prepend(2), 1)).data())
        .isEqualTo(model.run(random(INPUT.prepend(2), 1)).data());
  }

  /** Writes a file in which what is written in place of zeros says so, as some exporters do. */
  private Path sayingDefaults(Path file) {
    ModelProto.Builder all;
    try {
      all = ModelProto.parseFrom(Files.readAllBytes(file)).toBuilder();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (NodeProto.Builder node : all.getGraphBuilder().getNodeBuilderList()) {
      if (node.getOpType().equals("ScatterND")) {
        node.addAttribute(
            AttributeProto.newBuilder()
                .setName("reduction")
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8("none")));
      }
    }
    Path said = folder.resolve("said.onnx");
    Models.write(said, all.build().toByteArray());
    return said;
  }

  /** Returns three boxes for each sample, made of its numbers. */
  private static Value boxes(Signal x) {
    int n = x.shape().dim(0);
    Value numbers = x.value().slice(new int[] {0, 1, 2, 0}, Shape.of(n, 1, 3, 4));
    Value sizes = numbers.reshape(Shape.of(n, 3, 4)).map(UnaryFunction.ABS).times(4);
    Value corner = sizes.slice(-1, 0, 2);
    return Value.of(new Movement.Concat(2), corner, corner.plus(sizes.slice(-1, 2, 2)));
  }

  private static Signal regions(Signal x, Value read) {
    Shape s = read.shape();
    return x.with(read.reshape(Shape.of(s.dim(0), s.elements() / s.dim(0))));
  }

  /** Regions by their width from the picture itself, or from every second pixel of it. */
  private static Signal pyramid(Signal x) {
    Value boxes = boxes(x);
    Value width = boxes.slice(-1, 2, 1).minus(boxes.slice(-1, 0, 1));
    Value level = width.with(BinaryFunction.GREATER, Value.constant(1.5f));
    Value filed = Value.of(new Movement.Concat(2), boxes, level);
    RegionBins bins = RegionBins.of(2, 2, 1).notAligned();
    Value half = maxPool(2).apply(x).value();
    Value first = Value.of(new Regions.Align(bins.of(0, 1)), filed, x.value());
    return regions(x, Value.of(new Regions.Align(bins.of(1, 0.5f)), filed, half, first));
  }

  @TestFactory
  Stream<DynamicTest> everyLayerComesBackAndRunsElsewhere() {
    return layers().entrySet().stream()
        .map(e -> dynamicTest(e.getKey(), () -> check(e.getKey(), e.getValue())));
  }

  private void check(String name, Layer layer) throws OrtException {
    Model model = Model.build(layer, INPUT, Seed.of(5));
    disturb(model);
    Path file = folder.resolve(name.replace(' ', '-') + ".onnx");
    model.save(file);
    ImportedNetwork read = Formats.read(file);
    Model again = read.model();
    for (int batch : new int[] {1, 3}) {
      Tensor x = random(INPUT.prepend(batch), batch);
      Tensor y = model.run(x);
      assertThat(again.run(x).data()).containsExactly(y.data(), within(1e-6f));
      assertClose(
          runElsewhere(file, read.inputs().get(0).toFile(x)), read.outputs().get(0).toFile(y));
    }
  }

  /** Gives statistics and scales other values than 0 and 1. */
  private static void disturb(Model model) {
    Rng rng = Seed.of(7).rng();
    model
        .parameters()
        .all()
        .forEach(p -> {
          Tensor t = model.parameters().tensor(p.name());
          for (int i = 0; i < t.data().length; i++) {
            t.data()[i] += (float) (0.3 * rng.nextDouble());
          }
          model.parameters().set(p.name(), t);
        });
  }

  private static Tensor random(Shape shape, int seed) {
    Rng rng = Seed.of(seed).rng();
    Tensor t = Tensor.zeros(shape);
    for (int i = 0; i < t.data().length; i++) {
      t.data()[i] = (float) (2 * rng.nextDouble() - 1);
    }
    return t;
  }

  private static Tensor runElsewhere(Path file, Tensor x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(x.shape().dims()).asLongStream().toArray();
    try (OrtSession session = environment.createSession(file.toString());
        OnnxTensor in = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.data()), dims);
        OrtSession.Result results = session.run(Map.of("input", in))) {
      OnnxTensor out = (OnnxTensor) results.get(0);
      int[] shape = Arrays.stream(out.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
      float[] data = new float[Shape.of(shape).elements()];
      out.getFloatBuffer().get(data);
      return Tensor.of(Shape.of(shape), data);
    }
  }

  private static void assertClose(Tensor result, Tensor expected) {
    assertThat(result.shape()).isEqualTo(expected.shape());
    float largest = 1;
    for (float v : expected.data()) {
      largest = Math.max(largest, Math.abs(v));
    }
    assertThat(result.data()).containsExactly(expected.data(), within(TOLERANCE * largest));
  }

  @Test
  void parametersAndTextsComeBackAsTheyWere() {
    Layer net = sequence(conv2d(3, 3), batchNorm(), relu(), flatten(), dense(2));
    Model model =
        Model.build(net, INPUT, Seed.of(1))
            .withMetadata(Map.of("labels", "cat\ndog", "mean", "0.5"));
    Path file = folder.resolve("m.onnx");
    model.save(file);
    Model again = Formats.read(file).model();
    assertThat(again.labels()).containsExactly("cat", "dog");
    assertThat(again.metadata()).containsEntry("mean", "0.5");
    assertThat(again.parameters().tensors().keySet())
        .containsExactlyInAnyOrderElementsOf(model.parameters().tensors().keySet());
    for (String name : model.parameters().tensors().keySet()) {
      Tensor was = model.parameters().tensor(name);
      Tensor is = again.parameters().tensor(name);
      assertThat(is.shape()).isEqualTo(was.shape());
      assertThat(is.data()).containsExactly(was.data());
    }
    assertThat(again.parameters().get("1.running_mean").trainable()).isFalse();
  }

  @Test
  void importedNetworksAreWrittenAgain() {
    Layer net = sequence(conv2d(4, 3).stride(2).same(), relu(), flatten(), dense(2));
    Model model = Model.build(net, INPUT, Seed.of(1));
    Path first = folder.resolve("first.onnx");
    Path second = folder.resolve("second.onnx");
    model.save(first);
    Formats.read(first).model().save(second);
    Tensor x = random(INPUT.prepend(2), 4);
    assertThat(Formats.read(second).model().run(x).data()).containsExactly(model.run(x).data());
  }

  @Test
  void importedNetworksKeepTheNamesOfTheirInputsAndOutputs() {
    Path first = folder.resolve("first.onnx");
    // Names that the writer itself gives to weights and values.
    Protos.opset(13)
        .input("image:0", DataType.FLOAT, -1, 3, 4, 5)
        .input("value_0", DataType.FLOAT, -1, 2)
        .weight("constant", new int[] {2, 2}, 1, 2, 3, 4)
        .node("Relu", List.of("image:0"), "numbers")
        .node("MatMul", List.of("value_0", "constant"), "value_1")
        .output("numbers")
        .output("value_1")
        .write(first);
    Path second = folder.resolve("second.onnx");
    Path third = folder.resolve("third.onnx");
    Formats.read(first).model().save(second);
    Formats.read(second).model().save(third);
    for (Path file : List.of(second, third)) {
      ImportedNetwork n = Formats.read(file);
      assertThat(n.inputs()).extracting(Port::name).containsExactly("image:0", "value_0");
      assertThat(n.outputs()).extracting(Port::name).containsExactly("numbers", "value_1");
      assertThat(n.metadata()).isEmpty();
      List<Tensor> in =
          List.of(random(Shape.of(1, 4, 5, 3), 1), Tensor.of(Shape.of(1, 2), 10, 100));
      List<Tensor> out = n.model().run(in);
      assertThat(out.get(1).data()).containsExactly(310, 420);
    }
  }

  @Test
  void imagesOfOtherToolsAreChannelsFirst() {
    Model model = Model.build(conv2d(5, 1), INPUT, Seed.of(1));
    Path file = folder.resolve("m.onnx");
    model.save(file);
    assertThat(OnnxModel.read(file).inputs().get(0).dims()).containsExactly(-1, 4, 6, 8);
    assertThat(Formats.read(file).outputs())
        .containsExactly(Port.image("output", Shape.of(6, 8, 5)));
  }

  @Test
  void severalInputsAndOutputsKeepTheirOrder() {
    Network net = in -> List.of(in.get(0).plus(in.get(1)), in.get(0).times(in.get(1)));
    Model model = Model.build(net, List.of(Shape.of(3), Shape.of(3)), Seed.of(1), Engine.shared());
    Path file = folder.resolve("m.onnx");
    model.save(file);
    List<Tensor> in =
        List.of(Tensor.of(Shape.of(1, 3), 1, 2, 3), Tensor.of(Shape.of(1, 3), 4, 5, 6));
    List<Tensor> out = Formats.read(file).model().run(in);
    assertThat(out.get(0).data()).containsExactly(5, 7, 9);
    assertThat(out.get(1).data()).containsExactly(4, 10, 18);
  }

  @Test
  void whatOnnxLacksIsNamed() {
    HostCall.Function copy = (in, out) -> out.put(in.get(0));
    Layer odd = x -> x.apply(new HostCall("mystery", x.shape(), copy));
    Model model = Model.build(odd, Shape.of(3), Seed.of(1));
    assertThatThrownBy(() -> model.save(folder.resolve("m.onnx")))
        .isInstanceOf(FoveaException.class)
        .hasMessage("save: m.onnx: has no form in ONNX for mystery");
    assertThat(folder.resolve("m.onnx")).doesNotExist();
  }

  @Test
  void reshapesAndBackAreExact() {
    Layer shifted = x -> x.plus(x.reshape(Shape.of(4, 48)).reshape(INPUT).times(2));
    Model model = Model.build(shifted, INPUT, Seed.of(1));
    Path file = folder.resolve("m.onnx");
    model.save(file);
    Tensor x = random(INPUT.prepend(2), 9);
    assertThat(Formats.read(file).model().run(x).data()).containsExactly(model.run(x).data());
  }

  /** A recurrence is one node, whatever the length, and comes back as the same. */
  @Test
  void recurrencesAreScans() throws IOException, OrtException {
    Layer both =
        x ->
            lstm(3)
                .sequences()
                .apply(x)
                .concat(gru(2).sequences().reversed().apply(x))
                .reshape(Shape.of(35));
    Model model = Model.build(both, Shape.of(7, 4), Seed.of(1));
    Path file = folder.resolve("m.onnx");
    model.save(file);
    GraphProto graph = ModelProto.parseFrom(Files.readAllBytes(file)).getGraph();
    assertThat(graph.getNodeList().stream().map(NodeProto::getOpType)).contains("Scan");
    assertThat(graph.getNodeCount()).isLessThan(20);
    Tensor x = random(Shape.of(3, 7, 4), 9);
    Tensor expected = model.run(x);
    assertClose(runElsewhere(file, x), expected);
    Model again = Formats.read(file).model();
    assertClose(again.run(x), expected);
    assertThat(Graph.topological(again.trace(1, false).outputs()))
        .anyMatch(v -> v.op() instanceof Scan);
  }
}
