package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.io.Json;
import dev.fovea.systems.label.LabelProblem.Outcome;
import dev.fovea.systems.mask.PixelBox;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.PartName;
import dev.fovea.vision.PictureHeader;
import dev.fovea.vision.Placement.Size;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads COCO's panoptic form (Kirillov et al., 2019): JSON that names the segments of a PNG file,
 * whose colours are their ids: red + 256 · green + 65536 · blue, 0 for none. A picture without an
 * annotation is left out, for nobody says what is in it.
 */
final class PanopticFormat {
  private static final int GREEN = 256;
  private static final int BLUE = 65536;

  private final Reading in;
  private final Path json;
  private final CocoFile coco;
  private final LabelNames names;
  private final Map<String, Path> named = new LinkedHashMap<>();
  private final Set<Path> maps = new HashSet<>();

  private PanopticFormat(Reading in, Path json, CocoFile coco, LabelNames names) {
    this.in = in;
    this.json = json;
    this.coco = coco;
    this.names = names;
  }

  static LabelSet read(Reading in) {
    Map<Path, CocoFile> files = new LinkedHashMap<>();
    for (Path f : chosen(in)) {
      CocoFile.read(f).filter(CocoFile::isPanoptic).ifPresent(c -> files.put(f, c));
    }
    if (files.isEmpty()) {
      throw in.none("no JSON file of COCO's panoptic form, with images and segments");
    }
    LabelNames names = names(files.values().stream().toList());
    List<LabelledPicture> pictures = new ArrayList<>();
    Set<Path> named = new HashSet<>();
    Set<Path> maps = new HashSet<>();
    files.forEach((f, c) -> {
      c.notes().forEach(n -> in.note(f, n));
      PanopticFormat one = new PanopticFormat(in, f, c, names);
      pictures.addAll(one.pictures());
      named.addAll(one.named.values());
      maps.addAll(one.maps);
    });
    in.noteUnnamed(named);
    in.noteSome(
        in.files().all(f -> in.files().isPanopticMap(f) && !maps.contains(f)),
        "maps of segments that no JSON file names, left out");
    return in.set("panoptic", names, pictures);
  }

  /** Of the JSON files those whose names say that they are of this form, else all. */
  private static List<Path> chosen(Reading in) {
    List<Path> all = in.files().all(f -> FileIndex.ending(f).equals("json"));
    List<Path> named = all.stream().filter(f -> FileIndex.stem(f).startsWith("panoptic")).toList();
    return named.isEmpty() ? all : named;
  }

  private static LabelNames names(List<CocoFile> files) {
    List<String> things = files.stream().flatMap(c -> c.classes(true).stream()).distinct().toList();
    Stream<String> stuff = files.stream().flatMap(c -> c.classes(false).stream()).distinct();
    List<String> all = Stream.concat(things.stream(), stuff).distinct().toList();
    return new LabelNames(things, all, Skeleton.NONE, List.of());
  }

  private List<LabelledPicture> pictures() {
    Set<String> near = new HashSet<>(in.files().folders(json));
    coco.images()
        .forEach((id, image) -> picture(image, near).ifPresent(file -> named.put(id, file)));
    List<LabelledPicture> pictures = new ArrayList<>();
    Set<String> annotated = new HashSet<>();
    for (int i = 0; i < coco.annotations().size(); i++) {
      int number = i + 1;
      Map<String, Object> a = coco.annotations().get(i);
      annotated.add(CocoFile.id(a, "image_id"));
      try {
        picture(number, a).ifPresent(pictures::add);
      } catch (FoveaException e) {
        drop(number, String.valueOf(e.getMessage()));
      }
    }
    in.noteSome(
        named.entrySet().stream()
            .filter(e -> !annotated.contains(e.getKey()))
            .map(Map.Entry::getValue)
            .toList(),
        "pictures without an annotation, left out");
    return pictures;
  }

  private void drop(int number, String text) {
    in.problems().add(new LabelProblem(json, number, text, Outcome.DROPPED));
  }

  private Optional<LabelledPicture> picture(int number, Map<String, Object> a) {
    String png = Json.string(Json.member(a, "file_name", "annotation"), "file_name");
    Optional<Path> map = in.files().told(png, withFolder(), in.files()::isPanopticMap);
    map.ifPresent(maps::add);
    Optional<Path> picture = Optional.ofNullable(named.get(CocoFile.id(a, "image_id")));
    if (map.isEmpty() || picture.isEmpty()) {
      drop(number, "%s: the %s is not there".formatted(png, map.isEmpty() ? "file" : "picture"));
      return Optional.empty();
    }
    Optional<PictureHeader> header = in.header(picture.get());
    return header.map(h -> {
      Segments segments = new Segments(number, a, map.get(), h.size());
      List<LabelledObject> objects = segments.objects();
      return new LabelledPicture(
          picture.get(),
          PartName.parse(FileIndex.stem(json)).map(PartName::part).or(() -> in.part(picture.get())),
          h.size(),
          objects,
          Optional.of(new SegmentMap(map.get(), h.size(), segments.classes)),
          List.of());
    });
  }

  private Optional<Path> picture(CocoFile.Image image, Set<String> near) {
    return in.files()
        .told(image.file(), near, f -> FileIndex.isPicture(f) && !in.files().isPanopticMap(f));
  }

  /** The PNG files of panoptic_val2017.json lie in panoptic_val2017. */
  private Set<String> withFolder() {
    Set<String> all = new HashSet<>(in.files().folders(json));
    all.add(FileIndex.stem(json));
    return all;
  }

  /** Returns the id of the segment of each pixel. */
  private static int[] ids(Path file, Size size) {
    Tensor stored = Images.readNumbers(file);
    Shape s = stored.shape();
    if (!s.equals(Shape.of(size.height(), size.width(), 3))) {
      throw new FoveaException(
          "%s: %s, colours of the picture's %s×%s pixels expected"
              .formatted(file, s.times(), size.height(), size.width()));
    }
    int[] ids = new int[size.height() * size.width()];
    for (int i = 0; i < ids.length; i++) {
      float[] v = stored.data();
      ids[i] = (int) v[3 * i] + GREEN * (int) v[3 * i + 1] + BLUE * (int) v[3 * i + 2];
    }
    return ids;
  }

  /** The segments of one picture. */
  private final class Segments {
    private final int number;
    private final Path map;
    private final Size size;
    private final List<Object> said;
    private final Map<Integer, Integer> classes = new HashMap<>();

    Segments(int number, Map<String, Object> a, Path map, Size size) {
      this.number = number;
      this.map = map;
      this.size = size;
      this.said = Json.array(Json.member(a, "segments_info", "annotation"), "segments_info");
    }

    List<LabelledObject> objects() {
      Numbered numbered = Numbered.of(ids(map, size), size);
      List<LabelledObject> objects = new ArrayList<>();
      for (Object o : said) {
        segment(Json.object(o, "segments_info"), numbered).ifPresent(objects::add);
      }
      Set<Integer> there = new HashSet<>(numbered.numbers.keySet());
      there.remove(0);
      there.removeAll(classes.keySet());
      if (!there.isEmpty()) {
        drop(number, "%s: %s segments that the JSON does not name".formatted(map, there.size()));
      }
      return objects;
    }

    private Optional<LabelledObject> segment(Map<String, Object> s, Numbered numbered) {
      long id = Json.integer(Json.member(s, "id", "segment"), "segment id");
      CocoFile.Category category = coco.categories().get(CocoFile.id(s, "category_id"));
      String fault =
          category == null
              ? "of a category that there is not"
              : !numbered.numbers.containsKey((int) id) || id == 0
                  ? "that the PNG does not have"
                  : "";
      if (category == null || !fault.isEmpty()) {
        drop(number, "%s: a segment %s %s".formatted(map, id, fault));
        return Optional.empty();
      }
      classes.put((int) id, names.classes().indexOf(category.name()));
      int thing = names.things().indexOf(category.name());
      boolean crowd = CocoFile.isCrowd(s);
      return thing < 0
          ? Optional.empty()
          : Optional.of(object(thing, crowd, numbered.pixels((int) id)));
    }

    private static LabelledObject object(int thing, boolean crowd, RunLengths runs) {
      return new LabelledObject(
          runs.box().orElseThrow().of(thing),
          Optional.of(new Region.Runs(runs)),
          runs.area(),
          crowd,
          false);
    }
  }

  /**
   * The segments of a map, numbered from 1 on.
   *
   * @param numbers the number of each id
   * @param map the number of each pixel [H, W]
   * @param boxes where the pixels of each number lie
   */
  private record Numbered(Map<Integer, Integer> numbers, Tensor map, List<PixelBox> boxes) {
    static Numbered of(int[] ids, Size size) {
      Map<Integer, Integer> numbers = new HashMap<>();
      Tensor map = Tensor.zeros(Shape.of(size.height(), size.width()));
      for (int i = 0; i < ids.length; i++) {
        map.data()[i] = numbers.computeIfAbsent(ids[i], id -> numbers.size() + 1);
      }
      return new Numbered(numbers, map, PixelBox.each(map, numbers.size()));
    }

    RunLengths pixels(int id) {
      int number = Objects.requireNonNull(numbers.get(id));
      return RunLengths.of(map, boxes.get(number - 1), number);
    }
  }

  /** The classes of pixels by the segments that they belong to. */
  private record SegmentMap(Path file, Size size, Map<Integer, Integer> bySegment)
      implements PixelLabels {
    @Override
    public Tensor classes() {
      int[] ids = ids(file, size);
      float[] numbers = new float[ids.length];
      for (int i = 0; i < ids.length; i++) {
        numbers[i] = bySegment.getOrDefault(ids[i], Mark.Mask.IGNORED);
      }
      return Tensor.of(Shape.of(size.height(), size.width()), numbers);
    }
  }
}
