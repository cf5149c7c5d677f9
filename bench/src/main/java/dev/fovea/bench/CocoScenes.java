package dev.fovea.bench;

import dev.fovea.data.Box;
import dev.fovea.io.Json;
import dev.fovea.systems.measure.CocoResults;
import dev.fovea.systems.measure.Found;
import dev.fovea.systems.measure.Rectangle;
import dev.fovea.systems.measure.Truth;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Pictures with as many objects as those of COCO's validation part have, and what a detector might
 * find in them.
 *
 * @param truth what is in each
 * @param found what was found in each
 */
record CocoScenes(List<List<Truth>> truth, List<List<Found>> found) {
  static final int CLASSES = 80;
  private static final int MOST_OBJECTS = 15;
  private static final double SIDE = 500;

  /** Makes as many pictures, with as many detections in each. */
  static CocoScenes of(int pictures, int detections) {
    List<List<Truth>> truth = new ArrayList<>();
    List<List<Found>> found = new ArrayList<>();
    for (int p = 0; p < pictures; p++) {
      Rng random = Seed.of(14).split(p).rng();
      List<Truth> objects = new ArrayList<>();
      int n = random.nextInt(MOST_OBJECTS);
      for (int i = 0; i < n; i++) {
        objects.add(Truth.of(box(random)));
      }
      truth.add(objects);
      List<Found> all = new ArrayList<>();
      for (int i = 0; i < detections; i++) {
        boolean near = n > 0 && random.nextInt(2) == 0;
        all.add(near ? near(random, objects.get(random.nextInt(n))) : anywhere(random));
      }
      found.add(all);
    }
    return new CocoScenes(truth, found);
  }

  private static Box box(Rng random) {
    double left = hundredths(random.nextDouble() * SIDE);
    double top = hundredths(random.nextDouble() * SIDE);
    double width = hundredths(5 + random.nextDouble() * random.nextDouble() * SIDE);
    double height = hundredths(5 + random.nextDouble() * random.nextDouble() * SIDE);
    return new Box(left, top, left + width, top + height, random.nextInt(CLASSES));
  }

  private static Found anywhere(Rng random) {
    Box box = box(random);
    return Found.of(box.label(), random.nextDouble() / 2, Rectangle.of(box));
  }

  private static Found near(Rng random, Truth object) {
    Rectangle b = object.box();
    Rectangle moved =
        new Rectangle(
            hundredths(b.x() + b.width() * random.nextGaussian() / 10),
            hundredths(b.y() + b.height() * random.nextGaussian() / 10),
            hundredths(b.width() * (0.8 + 0.4 * random.nextDouble())),
            hundredths(b.height() * (0.8 + 0.4 * random.nextDouble())));
    return Found.of(object.label(), random.nextDouble(), moved);
  }

  private static double hundredths(double x) {
    return Math.rint(x * 100) / 100;
  }

  /** Writes both as COCO's files. */
  void write(Path truthFile, Path foundFile) throws IOException {
    List<Long> categories = IntStream.range(0, CLASSES).mapToObj(c -> c + 1L).toList();
    List<Object> images = new ArrayList<>();
    List<Object> annotations = new ArrayList<>();
    Map<Long, List<Found>> results = new LinkedHashMap<>();
    for (int p = 0; p < truth.size(); p++) {
      long id = p + 1L;
      images.add(Map.of("id", id));
      for (Truth t : truth.get(p)) {
        annotations.add(annotation(annotations.size() + 1L, id, t));
      }
      results.put(id, found.get(p));
    }
    List<Object> named = new ArrayList<>();
    categories.forEach(c -> named.add(Map.of("id", c)));
    Map<String, Object> all =
        Map.of("images", images, "annotations", annotations, "categories", named);
    Files.writeString(truthFile, Json.write(all));
    Files.writeString(foundFile, new CocoResults(results).write(categories));
  }

  private static Map<String, Object> annotation(long id, long image, Truth t) {
    Rectangle b = t.box();
    return Map.of(
        "id",
        id,
        "image_id",
        image,
        "category_id",
        t.label() + 1L,
        "bbox",
        List.of(b.x(), b.y(), b.width(), b.height()),
        "area",
        t.area(),
        "iscrowd",
        0L);
  }
}
