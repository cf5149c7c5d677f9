import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.systems.label.*;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.panoptic.*;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.Images;
import dev.fovea.vision.PartName.Part;
import java.io.IOException;
import java.nio.file.*;
import java.util.stream.Stream;

/**
 * Writes the drawn scenes {@code shapes}, as systems learn from them, in COCO's form for
 * mask_twin.py, panoptic_twin.py, pose_twin.py, paf_twin.py and keypoint_twin.py: {@code fovea run
 * bench/peers/shapes_writer.java OUT [LEAST MOST | panoptic SIDE]}.
 *
 * <p>With LEAST and MOST there are so many figures in a picture, as for systems that find key
 * points; otherwise the scenes are those of detectors. OUT is a new folder with {@code
 * annotations/person_keypoints_train.json}, {@code images/train} and the same of {@code test}. With
 * {@code panoptic} pictures are SIDE pixels high and wide, and {@code
 * annotations/panoptic_train.json} names the segments of the PNG files in {@code
 * annotations/panoptic_train}.
 */
void main(String[] args) throws IOException {
  if (args.length != 1 && args.length != 3) {
    throw new IllegalArgumentException(
        "shapes_writer: OUT, OUT LEAST MOST or OUT panoptic SIDE expected, got "
            + String.join(" ", args));
  }
  Path out = Path.of(args[0]);
  boolean panoptic = args.length == 3 && args[1].equals("panoptic");
  SceneCast cast = args.length == 1 || panoptic
      ? SceneCast.usual()
      : SceneCast.figures(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
  int side = panoptic ? Integer.parseInt(args[2]) : Shapes.SIZE;
  LabelSplit split = Shapes.load(
      Seed.of(0), Shapes.TRAIN, Shapes.TEST, cast,
      LabelOptions.of(Preprocessing.scaled(Shape.of(side, side, 3)), Marking.BOXES));
  Path files = Files.createTempDirectory("shapes");
  try {
    LabelSet set = drawn(split, files);
    Map<String, Integer> lost = new TreeMap<>(LabelWriter.write(set, "coco", out));
    if (panoptic) {
      lost.remove("masks of pictures");
      for (Part part : List.of(Part.TRAIN, Part.TEST)) {
        segments(
            set.names(),
            set.pictures().stream().filter(p -> p.part().orElseThrow() == part).toList(),
            out.resolve("annotations/panoptic_" + part.name().toLowerCase(Locale.ROOT)));
      }
    }
    System.out.println(set.pictures().size() + " pictures, not written: " + lost);
  } finally {
    try (Stream<Path> all = Files.walk(files)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}

/** Draws the pictures into a folder and returns them with their labels. */
LabelSet drawn(LabelSplit split, Path folder) throws IOException {
  LabelSet set = Shapes.set(split);
  List<LabelledPicture> pictures = new ArrayList<>();
  for (LabelledPicture p : set.pictures()) {
    pictures.add(
        new LabelledPicture(
            folder.resolve(p.file().getFileName()),
            p.part(), p.size(), p.objects(), p.pixels(), p.texts()));
  }
  for (LabelledData part : List.of(split.train(), split.test())) {
    for (int i = 0; i < part.size(); i++) {
      Sample sample = part.read(i, Seed.of(0));
      Images.writePng(folder.resolve(part.labels(i).file().getFileName()), sample.picture());
    }
  }
  return new LabelSet("coco", set.names(), pictures, List.of());
}

/** Writes the segments of pictures into a folder, and a JSON file of its name beside it. */
void segments(LabelNames names, List<LabelledPicture> pictures, Path folder) throws IOException {
  List<String> stuff = new ArrayList<>(names.classes());
  stuff.removeAll(names.things());
  PanopticTruth truth = new PanopticTruth(names.things(), stuff, names.classes());
  PanopticFile json = new PanopticFile(names.things(), stuff);
  Files.createDirectories(folder);
  for (LabelledPicture p : pictures) {
    PanopticMap map = truth.of(p);
    String name = p.file().getFileName().toString();
    Images.writePng(folder.resolve(name), PanopticFile.colours(map));
    json.add(name, name, new PanopticScene(map, List.of(), truth.classes()));
  }
  Files.writeString(folder.resolveSibling(folder.getFileName() + ".json"), json.json() + "\n");
}
