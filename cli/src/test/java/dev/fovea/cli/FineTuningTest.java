package dev.fovea.cli;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Format;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.Port;
import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.nn.Network;
import dev.fovea.nn.Signal;
import dev.fovea.op.HostCall;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Training networks and weights from files of other tools. */
final class FineTuningTest {
  private static final Shape DIGIT = Shape.of(28, 28, 1);

  @WorkingFolder private Path folder;

  private Command.Result run(String... args) {
    return Command.in(folder).run(args);
  }

  private Command.Result succeeds(String... args) {
    Command.Result r = run(args);
    assertThat(r.status()).as("%s", r).isZero();
    return r;
  }

  private static String[] and(String[] some, String... more) {
    String[] all = Arrays.copyOf(some, some.length + more.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** Writes a network of some classes that ends in a softmax. */
  private Model network(String file, int classes) {
    Model model =
        Model.build(
            sequence(
                conv2d(8, 5).same(),
                batchNorm(),
                relu(),
                maxPool(2),
                flatten(),
                dense(classes).named("fc"),
                softmax()),
            DIGIT,
            Seed.of(1));
    model.save(folder.resolve(file));
    return model;
  }

  private static double accuracy(Command.Result r) {
    return ((Number) Objects.requireNonNull(r.lastJson().get("accuracy"))).doubleValue();
  }

  /** A network of 5 classes learns the 10 digits; what comes out says all that eval needs. */
  @Test
  void anOnnxNetworkLearnsOtherClasses() {
    network("net.onnx", 5);
    String[] train = {"train", "net.onnx", "--limit", "600", "--lr", "1e-2", "--out", "o"};
    Command.Result r =
        succeeds(and(train, "--epochs", "2", "--scale", "1/255", "--mean", "0.5", "--json"));
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().get(0))
        .matches("fovea: net.onnx: its last layer, fc, has 5 classes; a new one for 10 .*");
    assertThat(accuracy(r)).isGreaterThan(0.7);
    assertThat(r.lastJson()).containsEntry("model", Path.of("o", "model.onnx").toString());
    Command.Result e = succeeds("eval", "o/model.onnx", "--limit", "600", "--json");
    assertThat(accuracy(e)).isEqualTo(accuracy(r));
    Fixtures.picture(folder.resolve("one.png"), 28, 28);
    assertThat(succeeds("predict", "o/model.onnx", "one.png").text()).startsWith("one.png: ");
  }

  /** Interrupted after an epoch and resumed, the weights are those of one go. */
  @Test
  void isResumedWithTheSameBits() {
    network("net.onnx", 5);
    String[] train = {"train", "net.onnx", "--limit", "200", "--schedule", "constant", "--json"};
    succeeds(and(train, "--epochs", "2", "--out", "whole"));
    succeeds(and(train, "--epochs", "1", "--out", "parts"));
    Command.Result r = run(and(train, "--epochs", "2", "--out", "parts", "--resume"));
    assertThat(r.status()).as("%s", r).isZero();
    assertThat(Fixtures.read(folder.resolve("parts/model.onnx")))
        .isEqualTo(Fixtures.read(folder.resolve("whole/model.onnx")));
  }

  /** With as many classes the network stays whole, and its probabilities are what is learned. */
  @Test
  void aNetworkOfAsManyClassesKeepsItsHead() {
    Model before = network("net.onnx", 10);
    Command.Result r =
        succeeds("train", "net.onnx", "--limit", "40", "--epochs", "1", "--lr", "1e-9", "--json");
    assertThat(r.err()).isEmpty();
    Command.Result old =
        succeeds("eval", "net.onnx", "--data", "digits", "--limit", "40", "--json");
    assertThat(accuracy(r)).isBetween(accuracy(old) - 0.3, accuracy(old) + 0.3);
    assertThat(before.outputs()).containsExactly(Shape.of(10));
  }

  private Model torch(String file, int classes) {
    Model model = Zoo.find("lenet5").model(Scale.full(classes), DIGIT, Seed.of(5), Engine.shared());
    Fixtures.bytes(folder.resolve(file), TorchFiles.zip(model.parameters().tensors()));
    return model;
  }

  /** A network without its last layers, under names of its own, as extractors of features have. */
  @Test
  void trainingBeginsFromANetworkWithoutItsHead() {
    Model whole = Zoo.find("lenet5").model(Scale.full(5), DIGIT, Seed.of(5), Engine.shared());
    Map<String, Tensor> part = new LinkedHashMap<>();
    for (String name : List.of("0.weight", "0.bias", "3.weight", "3.bias")) {
      part.put("features." + name, whole.parameters().tensor(name));
    }
    Fixtures.bytes(folder.resolve("part.pth"), TorchFiles.zip(part));
    Command.Result r =
        succeeds(
            "train",
            "lenet5",
            "--from",
            "part.pth",
            "--freeze",
            "0.**",
            "--limit",
            "40",
            "--epochs",
            "1");
    assertThat(r.err())
        .singleElement()
        .asString()
        .startsWith("fovea: part.pth: 4 of 10 parameters matched");
    Safetensors now = Safetensors.read(folder.resolve("runs/lenet5-digits/model.safetensors"));
    assertThat(Objects.requireNonNull(now.tensors().get("0.weight")).data())
        .isEqualTo(whole.parameters().tensor("0.weight").data());
  }

  @Test
  void weightsOfTorchAreTrainedAsTheirNetworkOfTheZoo() {
    Model five = torch("five.pth", 5);
    String[] some = {"--limit", "40", "--epochs", "1", "--freeze", "0.**", "--json"};
    Command.Result r = succeeds(and(new String[] {"train", "five.pth"}, some));
    assertThat(r.err()).hasSize(2);
    assertThat(r.err().get(0))
        .contains("five.pth: its last layer, ", "has 5 classes")
        .contains("10");
    assertThat(r.err().get(1))
        .startsWith("fovea: five.pth: 8 of 10 parameters matched; other shapes");
    Safetensors now = Safetensors.read(folder.resolve("runs/lenet5-digits/model.safetensors"));
    assertThat(Objects.requireNonNull(now.tensors().get("0.weight")).data())
        .isEqualTo(five.parameters().tensor("0.weight").data());
    Command.Result from =
        succeeds(
            and(and(new String[] {"train", "lenet5", "--from", "five.pth"}, some), "--out", "b"));
    assertThat(from.err()).containsExactly(r.err().get(1));
  }

  @Test
  void whatCannotBeTrainedIsToldInOneLine() {
    network("net.onnx", 5);
    assertThat(run("train", "net.onnx", "--data", "cifar10", "--data-dir", "x").err()).hasSize(1);
    assertThat(run("train", "none.onnx").err()).containsExactly("fovea: none.onnx: no such file");
    assertThat(run("train", "lenet5", "--net", "lenet5").err())
        .containsExactly("fovea: --net: goes with a file of weights; lenet5 is the network itself");
  }

  private static FileTrainee trainee(Network network, Map<String, Integer> operators) {
    List<Port> in = List.of(Port.plain("x", Shape.of(4)));
    List<Port> out = List.of(Port.plain("y", Shape.of(2)));
    return new FileTrainee(
        Path.of("x.onnx"),
        new ImportedNetwork(Format.ONNX, "", network, in, out, operators, Map.of()));
  }

  private static ModelFile description() {
    InputRule rule = new InputRule(Preprocessing.scaled(DIGIT), false);
    return new ModelFile("", List.of("a", "b"), rule, "folder", "{}");
  }

  @Test
  void operatorsWithoutGradientAreNamed() {
    Network search =
        in -> {
          Signal x = dense(4).named("first").apply(in.get(0));
          HostCall call = new HostCall("TopK", x.shape(), (a, b) -> b.put(a.get(0)));
          return List.of(dense(2).named("last").apply(x.with(Value.of(call, x.value()))));
        };
    FileTrainee trainee = trainee(search, Map.of("TopK", 1));
    Model model = trainee.model(description(), Seed.of(0), Engine.shared());
    assertThatThrownBy(() -> trainee.objective(description(), model, Losses.crossEntropy()))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith("x.onnx: cannot be trained: TopK: no gradient flows through it");
    trainee.objective(description(), model.freeze("first.**"), Losses.crossEntropy());
  }

  @Test
  void networksOfWholeNumbersAreRefused() {
    Map<String, Integer> operators = new LinkedHashMap<>(Map.of("QLinearConv", 3));
    FileTrainee trainee = trainee(in -> in, operators);
    assertThatThrownBy(() -> trainee.model(description(), Seed.of(0), Engine.shared()))
        .hasMessage(
            "x.onnx: computes with whole numbers of 8 bits (QLinearConv), which cannot be trained;"
                + " train the network that it was made of");
  }
}
