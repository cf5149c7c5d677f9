package dev.fovea.cli;

import dev.fovea.cli.DetectionFormat.Result;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.FileNames;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.Detection;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for objects in pictures, tells and draws them.
 *
 * @param finder looks for objects in the file of a picture and the picture [H, W, C], its values 0
 *     … 255
 * @param skeleton the key points that objects have
 * @param out where drawings or files of detections go
 * @param format the form of the files; drawings if empty
 * @param json whether a JSON object per picture is printed
 * @param failure tells why a picture was not looked at and returns the command's status
 */
record DetectorPredict(
    BiFunction<Path, Tensor, List<Detection>> finder,
    Skeleton skeleton,
    Optional<Path> out,
    Optional<DetectionFormat> format,
    boolean json,
    ToIntFunction<FoveaException> failure) {
  private static final String PNG = ".png";
  private static final int BAR = 24;

  /** Returns the form in which a file's name asks for detections, none where it is a picture. */
  static Optional<DetectionFormat> format(@Nullable Path out) {
    String name = out == null ? "" : String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
    return name.endsWith(".json")
        ? Optional.of(DetectionFormat.JSON)
        : name.endsWith(".csv") ? Optional.of(DetectionFormat.CSV) : Optional.empty();
  }

  /** Looks at all pictures; returns the command's status. */
  int predict(List<Path> pictures) {
    requireOut(pictures);
    List<Result> results = new ArrayList<>();
    int status = 0;
    for (int i = 0; i < pictures.size(); i++) {
      try {
        Tensor picture = Images.read(pictures.get(i));
        List<Detection> found = finder.apply(pictures.get(i), picture);
        Result result = new Result(i + 1, pictures.get(i), Size.of(picture.shape()), found);
        results.add(result);
        print(result, picture, write(result, picture), pictures.size());
      } catch (FoveaException e) {
        status = Math.max(status, failure.applyAsInt(e));
      }
      progress(i + 1, pictures.size());
    }
    writeWhole(results);
    return status;
  }

  private void requireOut(List<Path> pictures) {
    if (format.isPresent() && out.isEmpty()) {
      throw new FoveaException("--format: says how files are written; name them with --out");
    }
    boolean folder = format.isEmpty() || !format.get().isWhole();
    if (out.isEmpty() || !folder) {
      return;
    }
    if (pictures.size() > 1 && !isFolder(out.get())) {
      throw new FoveaException(
          "--out %s: a folder for %s pictures expected".formatted(out.get(), pictures.size()));
    }
    Set<Path> files = new HashSet<>();
    for (Path picture : pictures) {
      Path file = file(picture);
      if (file.toAbsolutePath().normalize().equals(picture.toAbsolutePath().normalize())) {
        throw new FoveaException("--out " + file + ": is the picture itself");
      }
      if (!files.add(file)) {
        throw new FoveaException(
            "--out %s: several of the pictures would be written to %s".formatted(out.get(), file));
      }
    }
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path) || !String.valueOf(path.getFileName()).contains(".");
  }

  /** Returns the file of one picture. */
  private Path file(Path picture) {
    Path to = out.orElseThrow();
    String ending = format.map(f -> "." + f.ending()).orElse(PNG);
    return isFolder(to) ? to.resolve(FileNames.stem(picture) + ending) : to;
  }

  private Optional<Path> write(Result r, Tensor picture) {
    if (out.isEmpty() || format.filter(DetectionFormat::isWhole).isPresent()) {
      return Optional.empty();
    }
    Path file = file(r.picture());
    MaskFiles.createFolder(file.toAbsolutePath().resolveSibling(""));
    if (format.isPresent()) {
      AtomicFiles.write(file, format.get().text(List.of(r)));
    } else {
      Images.writePng(file, drawing(r, picture));
    }
    return Optional.of(file);
  }

  private BufferedImage drawing(Result r, Tensor picture) {
    return Drawing.of(picture).detections(r.found(), skeleton).image();
  }

  private void writeWhole(List<Result> results) {
    if (out.isEmpty() || format.filter(DetectionFormat::isWhole).isEmpty()) {
      return;
    }
    DetectionFormat f = format.get();
    Path file = isFolder(out.get()) ? out.get().resolve("detections." + f.ending()) : out.get();
    MaskFiles.createFolder(file.toAbsolutePath().resolveSibling(""));
    AtomicFiles.write(file, f.text(results));
    if (!json) {
      System.out.println("written to " + Text.oneLine(file.toString()));
    }
  }

  private void print(Result r, Tensor picture, Optional<Path> file, int count) {
    if (json) {
      System.out.println(Json.write(DetectionFormat.json(r)));
      return;
    }
    if (count == 1 && Terminal.isInteractive()) {
      Terminal.print(Images.of(drawing(r, picture)));
    }
    String counts =
        r.found().stream()
            .collect(
                Collectors.groupingBy(
                    Detection::label, java.util.TreeMap::new, Collectors.counting()))
            .entrySet()
            .stream()
            .map(e -> e.getValue() + " " + Text.oneLine(e.getKey()))
            .collect(Collectors.joining(", "));
    System.out.println(
        Text.oneLine(r.picture().toString())
            + ": "
            + (counts.isEmpty() ? "nothing found" : counts)
            + file.map(f -> ", written to " + Text.oneLine(f.toString())).orElse(""));
    if (count == 1) {
      r.found().forEach(d -> System.out.println(line(d)));
    }
  }

  private static String line(Detection d) {
    return String.format(
        Locale.ROOT,
        "  %s %.1f %%  from (%.1f, %.1f) to (%.1f, %.1f)",
        Text.oneLine(d.label()),
        100 * d.score(),
        d.box().left(),
        d.box().top(),
        d.box().right(),
        d.box().bottom());
  }

  private void progress(int done, int count) {
    if (count > 1 && !json && Terminal.isInteractive()) {
      int full = BAR * done / count;
      System.err.print(
          "\r\u001b[K" + "█".repeat(full) + "░".repeat(BAR - full) + " " + done + "/" + count);
      if (done == count) {
        System.err.print("\r\u001b[K");
      }
    }
  }
}
