package dev.fovea.systems.label;

import static java.util.stream.Collectors.joining;

import dev.fovea.io.Text;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.PartName;
import dev.fovea.vision.PartName.Part;
import dev.fovea.vision.PictureHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads labels in the form of Pascal VOC: an XML file for each picture, of the same name.
 *
 * <p>Columns and rows count from 1 and include the last; where a file of the set says 0, the
 * numbers of all files are those of edges, from 0 on. A box whose first number is not below the
 * last is dropped, as one without area. Lists in {@code ImageSets/Main} say which part a picture
 * belongs to.
 */
final class VocFormat {
  private static final long LONGEST_LIST = 1 << 26;

  private final Reading in;
  private final Map<Path, VocFile> labels = new LinkedHashMap<>();

  private VocFormat(Reading in) {
    this.in = in;
  }

  static LabelSet read(Reading in) {
    return new VocFormat(in).read();
  }

  private LabelSet read() {
    for (Path xml : in.files().all(f -> FileIndex.ending(f).equals("xml"))) {
      try {
        labels.put(xml, VocFile.read(xml));
      } catch (FoveaException e) {
        in.drop(xml, String.valueOf(e.getMessage()).replace(xml + ": ", ""));
      }
    }
    if (labels.isEmpty()) {
      throw in.none("no XML files of Pascal VOC");
    }
    boolean zero = zeroBased();
    List<String> classes = classes();
    Map<String, Part> lists = lists();
    List<LabelledPicture> pictures = new ArrayList<>();
    List<Path> unlisted = new ArrayList<>();
    Set<Path> used = new HashSet<>();
    labels.forEach((xml, voc) -> {
      Optional<LabelledPicture> picture = picture(xml, voc, classes, zero);
      picture.ifPresent(p -> used.add(p.file()));
      if (picture.isPresent() && !lists.isEmpty() && !lists.containsKey(FileIndex.stem(xml))) {
        unlisted.add(xml);
      } else {
        picture.map(p -> inPart(p, lists.get(FileIndex.stem(xml)))).ifPresent(pictures::add);
      }
    });
    in.noteSome(unlisted, "pictures in no list of ImageSets/Main, left out");
    in.noteSome(
        in.files().pictures().stream().filter(f -> isOfObjects(f) && !used.contains(f)).toList(),
        "pictures without an XML file, left out");
    return in.set("voc", LabelNames.of(classes), pictures);
  }

  /** The folders of masks beside the pictures hold PNG files of the same names. */
  private boolean isOfObjects(Path picture) {
    return in.files().folders(picture).stream().noneMatch(f -> f.startsWith("segmentation"));
  }

  private boolean zeroBased() {
    Optional<Path> first =
        labels.entrySet().stream()
            .filter(e -> e.getValue().objects().stream().anyMatch(VocFile.Entry::hasZero))
            .map(Map.Entry::getKey)
            .findFirst();
    first.ifPresent(f -> in.note(f, "counts pixels from 0: so are those of all files taken"));
    return first.isPresent();
  }

  private List<String> classes() {
    if (!in.given().isEmpty()) {
      return in.given();
    }
    TreeSet<String> names = new TreeSet<>();
    labels
        .values()
        .forEach(f ->
            f.objects().stream()
                .map(VocFile.Entry::name)
                .filter(n -> !n.isBlank())
                .forEach(names::add));
    return List.copyOf(names);
  }

  /** Returns the parts of pictures by name, from lists of that name; trainval says nothing new. */
  private Map<String, Part> lists() {
    Map<String, Part> parts = new HashMap<>();
    for (Path list : in.files().all(this::isList)) {
      Optional<Part> part =
          PartName.parse(FileIndex.stem(list)).filter(p -> p.of().isEmpty()).map(PartName::part);
      part.ifPresent(p ->
          TextFile.read(list, LONGEST_LIST)
              .lines()
              .map(l -> l.strip().split("\\s+", 2)[0])
              .filter(n -> !n.isEmpty())
              .forEach(n -> parts.put(n, p)));
    }
    return parts;
  }

  private boolean isList(Path file) {
    List<String> folders = in.files().folders(file);
    return FileIndex.ending(file).equals("txt")
        && folders.contains("imagesets")
        && folders.contains("main");
  }

  private static LabelledPicture inPart(LabelledPicture p, @Nullable Part part) {
    return part == null
        ? p
        : new LabelledPicture(
            p.file(), Optional.of(part), p.size(), p.objects(), p.pixels(), p.texts());
  }

  private Optional<LabelledPicture> picture(
      Path xml, VocFile voc, List<String> classes, boolean zero) {
    Optional<Path> file = in.files().like(xml, f -> FileIndex.isPicture(f) && isOfObjects(f));
    if (file.isEmpty()) {
      in.drop(xml, "there is no picture of this name");
      return Optional.empty();
    }
    Optional<PictureHeader> header = in.header(file.get());
    return header.map(h -> {
      PictureLabels out = new PictureLabels(xml, file.get(), h, voc.size(), in.problems());
      for (int i = 0; i < voc.objects().size(); i++) {
        add(out, i + 1, voc.objects().get(i), classes, zero);
      }
      return in.picture(file.get(), h, out.objects());
    });
  }

  private void add(
      PictureLabels out, int number, VocFile.Entry o, List<String> classes, boolean zero) {
    String fault = o.fault();
    if (!fault.isEmpty()) {
      out.drop(number, fault);
      return;
    }
    int kind = in.classOf(o.name(), classes, out, number);
    if (kind < 0) {
      return;
    }
    out.add(
        number,
        o.name(),
        kind,
        o.edges(zero),
        o.said().stream().map(Text::shown).collect(joining(", ")),
        b -> new LabelledObject(b, Optional.empty(), b.area(), false, o.difficult()));
  }
}
