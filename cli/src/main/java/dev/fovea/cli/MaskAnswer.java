package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.segment.Segmentation;
import dev.fovea.systems.segment.SegmentationMap;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.systems.segment.Tiling;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ClassMap;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placed;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Tells and writes the classes of pictures' pixels.
 *
 * @param network the network
 * @param tiling how pictures are cut into tiles, if they are
 * @param invert whether dark and light are swapped
 * @param top how many classes are told of a picture
 * @param json whether it is told as JSON
 * @param files where the classes are written to, if anywhere
 * @param overlays where the pictures with their classes in colours are written to, if anywhere
 * @param shown whether the picture with its classes in colours is shown in the terminal
 */
record MaskAnswer(
    NetworkFile network,
    Optional<Tiling> tiling,
    boolean invert,
    int top,
    boolean json,
    Optional<OutputFiles> files,
    Optional<OutputFiles> overlays,
    boolean shown) {

  /** Returns what tells and writes the classes of the pixels of some pictures. */
  static MaskAnswer of(NetworkFile network, PredictOptions options, List<Path> pictures) {
    return new MaskAnswer(
        network,
        options.tiles().ofPixels(),
        options.invert(),
        options.top(Integer.MAX_VALUE),
        options.json(),
        options.out().map(path -> MaskFiles.of("--out", path, pictures)),
        options.overlay().map(path -> MaskFiles.pictures("--overlay", path, pictures)),
        pictures.size() == 1 && !options.json() && Terminal.isInteractive());
  }

  /**
   * Reads a picture.
   *
   * @return what then answers about it, and last tells the answer
   * @throws dev.fovea.tensor.FoveaException if it cannot be read
   */
  Supplier<Runnable> read(Path picture) {
    Segmenter segmenter = Segmenter.of(network.model(), network.rule());
    if (tiling.isEmpty() && overlays.isEmpty() && !shown) {
      Placed placed = network.rule().place(picture);
      Placed seen = new Placed(inverted(placed.input()), placed.placement());
      return () -> {
        SegmentationMap map = segmenter.segment(seen);
        return () -> tell(picture, map);
      };
    }
    Tensor image = Images.read(picture);
    return () -> {
      Segmenter by = tiling.map(segmenter::tiled).orElse(segmenter);
      SegmentationMap map = by.segment(inverted(image));
      overlays.ifPresent(o -> Images.writePng(o.fileOf(picture), drawn(image, map)));
      return () -> {
        if (shown) {
          Terminal.print(Images.of(drawn(image, map)));
        }
        tell(picture, map);
      };
    };
  }

  private Tensor inverted(Tensor image) {
    return invert ? NetworkFile.negative(image) : image;
  }

  private BufferedImage drawn(Tensor image, SegmentationMap map) {
    List<String> names = IntStream.range(0, network.classes()).mapToObj(map::label).toList();
    return Drawing.of(image)
        .classes(new Segmentation(names).withoutBackground(map.classes()), names)
        .image();
  }

  private void tell(Path picture, SegmentationMap found) {
    ClassMap map = found.map();
    List<Integer> some = map.byShare().stream().limit(top).toList();
    Optional<Path> written = files.map(f -> MaskFiles.write(f.fileOf(picture), map));
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("image", picture.toString());
      fields.put("seen", map.knownShare());
      fields.put("classes", some.stream().map(c -> fields(map, c)).toList());
      written.ifPresent(f -> fields.put("file", f.toString()));
      overlays.ifPresent(o -> fields.put("overlay", o.name(picture).toString()));
      System.out.println(Json.write(fields));
      return;
    }
    List<String> words = new ArrayList<>();
    for (int c : some) {
      words.add((isNamed(c) ? label(c) : "class " + c) + percent(map.share(c)));
    }
    if (map.knownShare() < 1) {
      words.add("of the" + percent(map.knownShare()) + " that the network sees");
    }
    written.ifPresent(f -> words.add("written to " + Text.oneLine(f.toString())));
    overlays.ifPresent(o -> words.add("drawn in " + Text.oneLine(o.name(picture).toString())));
    System.out.println(Text.oneLine(picture.toString()) + ": " + String.join(", ", words));
  }

  private Map<String, Object> fields(ClassMap map, int c) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("index", c);
    fields.put("label", label(c));
    fields.put("share", map.share(c));
    return fields;
  }

  private boolean isNamed(int c) {
    return c < network.model().labels().size();
  }

  /** Returns the name of a class, its number if the model knows none. */
  private String label(int c) {
    return isNamed(c) ? Text.oneLine(network.model().labels().get(c)) : Integer.toString(c);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, " %.1f %%", 100 * share);
  }
}
