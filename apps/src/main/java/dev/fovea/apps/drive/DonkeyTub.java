package dev.fovea.apps.drive;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads a tub of the Donkey Car, version 2: the files {@code catalog_0.catalog}, {@code
 * catalog_1.catalog} … with a frame in each line as JSON, and the pictures in {@code images}.
 */
public final class DonkeyTub {
  private static final long MOST_BYTES = 1 << 28;
  private static final String IMAGES = "images";

  private DonkeyTub() {}

  /**
   * Reads the frames of a tub in the order in which they were driven.
   *
   * @param folder the folder of the catalogs
   * @param rule the size and channels in which pictures are read
   * @throws FoveaException if there is no catalog, a line is none of a frame, or a picture cannot
   *     be read
   */
  public static List<Frame> read(Path folder, Preprocessing rule) {
    List<Frame> frames = new ArrayList<>();
    int number = 0;
    Path catalog = catalog(folder, number);
    if (!Files.isRegularFile(catalog)) {
      throw new FoveaException(folder + ": no Donkey Car tub, it has no " + catalog.getFileName());
    }
    while (Files.isRegularFile(catalog)) {
      List<String> lines = TextFile.read(catalog, MOST_BYTES).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          frames.add(frame(folder, rule, lines.get(i), catalog + ": line " + (i + 1)));
        }
      }
      number++;
      catalog = catalog(folder, number);
    }
    return frames;
  }

  private static Path catalog(Path folder, int number) {
    return folder.resolve("catalog_" + number + ".catalog");
  }

  private static Frame frame(Path folder, Preprocessing rule, String line, String where) {
    Map<String, Object> fields = Json.parseObject(line, where);
    double angle = Json.number(Json.member(fields, "user/angle", where), where + " user/angle");
    if (!(angle >= -1 && angle <= 1)) {
      throw new FoveaException(where + ": user/angle " + angle + ": −1 to 1 expected");
    }
    String image = "cam/image_array";
    String name = Json.string(Json.member(fields, image, where), where + " " + image);
    if (name.contains("/") || name.contains("\\") || name.startsWith(".")) {
      throw new FoveaException(where + ": " + image + ": the name of a file alone expected");
    }
    return new Frame(Images.read(folder.resolve(IMAGES).resolve(name), rule), angle);
  }
}
