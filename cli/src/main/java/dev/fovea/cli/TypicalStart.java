package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.studio.Studio;
import dev.fovea.studio.StudioOptions;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.zoo.Zoo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * Uses the classes that most commands use, in a working folder that may be thrown away: what {@link
 * StartArchive} keeps.
 */
final class TypicalStart {
  private static final int SIDE = 64;

  private TypicalStart() {}

  /** Runs some commands; the status is 0 if they did what they should. */
  public static void main(String[] args) throws IOException {
    System.setProperty("java.awt.headless", "true");
    ImageIO.write(
        new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB),
        "png",
        Path.of("a.png").toFile());
    String model = "runs/lenet5-digits/model.safetensors";
    boolean done = LateStart.addVectors();
    for (List<String> command :
        List.of(
            List.of("--help"),
            List.of("train", "lenet5", "--limit", "100", "--epochs", "1"),
            List.of("summary", "resnet50"),
            List.of("predict", model, "a.png"),
            List.of("predict", model, "a.png", "--json"),
            List.of("eval", model, "--limit", "10"),
            List.of("convert", model, "a.onnx"),
            List.of("predict", "a.onnx", "a.png", "--scale", "1", "--mean", "0", "--std", "1"),
            List.of("inspect", "a.onnx"))) {
      done &= Main.run(command.toArray(String[]::new)) == 0;
    }
    predict("resnet18");
    predict("mobilenet");
    Studio.start(StudioOptions.usual().port(0)).close();
    System.exit(done ? 0 : Errors.FAILED);
  }

  private static void predict(String network) {
    Shape picture = Shape.of(SIDE, SIDE, 3);
    Model m = Model.build(Zoo.find(network).build(10), picture, Seed.of(1), Engine.shared());
    m.run(Tensor.zeros(picture.prepend(1)));
  }
}
