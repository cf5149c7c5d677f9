package dev.fovea.systems.label;

import dev.fovea.data.KeyPoint;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PartName;
import dev.fovea.vision.PictureHeader;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads labels in YOLO's form: a text file for each picture, of the same name, with an object in
 * each line. A picture without such a file has no objects.
 */
final class YoloFormat {
  private static final long LONGEST = 1 << 26;
  private static final Pattern YAML = Pattern.compile("ya?ml");

  private final Reading in;
  private final YoloConfig config;
  private final Skeleton skeleton;
  private final Set<Path> used = new HashSet<>();
  private int mostKind = -1;

  private YoloFormat(Reading in) {
    this.in = in;
    this.config = config(in, in.files().all(f -> YAML.matcher(FileIndex.ending(f)).matches()));
    List<String> joints = IntStream.range(0, config.joints()).mapToObj(i -> "point " + i).toList();
    this.skeleton = Skeleton.of(joints, List.of()).withMirrored(config.mirrored());
  }

  /**
   * Returns what data.yaml says, the outermost of several; else what the first file with names of
   * classes says, else the first: tools lay files of other settings beside it. Those may have any
   * form, so of several one that cannot be read is left out.
   */
  private static YoloConfig config(Reading in, List<Path> files) {
    Optional<Path> data =
        files.stream()
            .filter(f -> FileIndex.stem(f).equals("data"))
            .min(Comparator.comparingInt(Path::getNameCount));
    if (data.isPresent() || files.size() == 1) {
      return YoloConfig.read(data.orElseGet(files::getFirst));
    }
    Optional<YoloConfig> first = Optional.empty();
    for (Path file : files) {
      Optional<YoloConfig> config = oneOfSeveral(in, file);
      if (config.filter(c -> !c.names().isEmpty()).isPresent()) {
        return config.get();
      }
      first = first.or(() -> config);
    }
    return first.orElseGet(YoloConfig::none);
  }

  private static Optional<YoloConfig> oneOfSeveral(Reading in, Path file) {
    try {
      return Optional.of(YoloConfig.read(file));
    } catch (FoveaException e) {
      String reason = String.valueOf(e.getMessage()).replace(file.toString(), "");
      in.note(file, reason.replaceFirst("^:? ", "") + ": left out");
      return Optional.empty();
    }
  }

  static LabelSet read(Reading in) {
    return new YoloFormat(in).read();
  }

  private LabelSet read() {
    List<String> known = in.given().isEmpty() ? config.names() : in.given();
    List<LabelledPicture> pictures = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    for (Path file : in.files().pictures()) {
      Optional<PictureHeader> header = in.header(file);
      Optional<Path> text = in.files().like(file, YoloFormat::isLabels);
      if (header.isPresent() && text.isEmpty()) {
        without.add(file);
      }
      header.ifPresent(h -> pictures.add(picture(file, h, text, known)));
    }
    List<Path> alone = in.files().all(f -> isLabels(f) && !used.contains(f) && isNoList(f));
    if (used.isEmpty()) {
      throw in.none("no text file with the name of a picture, as YOLO has them");
    }
    in.noteSome(without, "pictures without a label file, taken to show no object");
    in.noteSome(alone, "label files without a picture, left out");
    return in.set("yolo", LabelNames.of(names(known), skeleton, List.of()), pictures);
  }

  private static boolean isLabels(Path file) {
    return FileIndex.ending(file).equals("txt");
  }

  /** Lists of pictures and of names lie beside the labels. */
  private static boolean isNoList(Path file) {
    String stem = FileIndex.stem(file);
    return PartName.parse(stem).isEmpty() && !stem.matches("_?classes|labels|(?i)readme.*");
  }

  private List<String> names(List<String> known) {
    if (!known.isEmpty()) {
      return known;
    }
    in.note(
        in.files().root(),
        "no data.yaml, classes.txt or other names of classes: their numbers are taken");
    return IntStream.rangeClosed(0, mostKind).mapToObj(Integer::toString).toList();
  }

  private LabelledPicture picture(
      Path file, PictureHeader header, Optional<Path> text, List<String> known) {
    PictureLabels out =
        new PictureLabels(text.orElse(file), file, header, Optional.empty(), in.problems());
    if (text.isPresent()) {
      used.add(text.get());
      List<String> lines = TextFile.read(text.get(), LONGEST).lines().toList();
      for (int i = 0; i < lines.size(); i++) {
        if (!lines.get(i).isBlank()) {
          line(out, i + 1, lines.get(i), known);
        }
      }
    }
    return in.picture(file, header, out.objects());
  }

  private void line(PictureLabels out, int number, String line, List<String> known) {
    try {
      YoloLine l = YoloLine.parse(line);
      if (!known.isEmpty() && l.kind() >= known.size()) {
        out.drop(
            number, "class %s of a set that has 0 to %s".formatted(l.kind(), known.size() - 1));
        return;
      }
      mostKind = Math.max(mostKind, l.kind());
      String name = known.isEmpty() ? "class " + l.kind() : known.get(l.kind());
      Size size = out.size();
      int joints = config.joints();
      double[] edges = l.edges(size, joints);
      List<KeyPoint> points = l.points(size, joints);
      Optional<Region> region =
          l.isOutline(joints)
              ? out.outline(number, name, List.of(l.outline(size)))
              : Optional.empty();
      out.add(
          number,
          name,
          l.kind(),
          edges,
          b -> new LabelledObject(b.withPoints(points), region, b.area(), false, false));
    } catch (FoveaException e) {
      out.drop(number, String.valueOf(e.getMessage()));
    }
  }
}
