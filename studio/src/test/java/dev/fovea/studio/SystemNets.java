package dev.fovea.studio;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.Shapes;
import dev.fovea.systems.net.Plan;
import dev.fovea.systems.net.Setup;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.imageio.ImageIO;

/** Untrained vision systems for small drawn scenes, and pictures for them. */
final class SystemNets {
  private static final Shape INPUT = Shape.of(64, 64, 3);

  private SystemNets() {}

  private static LabelledData scenes(VisionSystem system) {
    Preprocessing rule = system.preprocessing(INPUT);
    LabelOptions options = LabelOptions.of(rule, system.markings().toArray(Marking[]::new));
    return Shapes.load(Seed.of(0), 20, 1, system.scenes(), options).train();
  }

  /** Returns the network of a system, whose weights were drawn. */
  static Model of(String name) {
    VisionSystem system = Systems.find(name);
    LabelledData drawn = scenes(system);
    Plan plan =
        Plan.of(drawn.things(), system.preprocessing(INPUT))
            .objects(drawn.targets().get(0).shape().dim(0))
            .width(0.25);
    Setup setup = system.setUp(system.fitted(plan, drawn));
    Model model = setup.used(setup.model(Seed.of(3), Engine.shared()));
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.put("labels", String.join("\n", drawn.things()));
    new InputRule(system.preprocessing(INPUT), false).put(texts);
    return model.withMetadata(texts);
  }

  /** Returns a drawn scene [64, 64, 3], values 0 … 255. */
  static Tensor scene() {
    Tensor scene = scenes(Systems.find("yolo-tiny")).read(3, Seed.of(0)).picture();
    for (int i = 0; i < scene.data().length; i++) {
      scene.data()[i] = Math.round(scene.data()[i]);
    }
    return scene;
  }

  /** Returns a picture as a PNG file. */
  static byte[] png(Tensor picture) throws IOException {
    BufferedImage image = Images.toBufferedImage(picture);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, "png", out);
    return out.toByteArray();
  }

  /** Opens a picture in a studio; returns its id. */
  static String open(RawHttp http, Tensor picture) throws IOException {
    RawHttp.Reply reply =
        http.post("/api/start/picture", png(picture), "Content-Type: application/octet-stream");
    return reply.body().replaceAll(".*\"id\":\"(p\\d+)\".*\\s*", "$1");
  }
}
