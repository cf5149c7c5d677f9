package dev.fovea.cli;

import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.sigmoid;
import static dev.fovea.nn.Losses.binaryCrossEntropyOfProbabilities;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.train.Epochs.epochs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.io.Json;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Loss;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Trainer;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.UNet;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The commands on networks that classify pixels: here the bright ones, of class 1. */
final class MaskCommandTest {
  private static final int SIDE = 16;
  private static final Preprocessing RULE = Preprocessing.scaled(Shape.of(SIDE, SIDE, 1));

  @WorkingFolder private Path folder;

  private Command command() {
    return Command.in(folder);
  }

  /** Bright rectangles on dark ground. */
  private record Rectangles(int size) implements Dataset {
    @Override
    public Shape inputShape() {
      return RULE.shape();
    }

    @Override
    public List<Target> targets() {
      return List.of(Target.mask(SIDE, SIDE));
    }

    @Override
    public Optional<Preprocessing> normalization() {
      return Optional.of(RULE);
    }

    @Override
    public Sample read(int index, Seed seed) {
      Rng rng = Seed.of(index).rng();
      int left = rng.nextInt(SIDE - 4);
      int top = rng.nextInt(SIDE - 4);
      Tensor picture = Tensor.zeros(inputShape());
      Tensor mask = Tensor.zeros(Shape.of(SIDE, SIDE));
      for (int i = 0; i < mask.data().length; i++) {
        boolean in = i % SIDE >= left && i / SIDE >= top;
        mask.data()[i] = in ? 1 : 0;
        picture.data()[i] = (in ? 200 : 0) + rng.nextInt(50);
      }
      return Sample.of(picture, new Mark.Mask(mask));
    }
  }

  /** Trains a few steps and writes the network with its classes. */
  private Model trained(String file, Layer network, Loss loss) {
    Model model =
        Model.build(network, RULE.shape(), Seed.of(3))
            .withMetadata(Map.of("labels", "ground\nobject", "preprocessing", RULE.toText()));
    Trainer.of(model, loss, adam(0.01)).fit(new Rectangles(32).batches(8), epochs(12));
    model.save(folder.resolve(file));
    return model;
  }

  /** Writes a picture whose right quarter is bright. */
  private Path picture(String name, int height, int width) {
    Tensor image = Tensor.zeros(Shape.of(height, width, 1));
    for (int i = 0; i < image.data().length; i++) {
      image.data()[i] = i % width >= 3 * width / 4 ? 220 : 20;
    }
    Path file = folder.resolve(name);
    Images.writePng(file, image);
    return file;
  }

  /** Returns the classes in a file of the command. */
  private int[] classes(String name, int height, int width) throws IOException {
    var raster = ImageIO.read(folder.resolve(name).toFile()).getRaster();
    assertThat(raster.getHeight()).isEqualTo(height);
    assertThat(raster.getWidth()).isEqualTo(width);
    assertThat(raster.getNumBands()).isEqualTo(1);
    return raster.getSamples(0, 0, width, height, 0, (int[]) null);
  }

  @Test
  void sharesClassesTilesAndOverlaysOfOneTraining() throws IOException {
    trained("net.onnx", UNet.of(2, 4, false), crossEntropy());
    tilesAndOverlays();
    picture("a.png", 40, 64);
    picture("b.png", 20, 8);
    assertThat(command().succeeds("predict", "net.onnx", "a.png", "--out", "a-map.png").text())
        .matches("a.png: ground 7[45]\\.. %, object 2[45]\\.. %, written to a-map.png");
    int[] map = classes("a-map.png", 40, 64);
    for (int i = 0; i < map.length; i++) {
      // Where they meet, the picture's pixels lie between those of the input.
      if (Math.abs(i % 64 - 47.5) > 2) {
        assertThat(map[i]).as("pixel %s", i).isEqualTo(i % 64 >= 48 ? 1 : 0);
      }
    }
    command()
        .succeeds(
            "predict", "net.onnx", "a.png", "b.png", "--out", "maps", "--resize", "letterbox");
    assertThat(classes("maps/a.png", 40, 64)[63]).isEqualTo(1);
    assertThat(classes("maps/b.png", 20, 8)).contains(0, 1).doesNotContain(255);
    // Cut, the middle 40 columns are seen: 64 - 40 = 24 are not, 15 of 24 bright ones among them.
    Map<String, Object> json =
        command()
            .succeeds(
                "predict", "net.onnx", "a.png", "--resize", "crop", "--json", "--out", "c.json")
            .lastJson();
    assertThat(json.get("seen")).isEqualTo(40 / 64.0);
    Object numbers = Json.parse(Files.readString(folder.resolve("c.json")), "c.json");
    assertThat(numbers.toString()).contains("shape=[40, 64]");
    command().succeeds("predict", "net.onnx", "a.png", "--out", "c.npy");
    assertThat(folder.resolve("c.npy")).hasSize(128 + 4 * 40 * 64);
    assertThat(command().succeeds("predict", "net.onnx", "a.png", "--raw").text())
        .contains("[1,2,16,16]: ");
  }

  /** Reads a picture larger than the network's input in tiles. */
  private void tilesAndOverlays() throws IOException {
    picture("large.png", 40, 70);
    assertThat(
            command()
                .succeeds(
                    "predict",
                    "net.onnx",
                    "large.png",
                    "--tile",
                    "16",
                    "--overlap",
                    "0.5",
                    "--out",
                    "m.png",
                    "--overlay",
                    "o.png")
                .text())
        .startsWith("large.png: ground 7")
        .endsWith("written to m.png, drawn in o.png");
    assertThat(classes("m.png", 40, 70)).contains(0, 1);
    Tensor overlay = Images.read(folder.resolve("o.png"));
    // Eight times as large, so that names can be read; the picture itself is grey.
    assertThat(overlay.shape()).isEqualTo(Shape.of(320, 560, 3));
    assertThat(overlay.data()[0]).isNotEqualTo(overlay.data()[2]);
    Map<String, Object> json =
        command()
            .succeeds("predict", "net.onnx", "large.png", "--overlay", "maps", "--json")
            .lastJson();
    assertThat(json).containsEntry("overlay", "maps/large.png");
  }

  @Test
  void oneNumberPerPixel() {
    trained(
        "net.onnx", sequence(UNet.of(1, 4, false), sigmoid()), binaryCrossEntropyOfProbabilities());
    picture("a.png", 16, 32);
    Map<String, Object> json =
        command().succeeds("predict", "net.onnx", "a.png", "--top", "1", "--json").lastJson();
    Object only = Json.array(Json.member(json, "classes", "json"), "classes").get(0);
    Map<String, Object> ground = Json.object(only, "class");
    assertThat(ground).containsEntry("label", "ground").containsEntry("index", 0L);
    // A few pixels at the edge may be wrong after so few steps.
    assertThat(Json.number(Json.member(ground, "share", "class"), "share"))
        .isCloseTo(0.75, within(0.02));
  }

  @Test
  void filesThatAreNotWritten() {
    Model.build(UNet.of(2, 2, false), RULE.shape(), Seed.of(3)).save(folder.resolve("net.onnx"));
    picture("a.png", 5, 5);
    picture("x/a.png", 5, 5);
    command()
        .fails("would overwrite the picture", "predict", "net.onnx", "a.png", "--out", "a.png");
    command().fails("would overwrite the picture", "predict", "net.onnx", "a.png", "--out", ".");
    command()
        .fails("would be written to", "predict", "net.onnx", "a.png", "x/a.png", "--out", "maps");
    command()
        .fails(
            "a folder for 2 pictures", "predict", "net.onnx", "a.png", "x/a.png", "--out", "m.png");
    command()
        .fails("ends in .png, .npy or .json", "predict", "net.onnx", "a.png", "--out", "m.tiff");
    command().fails("has classes of pictures", "eval", "net.onnx", "--data", "digits");
    command().fails("name a data set with --data", "eval", "net.onnx");
    command()
        .fails("a name that ends in .png", "predict", "net.onnx", "a.png", "--overlay", "o.npy");
    command()
        .fails("give their size with --tile", "predict", "net.onnx", "a.png", "--overlap", "0.1");
    command()
        .fails(
            "from 0 to below 0.9", "predict", "net.onnx", "a.png", "--tile", "9", "--overlap", "1");
    command().fails("does not suit a network", "predict", "net.onnx", "a.png", "--task", "classes");
    command().fails("did you mean mask?", "predict", "net.onnx", "a.png", "--task", "masks");
  }

  @Test
  void modelsOfTheZooAndConversions() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.putAll(
        new ModelFile("unet-small", List.of("sky", "sea"), new InputRule(RULE, false), "", "")
            .metadata());
    Zoo.find("unet-small")
        .model(Scale.full(2), RULE.shape(), Seed.of(1), Engine.shared())
        .withMetadata(texts)
        .save(folder.resolve("m.safetensors"));
    picture("a.png", 7, 9);
    assertThat(command().succeeds("predict", "m.safetensors", "a.png").text())
        .matches("a.png: (sky|sea) .*");
    command().succeeds("convert", "m.safetensors", "m.onnx");
    assertThat(command().succeeds("predict", "m.onnx", "a.png").text())
        .matches("a.png: (sky|sea) .*");
    command().succeeds("convert", "m.safetensors", "numbers.onnx", "--task", "regression");
    assertThat(Formats.read(folder.resolve("numbers.onnx")).model().output(0).task())
        .isEqualTo(Task.REGRESSION);
    assertThat(command().succeeds("predict", "numbers.onnx", "a.png").text())
        .contains("[1,2,16,16]: ");
    command().succeeds("convert", "numbers.onnx", "mask.onnx", "--task", "mask");
    assertThat(command().succeeds("predict", "mask.onnx", "a.png").text())
        .matches("a.png: (sky|sea) .*");
    foldersOfPictures();
  }

  /** Of a folder all pictures are answered, whatever the network tells. */
  private void foldersOfPictures() {
    picture("photos/b.png", 5, 5);
    picture("photos/c.png", 8, 4);
    for (String network : List.of("mask.onnx", "numbers.onnx")) {
      assertThat(command().succeeds("predict", network, "photos").text())
          .containsSubsequence("photos/b.png:", "photos/c.png:");
    }
    command().succeeds("predict", "mask.onnx", "photos", "--out", "of-folder");
    assertThat(folder.resolve("of-folder/c.png")).exists();
  }

  /** Writes 20 pictures of bright rectangles on dark ground with their masks of 0 and 255. */
  private void rectangles(String folderName) {
    Dataset drawn = new Rectangles(20);
    for (int i = 0; i < drawn.size(); i++) {
      Sample sample = drawn.read(i, Seed.of(0));
      Tensor mask = sample.mark(Mark.Mask.class).orElseThrow().classes().copy();
      for (int k = 0; k < mask.data().length; k++) {
        mask.data()[k] *= 255;
      }
      String name = "p%02d.png".formatted(i);
      Images.writePng(folder.resolve(folderName + "/images/" + name), sample.picture());
      Images.writePng(
          folder.resolve(folderName + "/masks/" + name), mask.reshape(Shape.of(SIDE, SIDE, 1)));
    }
  }

  private static double number(Map<String, Object> json, String name) {
    return Json.number(Json.member(json, name, "json"), name);
  }

  @Test
  void masksAreTrainedMeasuredAndFound() throws IOException {
    rectangles("data");
    String model = "out/model.safetensors";
    Command.Result training =
        command()
            .run(
                "train",
                "unet-small",
                "--data",
                "masks",
                "--data-dir",
                "data",
                "--epochs",
                "8",
                "--batch",
                "4",
                "--augment",
                "symmetry",
                "--json",
                "--out",
                "out");
    assertThat(training.err())
        .anyMatch(line -> line.matches("fovea: --batch 4: \\d+ batch norms .* or more, .*"));
    Map<String, Object> trained = training.lastJson();
    assertThat(number(trained, "iou")).isBetween(0.7, 1.0);
    Map<String, Object> measured =
        command()
            .succeeds("eval", model, "--data-dir", "data", "--json", "--plots", "plots")
            .lastJson();
    assertThat(number(measured, "iou")).isCloseTo(number(trained, "iou"), within(1e-9));
    assertThat(number(measured, "dice")).isCloseTo(number(trained, "dice"), within(1e-9));
    assertThat(number(measured, "samples")).isEqualTo(4);
    assertThat(folder.resolve("plots/worst.png")).isNotEmptyFile();
    assertThat(command().succeeds("eval", model, "--data-dir", "data").text())
        .startsWith("IoU ")
        .contains("background", "foreground");
    picture("large.png", 40, 70);
    assertThat(
            command()
                .succeeds(
                    "predict",
                    model,
                    "large.png",
                    "--tile",
                    "16",
                    "--overlap",
                    "0.5",
                    "--out",
                    "m.png",
                    "--overlay",
                    "o.png")
                .text())
        .contains("large.png: background ", "written to m.png, drawn in o.png");
    assertThat(classes("m.png", 40, 70)).contains(0, 1);
    Tensor overlay = Images.read(folder.resolve("o.png"));
    assertThat(overlay.shape()).isEqualTo(Shape.of(320, 560, 3));
    command()
        .fails(
            "not with classes of pixels",
            "train",
            "unet-small",
            "--data",
            "masks",
            "--split",
            "0.5");
    command().fails("classes of pictures, the network", "train", "unet-small", "--mixup", "0.2");
    command()
        .fails(
            "answers with classes of pictures",
            "train",
            "lenet5",
            "--data",
            "masks",
            "--data-dir",
            "data");
  }

  /** Writes ten dark pictures with a bright quarter that COCO's file outlines, and no plate. */
  private void outlines(String folderName) throws IOException {
    StringBuilder images = new StringBuilder();
    StringBuilder objects = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      picture(folderName + "/p" + i + ".png", 20, 32);
      String comma = i == 0 ? "" : ",";
      images.append(
          "%s{\"id\":%s,\"file_name\":\"p%s.png\",\"width\":32,\"height\":20}"
              .formatted(comma, i, i));
      objects.append(
          ("%s{\"id\":%s,\"image_id\":%s,\"category_id\":1,\"bbox\":[24,0,8,20],\"area\":160,"
                  + "\"iscrowd\":0,\"segmentation\":[[24,0,32,0,32,20,24,20]]}")
              .formatted(comma, i + 1, i));
    }
    Files.writeString(
        folder.resolve(folderName + "/all.json"),
        ("{\"images\":[%s],\"annotations\":[%s],\"categories\":[{\"id\":1,\"name\":\"lamp\"},"
                + "{\"id\":2,\"name\":\"plate\"}]}")
            .formatted(images, objects));
  }

  /** Outlines are painted in the pictures' size; of a class that is not there is no recall. */
  @Test
  void outlinesAreMeasuredInThePicturesSizeAndAbsentClassesHaveNoFigures() throws IOException {
    outlines("lamps");
    command()
        .run(
            "train",
            "unet-small",
            "--data=coco",
            "--data-dir=lamps",
            "--input=16x16x3",
            "--epochs=1",
            "--out=out");
    String[] eval = {"eval", "out/model.safetensors", "--data-dir=lamps", "--json"};
    Map<String, Object> measured = command().succeeds(eval).lastJson();
    List<Object> classes = Json.array(Json.member(measured, "classes", "json"), "classes");
    double pictures = number(measured, "samples");
    assertThat(classes.stream().map(c -> number(Json.object(c, "class"), "pixels")))
        .containsExactly(480 * pictures, 160 * pictures, 0.0);
    assertThat(Json.object(classes.get(2), "class"))
        .containsEntry("label", "plate")
        .containsEntry("recall", Json.Null.NULL);
    command()
        .fails(
            "data set coco has 2 classes background, lamp, the model knows 3: background, lamp,",
            "eval",
            "out/model.safetensors",
            "--data-dir=lamps",
            "--classes=lamp");
  }
}
