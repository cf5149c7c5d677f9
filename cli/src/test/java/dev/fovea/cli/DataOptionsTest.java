package dev.fovea.cli;

import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.data.DataSplit;
import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.formats.Port;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.InputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DataOptionsTest {
  private static final Shape INPUT = Shape.of(4, 4, 1);

  @TempDir private Path dir;

  private DataOptions options(String... more) {
    List<String> args = new ArrayList<>(List.of("--data", "folder", "--data-dir", dir.toString()));
    args.addAll(List.of(more));
    return CommandLine.populateCommand(new AnyDataOptions(), args.toArray(String[]::new));
  }

  private void pictures(String folder, int count) {
    for (int i = 0; i < count; i++) {
      Fixtures.picture(dir.resolve(folder).resolve(i + ".png"), 4, 4);
    }
  }

  private static List<Integer> labels(Dataset data) {
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      labels.add(data.read(i, Seed.of(0)).label());
    }
    return labels;
  }

  @Test
  void aLimitTakesSamplesOfEveryClass() {
    pictures("a", 40);
    pictures("b", 5);
    pictures("c", 20);
    DataSource source = options("--limit", "6").open("digits", INPUT, Preprocessing.Resize.STRETCH);
    assertThat(labels(source.split().train())).containsExactly(0, 1, 2, 0, 1, 2);
    assertThat(labels(source.split().test())).containsExactly(0, 1, 2, 0, 2, 0);
  }

  @Test
  void digitsAreReadFromNoFolder() {
    DataOptions digits =
        CommandLine.populateCommand(new AnyDataOptions(), "--data-dir", dir.toString());
    assertThatThrownBy(() -> digits.open("digits", INPUT, Preprocessing.Resize.STRETCH))
        .isInstanceOf(FoveaException.class)
        .hasMessage("--data-dir: the data set digits is embedded; name another with --data");
  }

  private static ModelFile model(DataSource source, String training) {
    return new ModelFile(
        "lenet5",
        source.classes(),
        new InputRule(source.preprocessing(), false),
        source.name(),
        training);
  }

  /** A zero-width joiner is part of some languages' words but is not printed to a terminal. */
  @Test
  void classesWithUnseenCharactersAreKnownAgain() {
    pictures("one", 2);
    pictures("tw\u200do", 2);
    DataSource source = options().open("digits", INPUT, Preprocessing.Resize.STRETCH);
    assertThat(options().openTest(model(source, "")).size()).isEqualTo(2);
    pictures("three", 2);
    assertThatThrownBy(() -> options().openTest(model(source, "")))
        .hasMessage(dir + ": classes [three], expected some of [one, tw?o]");
  }

  /** Evaluation on some of the classes keeps the numbers that the model gives them. */
  @Test
  void someOfTheClassesAreTestedUnderTheModelsNumbers() throws IOException {
    pictures("train/cat", 2);
    pictures("train/dog", 2);
    pictures("train/owl", 2);
    pictures("test/owl", 3);
    pictures("test/dog", 1);
    DataSource source = options().open("digits", INPUT, Preprocessing.Resize.STRETCH);
    assertThat(labels(source.split().test())).containsExactly(1, 2, 2, 2);
    ModelFile trained = model(source, "{}");
    Path owls = dir.resolve("owls");
    for (int i = 0; i < 10; i++) {
      Fixtures.picture(owls.resolve("owl").resolve(i + ".png"), 4, 4);
    }
    DataOptions some =
        CommandLine.populateCommand(
            new AnyDataOptions(), "--data", "folder", "--data-dir", owls.toString());
    assertThat(labels(some.openTest(trained))).containsExactly(2, 2);
    assertThat(some.openTest(trained).classes()).containsExactly("cat", "dog", "owl");
    Path list = dir.resolve("list.csv");
    Files.writeString(list, "owls/owl/1.png;owl\nowls/owl/2.png;owl\n");
    DataOptions lines =
        CommandLine.populateCommand(
            new AnyDataOptions(), "--data", "csv", "--data-dir", list.toString());
    assertThat(labels(lines.openTest(trained))).containsExactly(2);
  }

  /** Evaluation divides as training did, so that it tests with nothing that was trained on. */
  @Test
  void aModelIsTestedWithWhatItsTrainingKept() {
    pictures("a", 10);
    pictures("b", 20);
    DataSource source =
        options("--split", "0.7").open("digits", INPUT, Preprocessing.Resize.STRETCH);
    assertThat(source.split().train().size()).isEqualTo(21);
    ModelFile trained = model(source, "{\"split\": 0.7}");
    assertThat(options().openTest(trained).size()).isEqualTo(9);
    assertThat(options().openTest(model(source, "{}")).size()).isEqualTo(6);
    assertThat(options("--split", "0.5").openTest(trained).size()).isEqualTo(15);
    assertThatThrownBy(() -> options().openTest(model(source, "{\"split\": 2}")))
        .isInstanceOf(FoveaException.class)
        .hasMessage("model: training: split 2.0: a number above 0 and below 1 expected");
  }

  /** What is made smaller is trained with the classes and the samples of its training. */
  @Test
  void aNetworkIsTrainedAnewWithWhatItWasTrainedOn() {
    pictures("a", 10);
    pictures("b", 20);
    DataSource source = options().open("digits", INPUT, Preprocessing.Resize.STRETCH);
    ModelFile trained = model(source, "{\"split\": 0.7}");
    Model model =
        Model.build(sequence(flatten(), dense(2)), INPUT, Seed.of(1))
            .withMetadata(trained.metadata());
    List<Port> outputs = List.of(Port.plain("y", model.output(0).shape()));
    NetworkFile network = new NetworkFile(dir.resolve("n.onnx"), model, outputs, trained.rule());
    DataSplit split = options().openSplit(network);
    assertThat(split.train().size()).isEqualTo(21);
    assertThat(split.test().size()).isEqualTo(9);
    assertThat(options("--split", "0.5").openSplit(network).test().size()).isEqualTo(15);
    Path others = dir.resolve("others");
    Fixtures.picture(others.resolve("c").resolve("1.png"), 4, 4);
    Fixtures.picture(others.resolve("d").resolve("1.png"), 4, 4);
    DataOptions other =
        CommandLine.populateCommand(
            new AnyDataOptions(), "--data", "folder", "--data-dir", others.toString());
    assertThatThrownBy(() -> other.openSplit(network))
        .isInstanceOf(FoveaException.class)
        .hasMessage(others + ": classes [c, d], expected some of [a, b]");
  }

  @Test
  void onlyWhatIsNotDividedIsSplit() {
    pictures("train/a", 2);
    pictures("train/b", 2);
    pictures("test/a", 2);
    pictures("test/b", 2);
    assertThatThrownBy(
            () -> options("--split", "0.7").open("digits", INPUT, Preprocessing.Resize.STRETCH))
        .isInstanceOf(FoveaException.class)
        .hasMessage("--split: data set folder has its own parts to train on and to test with");
    assertThatThrownBy(
            () -> options("--split", "1").open("digits", INPUT, Preprocessing.Resize.STRETCH))
        .hasMessage("--split 1.0: a number above 0 and below 1 expected");
    assertThat(
            options()
                .openTest(
                    model(
                        options().open("digits", INPUT, Preprocessing.Resize.STRETCH),
                        "{\"split\": 0.7}"))
                .size())
        .isEqualTo(4);
  }

  @Test
  void evaluationTakesTheLossOfTheTraining() {
    pictures("a", 2);
    pictures("b", 2);
    DataSource source = options().open("digits", INPUT, Preprocessing.Resize.STRETCH);
    Losses.CrossEntropy plain = Losses.crossEntropy();
    String smooth = "{\"label_smoothing\": 0.1}";
    assertThat(EvalCommand.loss(model(source, smooth), "m")).isEqualTo(plain.labelSmoothing(0.1));
    assertThat(EvalCommand.loss(model(source, "{}"), "m")).isEqualTo(plain);
    assertThat(EvalCommand.loss(model(source, ""), "m")).isEqualTo(plain);
    String weighted = "{\"class_weights\": [0.5, 2]}";
    assertThat(EvalCommand.loss(model(source, weighted), "m")).isEqualTo(plain.weights(0.5f, 2));
    ModelFile few = model(source, "{\"class_weights\": [1]}");
    assertThatThrownBy(() -> EvalCommand.loss(few, "m"))
        .hasMessage("m: training: class_weights: 1 weights for 2 classes");
    ModelFile negative = model(source, "{\"class_weights\": [1, -1]}");
    assertThatThrownBy(() -> EvalCommand.loss(negative, "m"))
        .hasMessageStartingWith("m: training: class_weights -1.0: a number from 0 to below");
    ModelFile wrong = model(source, "{\"label_smoothing\": 7}");
    assertThatThrownBy(() -> EvalCommand.loss(wrong, "m"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("m: training: label_smoothing 7.0: a number from 0 to below 1.0 expected");
  }
}
