package dev.fovea.systems.label;

import static dev.fovea.systems.label.PictureLabels.n;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.systems.label.LabelProblem.Outcome;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PartName;
import dev.fovea.vision.PictureHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads labels in COCO's JSON: boxes with masks, key points or captions. Files of segments are
 * those of the panoptic form.
 *
 * <p>Classes are places in the list of names in the order of ids. A picture without objects stays.
 * A key point (0, 0) is the middle of the first pixel, as COCO's whole numbers are meant.
 */
final class CocoFormat {
  /** From COCO's numbers of key points to points of the picture. */
  static final double POINT_OFFSET = 0.5;

  private final Reading in;
  private final Map<Path, CocoFile> files = new LinkedHashMap<>();
  private final Set<Path> named = new HashSet<>();

  private CocoFormat(Reading in) {
    this.in = in;
  }

  /** What a folder's JSON files are for, which their names say. */
  enum Content {
    OBJECTS("instances"),
    KEY_POINTS("keypoints"),
    CAPTIONS("captions");

    private final String word;

    Content(String word) {
      this.word = word;
    }
  }

  static LabelSet read(Reading in, Content content) {
    return new CocoFormat(in).read(content);
  }

  private LabelSet read(Content content) {
    boolean segments = false;
    for (Path f : chosen(content)) {
      Optional<CocoFile> file = CocoFile.read(f);
      segments |= file.filter(CocoFile::isPanoptic).isPresent();
      file.filter(c -> !c.isPanoptic()).ifPresent(c -> files.put(f, c));
    }
    if (files.isEmpty()) {
      throw in.none(
          "no JSON file of COCO's form, with images and annotations"
              + (segments ? "; those of segments are read as panoptic" : ""));
    }
    if (files.values().stream().allMatch(c -> c.images().isEmpty())) {
      throw new FoveaException(
          files.keySet().iterator().next() + ": \"images\" is empty; pictures expected");
    }
    Set<String> things = new LinkedHashSet<>(in.given());
    Skeleton skeleton = Skeleton.NONE;
    for (Map.Entry<Path, CocoFile> e : files.entrySet()) {
      things.addAll(in.given().isEmpty() ? e.getValue().classes(true) : List.of());
      skeleton = skeleton.joints().isEmpty() ? e.getValue().skeleton() : skeleton;
      e.getValue().notes().forEach(n -> in.note(e.getKey(), n));
    }
    List<String> classes = List.copyOf(things);
    List<LabelledPicture> pictures = new ArrayList<>();
    for (Map.Entry<Path, CocoFile> e : files.entrySet()) {
      pictures.addAll(new OneFile(e.getKey(), e.getValue(), classes, skeleton).pictures());
    }
    in.noteUnnamed(named);
    List<String> texts = pictures.stream().flatMap(p -> p.texts().stream()).toList();
    List<String> words = texts.isEmpty() ? List.of() : LabelNames.wordsOf(texts);
    return in.set("coco", LabelNames.of(classes, skeleton, words), pictures);
  }

  /** Of the files whose names say that they are of this content, else of all. */
  private List<Path> chosen(Content content) {
    List<Path> all = in.files().all(f -> FileIndex.ending(f).equals("json"));
    List<Path> named = all.stream().filter(f -> stem(f).contains(content.word)).toList();
    return named.isEmpty() ? all : named;
  }

  private static String stem(Path file) {
    return FileIndex.stem(file).toLowerCase(Locale.ROOT);
  }

  /** A picture that is there, by its id. */
  private record Found(String id, Path picture, PictureHeader header, PictureLabels labels) {}

  /** The pictures of one file. */
  private final class OneFile {
    private final Path file;
    private final CocoFile coco;
    private final List<String> classes;
    private final Skeleton skeleton;
    private final Map<String, PictureLabels> labels = new LinkedHashMap<>();
    private final Map<String, List<String>> texts = new LinkedHashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Optional<List<Long>> numbers;

    OneFile(Path file, CocoFile coco, List<String> classes, Skeleton skeleton) {
      this.file = file;
      this.coco = coco;
      this.classes = classes;
      this.skeleton = skeleton;
      this.numbers = classNumbers();
    }

    List<LabelledPicture> pictures() {
      List<Found> found = new ArrayList<>();
      coco.images()
          .forEach((id, image) -> {
            Optional<Path> picture = picture(image.file());
            picture.ifPresent(named::add);
            if (picture.isEmpty()) {
              in.drop(file, "the picture " + image.file() + " is not there");
            }
            picture
                .flatMap(in::header)
                .ifPresent(h -> {
                  PictureLabels own =
                      new PictureLabels(file, picture.get(), h, image.size(), in.problems());
                  found.add(new Found(id, picture.get(), h, own));
                  labels.put(id, own);
                });
          });
      for (int i = 0; i < coco.annotations().size(); i++) {
        annotation(i + 1, coco.annotations().get(i));
      }
      return found.stream().map(this::picture).toList();
    }

    private LabelledPicture picture(Found f) {
      return new LabelledPicture(
          f.picture,
          PartName.parse(FileIndex.stem(file)).map(PartName::part).or(() -> in.part(f.picture)),
          f.header.size(),
          f.labels.objects(),
          Optional.empty(),
          texts.getOrDefault(f.id, List.of()),
          ids(f.id));
    }

    /** Returns the ids of a picture and of all classes, if they are numbers. */
    private Optional<LabelledPicture.Numbers> ids(String id) {
      return isNumber(id)
          ? numbers.map(all -> new LabelledPicture.Numbers(Long.parseLong(id), all))
          : Optional.empty();
    }

    /** Returns the ids of all classes, if they are numbers. */
    private Optional<List<Long>> classNumbers() {
      Map<String, Long> byName = new HashMap<>();
      coco.categories()
          .forEach((number, category) -> {
            if (isNumber(number)) {
              byName.putIfAbsent(category.name(), Long.parseLong(number));
            }
          });
      return byName.keySet().containsAll(classes)
          ? Optional.of(classes.stream().map(byName::get).toList())
          : Optional.empty();
    }

    private static boolean isNumber(String id) {
      return id.matches("[0-9]{1,18}");
    }

    /** Returns the file of a picture: of several of the same name that in the nearest folder. */
    private Optional<Path> picture(String name) {
      Set<String> near = new HashSet<>(in.files().folders(file));
      PartName.parse(FileIndex.stem(file))
          .ifPresent(p -> near.add(stem(file).replaceAll(".*_", "")));
      return in.files()
          .told(name, near, f -> FileIndex.isPicture(f) && !in.files().isPanopticMap(f));
    }

    private void annotation(int number, Map<String, Object> a) {
      String image = CocoFile.id(a, "image_id");
      PictureLabels out = labels.get(image);
      String id = CocoFile.id(a, "id");
      if (!id.isEmpty() && !ids.add(id)) {
        in.problems()
            .add(
                new LabelProblem(
                    file, number, "the annotation id " + id + " occurs twice", Outcome.NOTED));
      }
      if (out == null) {
        if (!coco.images().containsKey(image)) {
          in.problems()
              .add(
                  new LabelProblem(
                      file, number, "there is no picture of the id " + image, Outcome.DROPPED));
        }
      } else if (a.get("caption") instanceof String caption) {
        texts.computeIfAbsent(image, i -> new ArrayList<>()).add(caption);
      } else {
        object(number, a, out);
      }
    }

    private void object(int number, Map<String, Object> a, PictureLabels out) {
      CocoFile.Category category = coco.categories().get(CocoFile.id(a, "category_id"));
      if (category == null) {
        out.drop(number, "there is no category of the id " + CocoFile.id(a, "category_id"));
        return;
      }
      String name = category.name();
      int kind = in.classOf(name, classes, out, number);
      if (kind < 0) {
        return;
      }
      try {
        double[] edges = edges(a);
        Optional<Region> region = region(number, name, a, out);
        List<KeyPoint> points = points(a);
        boolean crowd = CocoFile.isCrowd(a);
        out.add(
            number,
            name,
            kind,
            edges,
            b -> new LabelledObject(b.withPoints(points), region, area(a, b), crowd, false));
      } catch (FoveaException e) {
        out.drop(number, name + ": " + e.getMessage());
      }
    }

    private double[] edges(Map<String, Object> a) {
      if (!(a.get("bbox") instanceof List) && a.get("segmentation") instanceof List) {
        return around(polygons(a.get("segmentation")));
      }
      double[] b = numbers(Json.member(a, "bbox", "bbox"), "bbox");
      if (b.length != 4) {
        throw new FoveaException(
            "bbox of %s numbers, x, y, width, height expected".formatted(b.length));
      }
      if (!(b[2] > 0 && b[3] > 0)) {
        throw new FoveaException(
            "bbox %s, %s, %s, %s: width and height are not both above 0"
                .formatted(n(b[0]), n(b[1]), n(b[2]), n(b[3])));
      }
      return new double[] {b[0], b[1], b[0] + b[2], b[1] + b[3]};
    }

    private static double area(Map<String, Object> a, Box box) {
      return a.get("area") instanceof Number n ? n.doubleValue() : box.area();
    }

    private Optional<Region> region(
        int number, String name, Map<String, Object> a, PictureLabels out) {
      Object s = a.getOrDefault("segmentation", List.of());
      try {
        return s instanceof Map<?, ?>
            ? out.runs(number, name, RunLengths.fromJson(s, "run lengths"))
            : out.outline(number, name, polygons(s));
      } catch (FoveaException e) {
        out.note(number, name + ": its mask is left out: " + e.getMessage());
        return Optional.empty();
      }
    }

    private List<KeyPoint> points(Map<String, Object> a) {
      if (!(a.get("keypoints") instanceof List) || skeleton.joints().isEmpty()) {
        return List.of();
      }
      double[] k = numbers(a.get("keypoints"), "keypoints");
      if (k.length != 3 * skeleton.joints().size()) {
        throw new FoveaException(
            "keypoints of %s numbers, x, y, v of %s expected"
                .formatted(k.length, skeleton.joints().size()));
      }
      List<KeyPoint> points = new ArrayList<>();
      for (int i = 0; i < k.length / 3; i++) {
        Visibility v =
            k[3 * i + 2] == 2
                ? Visibility.VISIBLE
                : k[3 * i + 2] == 1 ? Visibility.HIDDEN : Visibility.ABSENT;
        points.add(new KeyPoint(k[3 * i] + POINT_OFFSET, k[3 * i + 1] + POINT_OFFSET, i, v));
      }
      return points;
    }
  }

  private static List<double[]> polygons(Object value) {
    List<double[]> parts = new ArrayList<>();
    for (Object part : Json.array(value, "segmentation")) {
      parts.add(numbers(part, "segmentation"));
    }
    return parts;
  }

  private static double[] around(List<double[]> parts) {
    double inf = Double.POSITIVE_INFINITY;
    double[] e = {inf, inf, -inf, -inf};
    for (double[] part : parts) {
      for (int i = 0; i + 1 < part.length; i += 2) {
        e[0] = Math.min(e[0], part[i]);
        e[1] = Math.min(e[1], part[i + 1]);
        e[2] = Math.max(e[2], part[i]);
        e[3] = Math.max(e[3], part[i + 1]);
      }
    }
    return e;
  }

  private static double[] numbers(@Nullable Object value, String where) {
    return Json.array(value == null ? List.of() : value, where).stream()
        .mapToDouble(v -> Json.number(v, where))
        .toArray();
  }
}
