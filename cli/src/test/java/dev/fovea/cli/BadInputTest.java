package dev.fovea.cli;

import static dev.fovea.cli.Fixtures.bytes;
import static dev.fovea.cli.Fixtures.idx;
import static dev.fovea.cli.Fixtures.picture;
import static dev.fovea.cli.Fixtures.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bad input gets one line that says what, where and what to do; nothing is written. */
final class BadInputTest {
  @TempDir private static Path trained;

  @WorkingFolder private Path folder;

  @BeforeAll
  static void train() {
    Command.Result r =
        ProcessCommand.in(trained)
            .brief()
            .run("train", "lenet5", "--limit", "64", "--epochs", "1", "--out", trained.toString());
    assertThat(r.status()).as("%s", r).isZero();
  }

  private static Path model() {
    return trained.resolve("model.safetensors");
  }

  private void fails(String message, String... args) {
    check(Command.in(folder), message, args);
  }

  private static void check(Command command, String message, String... args) {
    Command.Result r = command.run(args);
    assertThat(r.err()).as("errors of %s", String.join(" ", args)).hasSize(1);
    assertThat(r.err().getFirst()).startsWith("fovea: ").contains(message);
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.out()).isEmpty();
  }

  private void leavesNothing() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "trian lenet5 | no command \"trian\"; did you mean train? (see fovea --help)",
        "train lenet5 --epoch 3 | did you mean --epochs? (see fovea train --help)",
        "train lenett5 | no network named \"lenett5\"; did you mean lenet5?",
        "train yolo-tinny | no network named \"yolo-tinny\"; did you mean yolo-tiny?",
        "find-lr ssd-smal | no network named \"ssd-smal\"; did you mean ssd-small?",
        "summary vgg166 | no network named \"vgg166\" and no such file; did you mean vgg16?",
        "data --data nosuch | unknown data set \"nosuch\"; known: digits, mnist, fashion-mnist,"
            + " cifar10, folder, csv, shapes, voc, coco, panoptic, yolo, masks, keypoints, text",
        "train lenet5 --data mnits | unknown data set \"mnits\"; did you mean mnist?",
        "train lenet5 --optimizer adma | --optimizer \"adma\": unknown; did you mean adam?",
        "train lenet5 --schedule cosin | --schedule \"cosin\": unknown; did you mean cosine?",
        "train lenet5 --augment flop | --augment: augmentation \"flop\": unknown; did you mean"
            + " flip?",
        "train lenet5 --augment flip:0.5 | --augment: augmentation flip:0.5: takes no number, got"
            + " 1",
        "eval none.safetensors --tta flop | --tta: augmentation \"flop\": unknown; did you mean"
            + " flip?",
        "eval none.safetensors --tta shift:x | --tta: augmentation shift:x: \"x\" is no number,"
            + " such as 0.3 or 15",
        "train lenet5 --ema 2 | --ema 2.0: a number above 0 and below 1 expected",
        "summary lenet5 --net vgg16 | --net: lenet5 is a network itself",
        "train lenet5 --lr NaN | --lr NaN: a number above 0 expected",
        "train lenet5 --lr 0 | --lr 0.0: a number above 0 expected",
        "train lenet5 --lr -1 | --lr -1.0: a number above 0 expected",
        "train lenet5 --lr Infinity | --lr Infinity: a number above 0 expected",
        "train lenet5 --lr 1e300 | --lr 1.0E300: a number from 1.1754944E-38 to 3.4028235E38",
        "train lenet5 --momentum 0.5 | --momentum: the optimizer is adam, which has none",
        "train lenet5 --data-dir . | --data-dir: the data set digits is embedded",
        "train lenet5 --lr fast | Invalid value for option '--lr': 'fast' is not a number",
        "train lenet5 --epochs 0 | --epochs 0: 1 or more expected",
        "train lenet5 --epochs 99999999999 | Invalid value for option '--epochs'",
        "train lenet5 --batch 0 | --batch 0: 1 or more expected",
        "train lenet5 --batch 20000 | --batch 20000: there are only 10000 training samples",
        "train lenet5 --threads -1 | --threads -1: 0 (all processors) to 1024 expected",
        "train lenet5 --conv fast | --conv fast: auto, direct or winograd expected",
        "train lenet5 --limit -1 | --limit -1: 0 or more expected",
        "train lenet5 --momentum 1 --optimizer sgd | --momentum 1.0: a number from 0 to below 1",
        "train lenet5 --weight-decay NaN | --weight-decay NaN: a number from 0 to below 1",
        "train lenet5 --clip-norm 0 | --clip-norm 0.0: a number above 0 expected",
        "train lenet5 --label-smoothing 1 | --label-smoothing 1.0: a number from 0 to below 1",
        "train lenet5 --warmup 9 | --warmup 9.0: 0 to less than the 8 epochs expected",
        "train lenet5 --checkpoint-every NaN | --checkpoint-every NaN: a number above 0 expected",
        "train lenet5 --input 32x32x1 | --input: only with --data folder",
        "train lenet5 --data mnist | data set mnist is read from files",
        "train lenet5 --data mnist --data-dir none | none: no folder, expected one with",
        "train lenet5 --data cifar10 --data-dir none | none: no CIFAR-10 files",
        "train lenet5 --data folder --data-dir none | none: no such folder",
        "train unet --data digits | data set digits has classes of pictures",
        "train vgg11 | vgg11: pictures of 28×28×1 are too small; the smallest that fit are 32x32",
        "train | Missing required parameter: 'NET' (see fovea train --help)",
        "summary lenet5 --input 28x28 | --input \"28x28\": expected HEIGHTxWIDTHxCHANNELS",
        "summary lenet5 --input 0x28x1 | --input \"0x28x1\": each number must be 1 to 65536",
        "summary lenet5 --input 65536x65536x9 | more than 2147483647 elements",
        "summary lenet5 --input 9x9x1 | pictures of 9×9×1 are too small; the smallest that fit are"
            + " 12x12",
        "summary lenet5 --classes 1 | lenet5: needs at least 2 classes, got 1",
        "summary none.safetensors | none.safetensors: no such file",
        "eval none.safetensors | none.safetensors: no such file",
        "predict none.safetensors a.png | none.safetensors: no such file",
        "kernels none.png --kernel box | none.png: ",
        "kernels none.png | give --kernel NAME or --all",
        "kernels | give a picture, or --list",
        "kernels none.png --kernel box --out a.jpg | a.jpg: writes a PNG file",
        "kernels a.png --list | --list takes no picture and no other option",
        "kernels --list --kernel box | --list takes no picture",
        "doctor now | unexpected argument \"now\" (see fovea doctor --help)",
      })
  void usage(String args, String message) throws IOException {
    fails(message, args.split(" "));
    leavesNothing();
  }

  @Test
  void debugShowsTheStackTrace() {
    Command.Result r = Command.in(folder).run("summary", "lenet6", "--debug");
    assertThat(r.status()).isEqualTo(2);
    assertThat(r.err()).anyMatch(l -> l.startsWith("\tat dev.fovea."));
    assertThat(r.err().getFirst()).startsWith("fovea: no network named \"lenet6\"");
  }

  private void mnistFails(String message) {
    fails(message, "train", "lenet5", "--data", "mnist", "--data-dir", path("data"));
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void missingDataFile() throws IOException {
    Path data = Fixtures.mnist(folder.resolve("data"));
    Files.delete(Fixtures.labels(data, "t10k"));
    mnistFails("has no file t10k-labels-idx1-ubyte");
  }

  @Test
  void truncatedDataFile() {
    Path data = Fixtures.mnist(folder.resolve("data"));
    bytes(Fixtures.pictures(data, "train"), idx(5000, 0x803, 10, 28, 28));
    mnistFails("cut short: its header 10×28×28 needs 7840 bytes of data, got 5000");
  }

  @Test
  void truncatedCompressedDataFile() throws IOException {
    Path data = Fixtures.mnist(folder.resolve("data"));
    Files.delete(Fixtures.pictures(data, "train"));
    byte[] head = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 1};
    bytes(data.resolve("train-images-idx3-ubyte.gz"), head);
    mnistFails("train-images-idx3-ubyte.gz: ");
  }

  @Test
  void wrongMagicNumber() {
    Path data = Fixtures.mnist(folder.resolve("data"));
    bytes(Fixtures.pictures(data, "train"), idx(7840, 0x777, 10, 28, 28));
    mnistFails("magic number 0x00000777");
  }

  @Test
  void countsThatDisagree() {
    Path data = Fixtures.mnist(folder.resolve("data"));
    bytes(Fixtures.labels(data, "train"), idx(9, 0x801, 9));
    mnistFails("10 pictures, but 9 labels");
  }

  @Test
  void absurdDimensions() {
    Path data = Fixtures.mnist(folder.resolve("data"));
    bytes(Fixtures.pictures(data, "train"), idx(0, 0x803, Integer.MAX_VALUE, 65536, 65536));
    mnistFails("which cannot be right");
  }

  @Test
  void labelBeyondTheClasses() {
    Path data = Fixtures.mnist(folder.resolve("data"));
    byte[] labels = idx(10, 0x801, 10);
    labels[12] = 10;
    bytes(Fixtures.labels(data, "train"), labels);
    mnistFails("label 10 at position 4");
  }

  private void folderFails(String message) {
    fails(message, "train", "lenet5", "--data", "folder", "--data-dir", path("data"));
  }

  @Test
  void folderOfOneClass() {
    picture(folder.resolve("data/cat/1.png"), 28, 28);
    folderFails("1 folders of classes, expected two or more");
  }

  @Test
  void emptyClass() throws IOException {
    picture(folder.resolve("data/cat/1.png"), 28, 28);
    picture(folder.resolve("data/cat/2.png"), 28, 28);
    Files.createDirectories(folder.resolve("data/dog"));
    folderFails("class dog has no readable pictures");
  }

  @Test
  void picturesThatAreNone() {
    text(folder.resolve("a.png"), "not a picture");
    fails("a.png: not a picture that can be read", "predict", model().toString(), path("a.png"));
    fails("a.png: not a picture that can be read", "kernels", path("a.png"), "--all");
    assertThat(folder.resolve("a-kernels.png")).doesNotExist();
  }

  @Test
  void truncatedPicture() {
    picture(folder.resolve("whole.png"), 60, 60);
    Fixtures.halved(folder.resolve("whole.png"), folder.resolve("half.png"));
    fails("half.png: ", "predict", model().toString(), path("half.png"));
  }

  @Test
  void kernelsThatDoNotFit() {
    String picture = picture(folder.resolve("p.png"), 4, 4).toString();
    fails(
        "kernel of 5×5 is larger than the picture of 4×4",
        "kernels",
        picture,
        "--kernel",
        "unsharp");
    fails("row 2 has 2 weights, the first row has 3", "kernels", picture, "--kernel", "1 2 3; 4 5");
    fails("\"sobel-lft\"; did you mean sobel-left?", "kernels", picture, "--kernel", "sobel-lft");
    fails("x", "kernels", picture, "--kernel", "1 x; 2 3");
    fails("stride 0, expected is 1 or more", "kernels", picture, "--kernel", "1", "--stride", "0");
    fails("lbp is a rule, not one kernel", "kernels", picture, "--kernel", "lbp", "--stride", "2");
    fails("--all takes no --border", "kernels", picture, "--all", "--border", "zero");
  }

  @Test
  void modelThatIsNone() {
    String picture = picture(folder.resolve("p.png"), 28, 28).toString();
    text(folder.resolve("m.safetensors"), "hello, this is no model");
    fails("a text file, not a safetensors file", "predict", path("m.safetensors"), picture);
    text(folder.resolve("m.safetensors"), "version https://git-lfs.github.com/spec/v1\noid x\n");
    for (String command : List.of("eval", "summary", "inspect", "train lenet5 --from", "train")) {
      fails("a pointer of Git LFS", join(command, path("m.safetensors")));
    }
    fails(
        ": a folder without model.safetensors or model.onnx, expected a model file or the"
            + " output folder of a training",
        "predict",
        folder.toString(),
        picture);
    text(folder.resolve("net.ONNX"), "x");
    fails(
        "output folder of a training; it holds m.safetensors, net.ONNX",
        "predict",
        folder.toString(),
        picture);
    for (String name : List.of("det1", "det2", "det3")) {
      text(folder.resolve(name + ".caffemodel"), "x");
    }
    fails(
        "det1, det2 and det3 are those of MTCNN, which predict reads with --task mtcnn",
        join("convert --task mtcnn", folder.toString(), path("x.onnx")));
    text(folder.resolve("history.csv"), "epoch,loss,accuracy\n1,2.3,0.1\n");
    fails("not a network of a known format", "predict", path("history.csv"), picture);
    fails("not a network of a known format", "eval", path("history.csv"));
    fails("'x' is not a whole number", "train", "lenet5", "--epochs", "x");
    fails("'x' is not a number", "train", "lenet5", "--lr", "x");
  }

  @Test
  void truncatedModel() {
    Fixtures.halved(model(), folder.resolve("m.safetensors"));
    String picture = picture(folder.resolve("p.png"), 28, 28).toString();
    fails(": cut short", "predict", path("m.safetensors"), picture);
  }

  private void changedModel(Map<String, String> changes) {
    Safetensors content = Safetensors.read(model());
    Map<String, String> metadata = new LinkedHashMap<>(content.metadata());
    metadata.putAll(changes);
    new Safetensors(content.tensors(), metadata).write(folder.resolve("m.safetensors"));
  }

  @Test
  void modelOfAnotherNetwork() {
    changedModel(Map.of("net", "lenet-like"));
    fails("belongs to another network", "eval", path("m.safetensors"));
    changedModel(Map.of("net", "hal9000"));
    fails("its network \"hal9000\" is not known", "eval", path("m.safetensors"));
    reading(Map.of("net", "lenet6"), "\"lenet6\" is not known; did you mean lenet5?");
    Throwable longest = reading(Map.of("net", "x".repeat(200_000)), "x…\" is not known");
    assertThat(String.valueOf(longest.getMessage()).length()).isLessThan(1000);
    changedModel(Map.of("labels", "a\nb\nc"));
    fails("belongs to another network", "predict", path("m.safetensors"), path("p.png"));
  }

  private Throwable reading(Map<String, String> changes, String message) {
    changedModel(changes);
    Path file = folder.resolve("m.safetensors");
    Throwable t = catchThrowable(() -> ModelFile.read(file));
    assertThat(t)
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(message);
    return t;
  }

  @Test
  void controlCharactersOfLabelsAreNotShown() {
    changedModel(Map.of("labels", "a\u009b31m\nb\u202e\nc\u001b[2J"));
    assertThat(ModelFile.read(folder.resolve("m.safetensors")).labels())
        .containsExactly("a?31m", "b?", "c?[2J");
  }

  /** Finite weights may be so large that no output is a number. */
  @Test
  void modelWhoseWeightsAreTooLarge() {
    Safetensors content = Safetensors.read(model());
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    content
        .tensors()
        .forEach((name, t) -> tensors.put(name, Tensor.full(t.shape(), Float.MAX_VALUE)));
    new Safetensors(tensors, content.metadata()).write(folder.resolve("m.safetensors"));
    String picture = picture(folder.resolve("p.png"), 28, 28).toString();
    String message = "m.safetensors: gives a probability that is no finite number for ";
    fails(message, "predict", path("m.safetensors"), picture, "--json");
    String[] eval = {"eval", path("m.safetensors"), "--limit=8", "--tta=shift:1", "--json"};
    assertThat(Command.in(folder).succeeds(eval).lastJson())
        .containsEntry("loss", Json.Null.NULL)
        .containsEntry("calibration_error", Json.Null.NULL);
  }

  @Test
  void memoryThatDoesNotSufficeIsToldByCommand() {
    assertThat(outOfMemory("train", "lenet5")).contains("use a smaller --batch or --limit");
    assertThat(outOfMemory("--debug", "predict")).contains("use smaller pictures");
    assertThat(outOfMemory("doctor")).contains("out of memory; give the JVM more, as in");
  }

  private static String outOfMemory(String... args) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Errors errors = new Errors(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    assertThat(errors.report(new OutOfMemoryError(), List.of(args))).isEqualTo(1);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void modelWithoutDescription() {
    Map<String, Tensor> tensors = new HashMap<>();
    tensors.put("weight", Tensor.zeros(Shape.of(2)));
    new Safetensors(tensors, Map.of()).write(folder.resolve("m.safetensors"));
    fails("which fit no network of the zoo; tell which with --net", "eval", path("m.safetensors"));
  }

  private static String grey(int size) {
    return Preprocessing.scaled(Shape.of(28, 28, 1)).toText().replace("28", Integer.toString(size));
  }

  @Test
  void modelWithAbsurdDescription() {
    changedModel(Map.of("preprocessing", "{\"height\":99999999,\"width\":28}"));
    fails("preprocessing", "eval", path("m.safetensors"));
    reading(
        Map.of("preprocessing", grey(65536)), "preprocessing: shape [65536, 65536, 1] has more");
    changedModel(Map.of("preprocessing", grey(9)));
    fails("m.safetensors: lenet5 cannot be built as it says: ", "eval", path("m.safetensors"));
    changedModel(Map.of("preprocessing", "{"));
    fails("preprocessing", "eval", path("m.safetensors"));
  }

  @Test
  void labelsThatDoNotFit() {
    String picture = picture(folder.resolve("p.png"), 28, 28).toString();
    text(folder.resolve("labels.txt"), "one\ntwo\n");
    fails(
        "labels.txt: 2 labels, the model has 10 classes",
        "predict",
        model().toString(),
        picture,
        "--labels",
        path("labels.txt"));
    fails(
        "none.txt: cannot be read: no such file",
        "predict",
        model().toString(),
        picture,
        "--labels",
        path("none.txt"));
    fails("--top 0: 1 or more expected", "predict", model().toString(), picture, "--top", "0");
  }

  @Test
  void dataOfOtherClasses() {
    Fixtures.mnist(folder.resolve("data"));
    fails(
        "data set fashion-mnist has 10 classes T-shirt/top",
        "eval",
        model().toString(),
        "--data",
        "fashion-mnist",
        "--data-dir",
        path("data"));
  }

  @Test
  void checkpointOfAnotherTraining() {
    byte[] before = Fixtures.read(trained.resolve("checkpoint.safetensors"));
    String[] resume = {"--limit", "64", "--epochs", "1", "--resume", "--out", trained.toString()};
    fails("net was lenet5, is cnn", join("train cnn", resume));
    fails("is of another training: seed was", join("train lenet5 --seed 7", resume));
    fails(
        "is of another training: batch size was 64, is 32",
        join("train lenet5 --batch 32", resume));
    fails(
        "is of another training: convolutions was auto, is direct",
        join("train lenet5 --conv direct", resume));
    assertThat(Fixtures.read(trained.resolve("checkpoint.safetensors"))).isEqualTo(before);
  }

  private static String[] join(String first, String... more) {
    return Stream.concat(Stream.of(first.split(" ")), Stream.of(more)).toArray(String[]::new);
  }

  @Test
  void outputThatCannotBeWritten() throws IOException {
    text(folder.resolve("file"), "here");
    fails(
        "a file stands where a folder is needed",
        "train",
        "lenet5",
        "--limit",
        "64",
        "--out",
        path("file"));
    fails("cannot be written", "train", "lenet5", "--limit", "64", "--out", path("file/inside"));
    Files.createDirectories(folder.resolve("taken/model.safetensors"));
    fails(
        "model.safetensors is a folder",
        "train",
        "lenet5",
        "--limit",
        "64",
        "--out",
        path("taken"));
    String picture = picture(folder.resolve("p.png"), 9, 9).toString();
    fails("cannot be written", "kernels", picture, "--kernel", "box", "--out", path("file/a.png"));
    assertThat(folder.resolve("file")).hasContent("here");
  }

  @Test
  void fullDiskIsFoundBeforeTrainingAndLeavesTheOldModel() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    Files.copy(model(), out.resolve("model.safetensors"));
    Command limited = ProcessCommand.in(folder).brief().withLargestFile(500);
    check(
        limited, "cannot be written", "train", "lenet5", "--limit", "64", "--out", out.toString());
    assertThat(out.resolve("model.safetensors")).hasSameBinaryContentAs(model());
    assertThat(out).isDirectoryNotContaining("glob:**/*.tmp");
  }

  @Test
  void damagedCheckpoint() throws IOException {
    Path out = Files.createDirectories(folder.resolve("out"));
    Path checkpoint = trained.resolve("checkpoint.safetensors");
    Fixtures.halved(checkpoint, out.resolve("checkpoint.safetensors"));
    fails(
        ": cut short",
        "train",
        "lenet5",
        "--limit",
        "64",
        "--epochs",
        "1",
        "--resume",
        "--out",
        out.toString());
  }
}
