package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.io.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The commands on networks in files of other tools; here of Darknet, whose files are the plainest.
 */
final class NetworkFileTest {
  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  /** Writes a network, with the given numbers as its weights. */
  private void net(String name, String sections, float... weights) throws IOException {
    Files.writeString(folder.resolve(name + ".cfg"), sections);
    ByteBuffer out = ByteBuffer.allocate(20 + 4 * weights.length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(0).putInt(2).putInt(5).putLong(0);
    out.asFloatBuffer().put(weights);
    Files.write(folder.resolve(name + ".weights"), out.array());
  }

  /** A network that gives its input, 2 channels of 3×4. */
  private void identity() throws IOException {
    net("same", "[net]\nheight=3\nwidth=4\nchannels=2\n[maxpool]\nsize=1\n[yolo]\n");
  }

  private static String reference(double[] p, double factor) {
    double[] values = Arrays.stream(p).map(x -> x * factor).toArray();
    double norm = Math.sqrt(Arrays.stream(values).map(x -> x * x).sum());
    int best = IntStream.range(0, p.length).reduce((a, b) -> p[b] > p[a] ? b : a).orElseThrow();
    Map<String, Object> output =
        Map.of(
            "shape", List.of(1L, 2L, 3L, 4L),
            "first16", Arrays.stream(values).limit(16).boxed().toList(),
            "sum", Arrays.stream(values).sum(),
            "l2", norm,
            "min", Arrays.stream(values).min().orElseThrow(),
            "max", Arrays.stream(values).max().orElseThrow(),
            "argmax", (long) best);
    return Json.write(
        Map.of(
            "input_shape",
            List.of(1L, 2L, 3L, 4L),
            "preprocess",
            Map.of("scale", 0.5, "mean", List.of(1.0, 2.0), "std", List.of(2.0, 4.0)),
            "outputs",
            Map.of("y", output)));
  }

  /** The input N, C, H, W: P[i] = 37·i mod 256, then (P/2 − mean) / std per channel. */
  private static double[] input() {
    return IntStream.range(0, 24)
        .mapToDouble(i -> (37 * i % 256 * 0.5 - (i < 12 ? 1 : 2)) / (i < 12 ? 2 : 4))
        .toArray();
  }

  @Test
  void verifyAgreesOnlyWhenAllNumbersDo() throws IOException {
    identity();
    Files.writeString(folder.resolve("good.json"), reference(input(), 1));
    Files.writeString(folder.resolve("bad.json"), reference(input(), 1.002));
    Command.Result good = command().succeeds("verify", "same.cfg", "--reference", "good.json");
    assertThat(good.text()).contains("worst: y ", "21 of 21 numbers agree");
    Command.Result bad = command().run("verify", "same.cfg", "--reference", "bad.json", "--json");
    assertThat(bad.status()).isEqualTo(1);
    assertThat(bad.lastJson()).containsEntry("agrees", false);
    assertThat(
            command()
                .run("verify", "same.cfg", "--reference", "bad.json", "--rtol", "0.01")
                .status())
        .isZero();
    Files.writeString(
        folder.resolve("odd.json"), reference(input(), 1).replace("[1,2,3,4]", "[1,2,4,3]"));
    command().fails("the network takes [N,2,3,4]", "verify", "same.cfg", "--reference", "odd.json");
  }

  @Test
  void inspectSaysWhatIsInside() throws IOException {
    identity();
    assertThat(command().succeeds("inspect", "same.weights").text())
        .contains("Darknet", "darknet 0.2.5", "data [N,2,3,4]", "yolo_0 [N,2,3,4]", "maxpool");
    Map<String, Object> json = command().succeeds("inspect", "same.cfg", "--json").lastJson();
    assertThat(json).containsEntry("format", "Darknet").containsEntry("parameters", 0L);
    Files.writeString(folder.resolve("same.cfg"), "[net]\nheight=3\nwidth=4\n[gru]\n");
    Command.Result missing = command().run("inspect", "same.cfg");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.err().get(0)).contains("gru (gru_0)");
  }

  /** A field of a protobuf message: its number, its length and its bytes. */
  private static String field(int number, String bytes) {
    int n = bytes.length();
    String length = n < 128 ? "" + (char) n : "" + (char) (n % 128 + 128) + (char) (n / 128);
    return (char) (number << 3 | 2) + length + bytes;
  }

  /** An input or output of floats whose first extent is free. */
  private static String port(String name, int... extents) {
    StringBuilder dims = new StringBuilder(field(1, field(2, "N")));
    for (int extent : extents) {
      dims.append(field(1, "\b" + (char) extent));
    }
    return field(1, name) + field(2, field(1, "\b\1" + field(2, dims.toString())));
  }

  /** Writes a model of opset 17. */
  private void onnx(String name, String graph, String more) throws IOException {
    String model = field(2, "someone") + field(7, graph) + field(8, "\20\21") + more;
    Files.write(folder.resolve(name), model.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Nodes of the operator Foo and one of Relu, in the form of ONNX. */
  private void withoutFoo(int foos) throws IOException {
    StringBuilder nodes = new StringBuilder();
    for (int i = 0; i < foos; i++) {
      nodes.append(
          field(
              1,
              field(1, "x" + i) + field(2, "x" + (i + 1)) + field(3, "foo" + i) + field(4, "Foo")));
    }
    nodes.append(field(1, field(1, "x" + foos) + field(2, "y") + field(4, "Relu")));
    onnx("foo.onnx", nodes + field(11, port("x0", 2)) + field(12, port("y", 2)), "");
  }

  @Test
  void namesOfClassesAreOneLineOfPlainText() throws IOException {
    String flatten = field(1, field(1, "x") + field(2, "y") + field(4, "Flatten"));
    String graph = flatten + field(11, port("x", 3, 1, 1)) + field(12, port("y", 3));
    String labels = "\33[31mred\ngreen\nblue";
    onnx("colour.onnx", graph, field(14, field(1, "labels") + field(2, labels)));
    Fixtures.picture(folder.resolve("grey.png"), 1, 1);
    assertThat(command().run("predict", "colour.onnx", "grey.png").text())
        .contains("?[31mred 33.3 %", "green 33.3 %", "blue 33.3 %")
        .doesNotContain("\33");
  }

  @Test
  void inspectSaysAllThatIsMissing() throws IOException {
    withoutFoo(4);
    Command.Result missing = command().run("inspect", "foo.onnx");
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.text())
        .contains("ONNX", "someone", "x0 [?,2]", "y [?,2]", "Foo: foo0, foo1, foo2, foo3")
        .containsPattern("Foo +4\n")
        .containsPattern("Relu +1");
    assertThat(missing.err().getLast()).contains("Foo (foo0, foo1, foo2 and 1 more)");
    Map<String, Object> json = command().run("inspect", "foo.onnx", "--json").lastJson();
    assertThat(json).containsEntry("producer", "someone").containsEntry("tensors", Map.of());
    assertThat(json.get("operators")).hasToString("{Foo=4, Relu=1}");
    assertThat(json.get("inputs")).hasToString("[{name=x0, shape=[-1, 2]}]");
    assertThat(json.get("missing")).hasToString("[{operator=Foo, nodes=[foo0, foo1, foo2, foo3]}]");
    assertThat(json.get("problem")).asString().contains("operators that are not supported: Foo");
  }

  /** A dense layer on one grey pixel: class c has the logit c + value / 255. */
  private void classifier() throws IOException {
    String cfg =
        """
        [net]
        height=1
        width=1
        channels=1
        [connected]
        output=3
        activation=linear
        [softmax]
        """;
    net("small", cfg, 0, 1, 2, 1, 1, 1);
  }

  @Test
  void predictClassifies() throws IOException {
    classifier();
    Fixtures.picture(folder.resolve("grey.png"), 5, 4);
    String line = command().succeeds("predict", "small.cfg", "grey.png", "--top", "1").text();
    double share = Math.exp(2) / (1 + Math.exp(1) + Math.exp(2));
    assertThat(line)
        .startsWith("grey.png: class 2 " + String.format(Locale.ROOT, "%.1f", 100 * share));
    command().fails("one, or one per channel", "predict", "small.cfg", "grey.png", "--mean", "1,2");
    command()
        .fails("has a network of its own", "predict", "small.cfg", "grey.png", "--net", "lenet5");
  }

  @Test
  void predictWritesOutputsAsTheyAre() throws IOException {
    net("same", "[net]\nheight=2\nwidth=2\nchannels=3\n[maxpool]\nsize=1\n[yolo]\n");
    Fixtures.picture(folder.resolve("grey.png"), 2, 2);
    command().succeeds("predict", "same.cfg", "grey.png", "--out", "y.npy", "--scale", "1");
    byte[] npy = Files.readAllBytes(folder.resolve("y.npy"));
    String head = new String(npy, 10, 118, StandardCharsets.ISO_8859_1);
    assertThat(head).startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3, 2, 2,)");
    assertThat(npy).hasSize(128 + 4 * 12);
    command().succeeds("predict", "same.cfg", "grey.png", "--out", "y.json", "--bgr");
    Object all = Json.parse(Files.readString(folder.resolve("y.json")), "y.json");
    assertThat(all.toString()).contains("yolo_0", "shape=[1, 3, 2, 2]");
    assertThat(command().succeeds("predict", "same.cfg", "grey.png").text())
        .contains("yolo_0 [1,3,2,2]: ");
    command()
        .fails("must end in .npy or .json", "predict", "same.cfg", "grey.png", "--out", "y.txt");
  }

  @Test
  void evalMeasuresAndConvertWrites() throws IOException {
    float[] weights = new float[10 + 10 * 784];
    weights[3] = 1;
    String cfg =
        """
        [net]
        height=28
        width=28
        channels=1
        [connected]
        output=10
        activation=linear
        [softmax]
        """;
    net("three", cfg, weights);
    // Always answers 3, so a tenth is right of data in which every digit is as frequent.
    Map<String, Object> r =
        command()
            .succeeds("eval", "three.cfg", "--data", "digits", "--limit", "100", "--json")
            .lastJson();
    List<Object> classes = Json.array(Json.member(r, "classes", "result"), "classes");
    assertThat(Json.object(classes.get(3), "class")).containsEntry("recall", 1.0);
    // Of five pictures there are five classes at the most: of the others there is nothing to find.
    String[] few = {"eval", "three.cfg", "--data", "digits", "--limit", "5"};
    assertThat(command().succeeds(few).text()).containsPattern("\\n\\S+ +0 +– +– +–");
    command().fails("name a data set with --data", "eval", "three.cfg");
    Files.writeString(folder.resolve("p.json"), "{\"scale\": 1, \"mean\": [0.5], \"sdt\": 2}");
    command()
        .fails(
            "unknown field \"sdt\"",
            "eval",
            "three.cfg",
            "--data",
            "digits",
            "--preprocessing",
            "p.json");
    assertThat(command().succeeds("convert", "three.cfg", "three.safetensors").text())
        .contains("7,850 parameters", "the weights alone");
    assertThat(command().succeeds("summary", "three.cfg").text()).contains("7,850");
  }

  @Test
  void convertMakesEightBits() throws IOException {
    classifier();
    Path pictures = folder.resolve("pictures");
    Fixtures.picture(pictures.resolve("a/grey.png"), 5, 4);
    Fixtures.text(pictures.resolve("notes.txt"), "no picture");
    String[] int8 = {"convert", "small.cfg", "int8.onnx", "--int8", "--calibrate", "pictures"};
    Command.Result r = command().run(int8);
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(r.text()).startsWith("int8.onnx: 1 layer of 8 bits; ");
    assertThat(r.err()).singleElement().asString().startsWith("fovea: skipped ");
    // What was said of pictures is written along: nothing is said here.
    assertThat(
            command().succeeds("predict", "int8.onnx", "pictures/a/grey.png", "--top", "1").text())
        .startsWith("pictures/a/grey.png: class 2 66.5 %");
    assertThat(command().succeeds("inspect", "int8.onnx").text()).contains("QuantizeLinear");
  }

  @Test
  void layersThatHurtStayInFloatingPoint() throws IOException {
    classifier();
    Fixtures.picture(folder.resolve("pictures/grey.png"), 5, 4);
    String[] int8 = {
      "convert", "small.cfg", "o.onnx", "--int8", "--calibrate", "pictures", "--calibration", "mse"
    };
    String layer =
        command()
            .succeeds(
                with(int8, "--equalize", "--bias-correction", "--report", "--max-drop", "0.5"))
            .text();
    assertThat(layer)
        .contains("drop 0.00 points, 0.00 with all layers of 8 bits; no layer is left out")
        .contains("signal-to-noise ratio (dB)")
        .contains("dense 1→3");
    Map<String, Object> fields =
        Json.parseObject(command().succeeds(with(int8, "--json")).text(), "int8");
    assertThat(fields).containsEntry("layers_of_8_bits", 1L).containsKey("layers");
    Files.writeString(
        folder.resolve("zeros.json"),
        """
        {"input_shape": [1, 1, 1, 1], "preprocess": {"scale": 1, "mean": [0], "std": [1]},
        "outputs": {"y": {"shape": [1, 3], "first16": [0, 0, 0], "sum": 0, "l2": 0, "min": 0,
        "max": 0, "argmax": 0}}}
        """);
    String[] verify = {"verify", "o.onnx", "--reference", "zeros.json"};
    assertThat(command().run(verify).text()).contains("hint: a network of 8 bits gives steps");
    assertThat(command().run(with(verify, "--atol", "0.001")).text()).doesNotContain("hint");
    Map<String, Object> only =
        Json.object(Json.array(Json.member(fields, "layers", "int8"), "int8").get(0), "int8");
    String path = Json.string(Json.member(only, "layer", "int8"), "int8");
    assertThat(command().succeeds(with(int8, "--skip", path)).text())
        .startsWith("o.onnx: 0 layers of 8 bits, 1 kept as they were");
    command().fails("no convolution and no dense layer is called", with(int8, "--skip", "nothing"));
    for (int i = 0; i < 20; i++) {
      Fixtures.picture(folder.resolve("two/%s/%s.png".formatted(i % 2, i)), 5, 4 + i);
    }
    command()
        .fails(
            "--max-drop: data set folder has 2 classes, small.cfg knows 3",
            with(Arrays.copyOf(int8, 4), "--data=folder", "--data-dir=two", "--max-drop=1"));
    int8[6] = "--calibration=kl";
    int8[7] = "--report";
    command().fails("--calibration kl: not one of min-max, percentile, mse", int8);
    command().fails("--equalize: needs --int8", "convert", "small.cfg", "o.onnx", "--equalize");
  }

  private static String[] with(String[] arguments, String... more) {
    return Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new);
  }

  @Test
  void eightBitsNeedPictures() throws IOException {
    classifier();
    command()
        .fails(
            "needs pictures like those the network will see",
            "convert",
            "small.cfg",
            "o.onnx",
            "--int8");
    command()
        .fails("--calibrate: needs --int8", "convert", "small.cfg", "o.onnx", "--calibrate", "p");
    command()
        .fails(
            "--int8 writes .onnx files, got o.safetensors",
            "convert",
            "small.cfg",
            "o.safetensors",
            "--int8",
            "--calibrate",
            "p");
    Fixtures.text(folder.resolve("empty/notes.txt"), "no picture");
    String[] empty = {"convert", "small.cfg", "o.onnx", "--int8", "--calibrate", "empty"};
    Command.Result r = command().run(empty);
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.err().getLast()).contains("empty: no pictures to calibrate with");
    command()
        .fails(
            "cannot be read", "convert", "small.cfg", "o.onnx", "--int8", "--calibrate", "nowhere");
    assertThat(folder.resolve("o.onnx")).doesNotExist();
  }
}
