import dev.fovea.data.Sample;
import dev.fovea.systems.label.*;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.*;
import java.util.stream.Stream;

/**
 * Writes the drawn scenes {@code shapes}, as systems learn from them, in COCO's form for
 * mask_twin.py and pose_twin.py: {@code fovea run bench/peers/shapes_writer.java OUT [LEAST MOST]}.
 *
 * <p>With LEAST and MOST there are so many figures in a picture, as for systems that find key
 * points; otherwise the scenes are those of detectors. OUT is a new folder with {@code
 * annotations/person_keypoints_train.json}, {@code images/train} and the same of {@code test}.
 */
void main(String[] args) throws IOException {
  if (args.length != 1 && args.length != 3) {
    throw new IllegalArgumentException(
        "shapes_writer: OUT, or OUT LEAST MOST expected, got " + String.join(" ", args));
  }
  SceneCast cast = args.length == 1
      ? SceneCast.usual()
      : SceneCast.figures(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
  LabelSplit split = Shapes.load(
      Seed.of(0), Shapes.TRAIN, Shapes.TEST, cast,
      LabelOptions.of(Shapes.usualInput(), Marking.BOXES));
  Path files = Files.createTempDirectory("shapes");
  try {
    LabelSet set = Shapes.set(split);
    List<LabelledPicture> pictures = new ArrayList<>();
    for (LabelledPicture p : set.pictures()) {
      pictures.add(
          new LabelledPicture(
              files.resolve(p.file().getFileName()),
              p.part(), p.size(), p.objects(), p.pixels(), p.texts()));
    }
    for (LabelledData part : List.of(split.train(), split.test())) {
      for (int i = 0; i < part.size(); i++) {
        Sample sample = part.read(i, Seed.of(0));
        Images.writePng(files.resolve(part.labels(i).file().getFileName()), sample.picture());
      }
    }
    var lost = LabelWriter.write(
        new LabelSet("coco", set.names(), pictures, List.of()), "coco", Path.of(args[0]));
    System.out.println(pictures.size() + " pictures, not written: " + lost);
  } finally {
    try (Stream<Path> all = Files.walk(files)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
