package dev.fovea.systems.label;

import dev.fovea.data.Mark;
import dev.fovea.systems.mask.ConnectedComponents;
import dev.fovea.systems.mask.ConnectedComponents.Component;
import dev.fovea.systems.mask.ConnectedComponents.Neighbours;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.PictureHeader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads pictures with masks of the same names in a folder beside them: palettes and grey values are
 * numbers of classes, 255 is for pixels that nobody has labelled; masks of 0 and 255 alone are of a
 * background and what stands before it. What other values and colours stand for must be said.
 *
 * <p>The objects are the connected parts, of nine pixels or more, of each class but the first.
 */
final class MaskFormat {
  private static final Set<String> FOLDERS =
      Set.of(
          "masks",
          "mask",
          "labels",
          "annotations",
          "segmentationclass",
          "groundtruth",
          "ground_truth",
          "gt");

  private static final int LEVELS = 256;
  private static final int MOST_VALUES = 1000;
  private static final int LEAST_AREA = 9;

  private final Reading in;

  private MaskFormat(Reading in) {
    this.in = in;
  }

  static LabelSet read(Reading in) {
    return new MaskFormat(in).read();
  }

  /** A picture with its mask's file. */
  private record Pair(Path picture, PictureHeader header, Path mask) {}

  private LabelSet read() {
    SortedMap<Integer, Long> counts = new TreeMap<>();
    List<Pair> good = new ArrayList<>();
    for (Pair pair : pairs()) {
      codes(pair)
          .ifPresent(codes -> {
            count(codes, counts);
            good.add(pair);
          });
    }
    if (good.isEmpty()) {
      throw in.none("no pictures with masks of the same names in a folder such as masks");
    }
    MaskMeaning meaning = MaskMeaning.of(counts, in.given(), in.maskValues(), in.files().root());
    noteGreys(counts, meaning);
    List<LabelledPicture> pictures = good.stream().map(p -> picture(p, meaning)).toList();
    List<String> things = meaning.names().subList(1, meaning.names().size());
    return in.set(
        "masks", new LabelNames(things, meaning.names(), Skeleton.NONE, List.of()), pictures);
  }

  /** Returns the codes of a mask's values; empty, with a problem, if it cannot be read. */
  private Optional<int[]> codes(Pair pair) {
    try {
      return Optional.of(MaskFile.codes(pair.mask, pair.header.size()));
    } catch (FoveaException e) {
      in.drop(pair.mask, String.valueOf(e.getMessage()).replace(pair.mask + ": ", ""));
      return Optional.empty();
    }
  }

  /** Adds how many pixels have each code; so many different ones are those of a photograph. */
  private void count(int[] codes, SortedMap<Integer, Long> counts) {
    Map<Integer, Long> own = new HashMap<>();
    for (int code : codes) {
      own.merge(code, 1L, Long::sum);
    }
    own.forEach((code, n) -> counts.merge(code, n, Long::sum));
    if (counts.size() > MOST_VALUES) {
      throw new FoveaException(
          "%s: masks of more than %s different colours: photographs, or masks in a form that changes"
                  .formatted(in.files().root(), MOST_VALUES)
              + " colours, such as JPEG");
    }
  }

  private void noteGreys(SortedMap<Integer, Long> counts, MaskMeaning meaning) {
    long greys = counts.subMap(1, LEVELS - 1).values().stream().mapToLong(n -> n).sum();
    if (meaning.threshold() > 0 && greys > 0) {
      in.note(
          in.files().root(),
          "masks have %s pixels of greys between 0 and 255, as from scaling: from %s on they are %s"
              .formatted(greys, meaning.threshold(), meaning.names().get(1)));
    }
  }

  private List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    List<Path> without = new ArrayList<>();
    Set<Path> used = new HashSet<>();
    for (Path picture : in.files().all(f -> FileIndex.isPicture(f) && !isMask(f))) {
      Optional<Path> mask = mask(picture);
      if (mask.isEmpty()) {
        without.add(picture);
      } else {
        used.add(mask.get());
        in.header(picture).ifPresent(h -> pairs.add(new Pair(picture, h, mask.get())));
      }
    }
    List<Path> alone =
        in.files().all(f -> FileIndex.isPicture(f) && isMask(f) && !used.contains(f));
    // Where nothing looks like a mask, pictures have labels of another form, or none.
    if (!used.isEmpty() || !alone.isEmpty()) {
      in.noteSome(without, "pictures without a mask, left out");
    }
    in.noteSome(alone, "masks without a picture, left out");
    return pairs;
  }

  private Optional<Path> mask(Path picture) {
    return in.files()
        .like(picture, f -> FileIndex.isPicture(f) && isMask(f))
        .or(() ->
            in.files()
                .like(
                    picture.resolveSibling(FileIndex.stem(picture) + "_mask.png"),
                    FileIndex::isPicture));
  }

  private boolean isMask(Path file) {
    boolean named = FileIndex.stem(file).toLowerCase(Locale.ROOT).endsWith("_mask");
    return named || in.files().folders(file).stream().anyMatch(FOLDERS::contains);
  }

  private LabelledPicture picture(Pair pair, MaskMeaning meaning) {
    MaskFile file = new MaskFile(pair.mask, pair.header.size(), meaning);
    return new LabelledPicture(
        pair.picture,
        in.part(pair.picture),
        pair.header.size(),
        objects(file.classes()),
        Optional.of(file),
        List.of());
  }

  private static List<LabelledObject> objects(Tensor classes) {
    Tensor things = classes.copy();
    for (int i = 0; i < things.data().length; i++) {
      things.data()[i] = things.data()[i] == Mark.Mask.IGNORED ? 0 : things.data()[i];
    }
    ConnectedComponents parts =
        ConnectedComponents.of(things, Neighbours.EIGHT).atLeast(LEAST_AREA);
    List<LabelledObject> objects = new ArrayList<>();
    for (int i = 0; i < parts.components().size(); i++) {
      Component c = parts.components().get(i);
      Region region = new Region.Runs(parts.mask(i + 1));
      objects.add(
          new LabelledObject(
              c.box().of((int) c.value() - 1), Optional.of(region), c.area(), false, false));
    }
    return objects;
  }
}
