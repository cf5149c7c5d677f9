package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.data.Digits;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Training and what is done with its model, end to end. */
final class TrainingTest {
  private static final List<String> TRAIN =
      List.of("train", "lenet5", "--limit", "1500", "--epochs", "2", "--batch", "32", "--json");

  @WorkingFolder private static Path folder;

  private static Command.Result reference = new Command.Result(-1, List.of(), List.of());

  private static String[] train(String out, String... more) {
    List<String> args = new ArrayList<>(TRAIN);
    args.addAll(List.of("--out", folder.resolve(out).toString()));
    args.addAll(List.of(more));
    return args.toArray(String[]::new);
  }

  private static Path model(String out) {
    return folder.resolve(out).resolve("model.safetensors");
  }

  @BeforeAll
  static void trainOnce() {
    reference = Command.in(folder).run(train("a", "--threads", "2"));
    assertThat(reference.status()).as("%s", reference).isZero();
  }

  private static Command.Result succeeds(String... args) {
    Command.Result r = Command.in(folder).run(args);
    assertThat(r.status()).as("%s", r).isZero();
    return r;
  }

  private static List<Object> list(Map<String, Object> object, String name) {
    return Json.array(Json.member(object, name, "output"), name);
  }

  private static double number(Map<String, Object> object, String name) {
    return Json.number(Json.member(object, name, "output"), name);
  }

  @Test
  void jsonLinesTellStartEpochsAndResult() {
    assertThat(reference.err()).isEmpty();
    List<Map<String, Object>> events =
        reference.out().stream().map(line -> Json.parseObject(line, "line")).toList();
    assertThat(events)
        .extracting(e -> e.get("event"))
        .containsExactly("start", "epoch", "epoch", "result");
    assertThat(events.getFirst())
        .containsEntry("net", "lenet5")
        .containsEntry("data", "digits")
        .containsEntry("train_samples", 1500L)
        .containsEntry("parameters", 61_706L);
    Map<String, Object> result = events.getLast();
    assertThat(result).containsKeys("loss", "seconds").containsEntry("epochs", 2L);
    assertThat((Double) result.get("accuracy"))
        .isEqualTo(events.get(2).get("test_accuracy"))
        .isGreaterThan(0.5);
  }

  @Test
  void modelFileHoldsAllThatIsNeededToUseIt() {
    Safetensors file = Safetensors.read(model("a"));
    Map<String, Object> training =
        Json.parseObject(file.metadata().getOrDefault("training", ""), "training");
    assertThat(training)
        .containsEntry("optimizer", "adam")
        .containsEntry("limit", 1500L)
        .containsEntry("clip_norm", Json.Null.NULL)
        .containsKeys("warmup", "seed", "augment", "label_smoothing", "batch", "schedule");
    assertThat(file.metadata())
        .containsKeys("fovea", "preprocessing", "training")
        .containsEntry("net", "lenet5")
        .containsEntry("data", "digits")
        .containsEntry("labels", "0\n1\n2\n3\n4\n5\n6\n7\n8\n9");
    assertThat(file.tensors().values().stream().mapToInt(t -> t.shape().elements()).sum())
        .isEqualTo(61_706);
  }

  /** While a checkpoint is replaced and a model written, all three are on the disk. */
  @Test
  void theRoomThatIsAskedForHoldsAllFiles() throws IOException {
    long checkpoint = Files.size(folder.resolve("a/checkpoint.safetensors"));
    assertThat(2 * checkpoint + Files.size(model("a")))
        .isGreaterThan(4L * 61_706 * 7)
        .isLessThan(TrainCommand.room(61_706, 2));
  }

  @Test
  void historyIsATableAndAPicture() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("a/history.csv"));
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("epoch,train_loss,train_accuracy,validation_loss");
    BufferedImage plot = ImageIO.read(folder.resolve("a/history.png").toFile());
    assertThat(plot.getWidth()).isEqualTo(800);
    assertThat(plot.getHeight()).isEqualTo(420);
    int[] pixels = plot.getRGB(0, 0, 800, 420, null, 0, 800);
    // Each curve has a strong colour of its own; paper, axes and text are grey.
    long colours =
        Arrays.stream(pixels)
            .filter(p -> Math.abs((p >> 16 & 255) - (p & 255)) > 100)
            .boxed()
            .collect(Collectors.groupingBy(p -> p, Collectors.counting()))
            .values()
            .stream()
            .filter(count -> count > 50)
            .count();
    assertThat(colours).isGreaterThanOrEqualTo(2);
  }

  @Test
  void evalFindsTheAccuracyThatTrainingTold() {
    Map<String, Object> e =
        succeeds("eval", model("a").toString(), "--limit", "1500", "--json").lastJson();
    Map<String, Object> result = reference.lastJson();
    assertThat(e).containsEntry("samples", 1500L).containsEntry("accuracy", result.get("accuracy"));
    assertThat((Double) e.get("loss")).isEqualTo((Double) result.get("loss"));
    long right = 0;
    long all = 0;
    List<Object> confusion = list(e, "confusion");
    for (int i = 0; i < 10; i++) {
      List<Object> row = Json.array(confusion.get(i), "row");
      right += (Long) row.get(i);
      all += row.stream().mapToLong(n -> (Long) n).sum();
      Map<String, Object> c = Json.object(list(e, "classes").get(i), "class");
      assertThat(c).containsEntry("label", "" + i).containsKeys("precision", "recall", "f1");
      assertThat(number(c, "recall") * number(c, "samples"))
          .isEqualTo((double) (Long) row.get(i), Offset.offset(1e-9));
    }
    assertThat(all).isEqualTo(1500);
    assertThat((Double) e.get("accuracy")).isEqualTo(right / 1500.0);
    assertThat(succeeds("eval", model("a").toString(), "--limit", "100").text())
        .contains("on 100 samples", "precision", "confusion matrix");
  }

  /** Draws digits that were not learned, large and small, and counts those that are recognised. */
  @Test
  void predictRecognisesPicturesOfOtherSizes() {
    List<String> args = new ArrayList<>(List.of("predict", model("a").toString(), "--json"));
    for (int digit = 0; digit < 10; digit++) {
      byte[] pixels = Digits.draw(digit, Seed.of(1000 + digit));
      Tensor picture = Tensor.zeros(Shape.of(28, 28, 1));
      for (int i = 0; i < pixels.length; i++) {
        picture.data()[i] = pixels[i] & 0xFF;
      }
      Path file = folder.resolve("digit" + digit + ".png");
      Images.writePng(file, digit % 2 == 0 ? picture : Images.resize(picture, 84, 84));
      args.add(file.toString());
    }
    List<String> lines = succeeds(args.toArray(String[]::new)).out();
    assertThat(lines).hasSize(10);
    int right = 0;
    for (int digit = 0; digit < 10; digit++) {
      Map<String, Object> line = Json.parseObject(lines.get(digit), "line");
      List<Object> guesses = list(line, "predictions");
      assertThat(guesses).hasSize(3);
      right += number(Json.object(guesses.getFirst(), "guess"), "index") == digit ? 1 : 0;
    }
    assertThat(right).isGreaterThanOrEqualTo(5);
  }

  @Test
  void predictReportsABadPictureAndGoesOn() {
    Fixtures.picture(folder.resolve("one.png"), 28, 28);
    Fixtures.text(folder.resolve("bad.png"), "no picture");
    Fixtures.picture(folder.resolve("two.png"), 20, 30);
    Command.Result r =
        Command.in(folder).run("predict", model("a").toString(), "one.png", "bad.png", "two.png");
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.out()).hasSize(2);
    assertThat(r.out().getFirst()).startsWith("one.png: ");
    assertThat(r.out().getLast()).startsWith("two.png: ");
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst()).startsWith("fovea: bad.png: not a picture");
  }

  @Test
  void predictTakesLabelsTopAndInverts() throws IOException {
    Path picture = Fixtures.picture(folder.resolve("bar.png"), 28, 28);
    Path labels = folder.resolve("labels.txt");
    Files.writeString(labels, "nil\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n");
    Command.Result r =
        succeeds(
            "predict",
            model("a").toString(),
            picture.toString(),
            "--top",
            "10",
            "--labels",
            labels.toString());
    assertThat(r.out()).hasSize(1);
    assertThat(r.text()).contains("nil", "nine", " %").startsWith(picture + ": ");
    String[] inverted = {"predict", model("a").toString(), picture.toString(), "--invert"};
    assertThat(succeeds(inverted).text())
        .isNotEqualTo(succeeds("predict", model("a").toString(), picture.toString()).text());
  }

  @Test
  void summaryOfAModelFile() {
    assertThat(succeeds("summary", model("a").toString()).text()).contains("parameters 61,706");
  }

  @Test
  void oneThreadAndTwoWriteTheSameBytes() {
    succeeds(train("one", "--threads", "1"));
    assertThat(model("one")).hasSameBinaryContentAs(model("a"));
  }

  @Test
  void killedAndResumedWritesTheSameBytes() throws Exception {
    Path out = folder.resolve("killed");
    // On a busy machine a training may have ended before this thread has its turn to kill it.
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    do {
      kill(out);
    } while (Files.exists(out.resolve("model.safetensors")) && System.nanoTime() < deadline);
    assertThat(out.resolve("model.safetensors")).doesNotExist();
    assertThat(step(out.resolve("checkpoint.safetensors"))).isGreaterThanOrEqualTo(20);
    Command.Result resumed = succeeds(train("killed", "--resume"));
    assertThat(resumed.lastJson()).containsEntry("accuracy", reference.lastJson().get("accuracy"));
    assertThat(model("killed")).hasSameBinaryContentAs(model("a"));
  }

  /** Begins a training anew and kills it after 20 of its steps. */
  private static void kill(Path out) throws Exception {
    Path checkpoint = out.resolve("checkpoint.safetensors");
    Files.deleteIfExists(checkpoint);
    Files.deleteIfExists(out.resolve("model.safetensors"));
    Process p =
        ProcessCommand.in(folder)
            .process(train(out.getFileName().toString(), "--checkpoint-every", "0.05"))
            .start();
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    while (p.isAlive() && (!Files.exists(checkpoint) || step(checkpoint) < 20)) {
      assertThat(System.nanoTime() - deadline).as("no step was kept").isNegative();
      Thread.sleep(5);
    }
    p.destroyForcibly();
    assertThat(p.waitFor(1, TimeUnit.MINUTES)).isTrue();
  }

  /** Returns how many steps a checkpoint has done. */
  private static long step(Path checkpoint) {
    String text = Safetensors.readMetadata(checkpoint).getOrDefault("fovea.training", "{}");
    Map<String, Object> progress =
        Json.object(
            Json.member(Json.parseObject(text, "training"), "progress", "training"), "progress");
    return (long) number(progress, "step");
  }

  @Test
  void resumingWhatIsDoneChangesNothing() {
    byte[] before = Fixtures.read(model("a"));
    Command.Result again = succeeds(train("a", "--resume"));
    assertThat(again.lastJson()).containsEntry("accuracy", reference.lastJson().get("accuracy"));
    assertThat(Fixtures.read(model("a"))).isEqualTo(before);
  }

  @Test
  void resumingNothingBeginsAnew() {
    Command.Result r =
        succeeds("train", "cnn", "--limit", "64", "--resume", "--out", "" + folder.resolve("new"));
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst())
        .contains("no checkpoint in")
        .contains("starting at the beginning");
  }

  @Test
  void peopleSeeLinesPicturesAndWhereTheModelLies() {
    String out = folder.resolve("text").toString();
    Command.Result first = succeeds("train", "cnn", "--limit", "300", "--out", out);
    assertThat(first.text())
        .contains("cnn on digits: 215,194 parameters", "epoch 1/1  loss ", "test accuracy ")
        .contains("model:   " + out + "/model.safetensors")
        .containsPattern("\\(\\d+ %\\)|, is \\d");
    assertThat(first.err()).isEmpty();
    Command.Result second = succeeds("train", "cnn", "--limit", "300", "--out", out);
    assertThat(second.err()).containsExactly("fovea: replacing the earlier training in " + out);
    Command.Result third = succeeds("train", "cnn", "--limit", "300", "--resume", "--out", out);
    assertThat(third.text())
        .contains("the training was already complete: 1 epoch\n", "after 1 epoch in ");
  }

  @Test
  void folderOfPicturesWithOneThatIsDamaged() {
    for (int i = 0; i < 12; i++) {
      Fixtures.picture(folder.resolve("pictures/wide/" + i + ".png"), 40, 20 + i);
      Fixtures.picture(folder.resolve("pictures/high/" + i + ".png"), 12 + i, 40);
    }
    Fixtures.text(folder.resolve("pictures/high/broken.png"), "no picture");
    String out = folder.resolve("f").toString();
    Command.Result r =
        succeeds(
            "train",
            "lenet5",
            "--data",
            "folder",
            "--data-dir",
            folder.resolve("pictures").toString(),
            "--epochs",
            "1",
            "--input",
            "32x32x3",
            "--augment",
            "shift:1,flip",
            "--label-smoothing",
            "0.2",
            "--limit",
            "9",
            "--out",
            out);
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst()).startsWith("fovea: skipped ").contains("broken.png");
    assertThat(r.text()).contains("9 training and 4 test pictures of 32×32×3, 2 classes");
    Map<String, Object> e =
        succeeds(
                "eval",
                out + "/model.safetensors",
                "--data-dir",
                folder.resolve("pictures").toString(),
                "--json")
            .lastJson();
    assertThat(e).containsEntry("samples", 4L).containsEntry("label_smoothing", 0.2);
    assertThat(r.text()).contains("loss %.4f, after".formatted(number(e, "loss")));
  }

  /** A list of pictures, mixed and balanced, for a network with two auxiliary classifiers. */
  @Test
  void auxiliaryClassifiersTrainAndAreLeftOutOfTheModel() {
    StringBuilder list = new StringBuilder("file,class\n");
    for (int i = 0; i < 12; i++) {
      Fixtures.picture(folder.resolve("listed/" + i + ".png"), 40 + i % 3, 40);
      list.append("listed/").append(i).append(".png,").append(i % 3 == 0 ? "rare\n" : "usual\n");
    }
    Path csv = Fixtures.text(folder.resolve("list.csv"), list.toString());
    String[] data = {"--data", "csv", "--data-dir", csv.toString()};
    String out = folder.resolve("aux").toString();
    String options =
        "--input 64x64x1 --split 0.5 --epochs 1 --batch 3 --accumulate 2 --balanced --mixup 0.2"
            + " --label-smoothing 0.1 --ema 0.9 --augment trivialaugment --json --out ";
    Command.Result r = succeeds(join("train googlenet " + options + out, data));
    assertThat(r.out().getFirst()).contains("\"train_samples\":6", "\"test_samples\":6");
    assertThat(Safetensors.read(model("aux")).tensors().keySet())
        .contains("fc.weight")
        .noneMatch(name -> name.startsWith("aux"));
    Map<String, Object> e =
        succeeds("eval", model("aux").toString(), data[2], data[3], "--json").lastJson();
    assertThat(e).containsEntry("samples", 6L);
    assertThat(number(e, "loss")).isCloseTo(number(r.lastJson(), "loss"), Offset.offset(1e-6));
  }

  private static String[] join(String words, String... more) {
    List<String> all = new ArrayList<>(List.of(words.split(" ")));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void lossThatIsNoNumberStopsWithTheStepAndTheLayer() {
    String out = folder.resolve("nan").toString();
    Command.Result r =
        Command.in(folder)
            .run(
                ("train cnn --limit 500 --optimizer sgd --lr 1e12 --schedule constant --out " + out)
                    .split(" "));
    assertThat(r.status()).isEqualTo(1);
    assertThat(r.err()).hasSize(1);
    assertThat(r.err().getFirst())
        .startsWith("fovea: training stopped at step 2 (epoch 1, batch 2), the loss is NaN")
        .contains("arose first in ");
    assertThat(folder.resolve("nan/model.safetensors")).doesNotExist();
  }
}
