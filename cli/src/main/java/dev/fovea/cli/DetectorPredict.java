package dev.fovea.cli;

import dev.fovea.cli.DetectionFormat.Result;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.FileNames;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.systems.Detection;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement.Size;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks for objects in pictures, tells and draws them.
 *
 * @param finder finds objects
 * @param out where drawings or files of detections go
 * @param format the form of the files; drawings if empty
 * @param json whether a JSON object per picture is printed
 * @param failure tells why a picture was not looked at and returns the command's status
 */
record DetectorPredict(
    ObjectFinder finder,
    Optional<Path> out,
    Optional<DetectionFormat> format,
    boolean json,
    ToIntFunction<FoveaException> failure) {
  private static final String PNG = ".png";

  /** Returns the form in which a file's name asks for detections, none where it is a picture. */
  static Optional<DetectionFormat> format(Path out) {
    return Stream.of(DetectionFormat.JSON, DetectionFormat.CSV)
        .filter(f -> FileNames.hasEnding(out, "." + f.ending()))
        .findFirst();
  }

  /** Looks at all pictures; returns the command's status. */
  int predict(List<Path> pictures) {
    Optional<OutputFiles> files = files(pictures);
    List<Result> results = new ArrayList<>();
    Set<String> lost = new LinkedHashSet<>();
    PictureProgress progress = new PictureProgress(pictures.size(), json);
    int status = 0;
    for (int i = 0; i < pictures.size(); i++) {
      progress.show(i);
      try {
        Tensor picture = Images.read(pictures.get(i));
        List<Detection> found = finder.find().apply(pictures.get(i), picture);
        Result result = new Result(i + 1, pictures.get(i), Size.of(picture.shape()), found);
        if (isWhole()) {
          results.add(result);
        }
        format.ifPresent(f -> lost.addAll(f.lost(found)));
        Optional<Path> written = files.map(f -> f.fileOf(result.picture()));
        written.ifPresent(file -> write(file, result, picture));
        progress.erase();
        print(result, picture, written, pictures.size());
      } catch (FoveaException e) {
        progress.erase();
        status = Math.max(status, failure.applyAsInt(e));
      }
    }
    writeWhole(results);
    format.ifPresent(f -> tellLoss(f, lost));
    return status;
  }

  /** Returns whether one file is written of what is found in all pictures. */
  private boolean isWhole() {
    return out.isPresent() && format.filter(DetectionFormat::isWhole).isPresent();
  }

  private static void tellLoss(DetectionFormat format, Set<String> lost) {
    if (!lost.isEmpty()) {
      System.err.println(
          "fovea: %s are not written as %s, which has no place for them; coco and json have"
              .formatted(String.join(" and ", lost), format.name().toLowerCase(Locale.ROOT)));
    }
  }

  /** Returns the files of the pictures, if each gets one. */
  private Optional<OutputFiles> files(List<Path> pictures) {
    if (format.isPresent() && out.isEmpty()) {
      throw new FoveaException("--format: says how files are written; name them with --out");
    }
    String ending = format.map(f -> "." + f.ending()).orElse(PNG);
    return out.filter(_ -> !isWhole())
        .map(o -> OutputFiles.of("--out", o, OutputFiles.isFolder(o), pictures, ending));
  }

  private void write(Path file, Result r, Tensor picture) {
    if (format.isPresent()) {
      AtomicFiles.write(file, format.get().text(List.of(r)));
    } else {
      Images.writePng(file, drawing(r, picture));
    }
  }

  private BufferedImage drawing(Result r, Tensor picture) {
    return Drawing.of(picture).detections(r.found(), finder.skeleton()).image();
  }

  private void writeWhole(List<Result> results) {
    if (!isWhole()) {
      return;
    }
    DetectionFormat f = format.orElseThrow();
    Path to = out.orElseThrow();
    Path file = OutputFiles.isFolder(to) ? to.resolve("detections." + f.ending()) : to;
    OutputFiles.createFolderOf(file);
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
            .map(e -> e.getValue() + counted(e.getKey()))
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

  /** Returns what stands behind how many of a class there are. */
  static String counted(String label) {
    return isNumber(label) ? " × class " + label : " " + Text.oneLine(label);
  }

  /** Returns whether a class has no name: its label is its number then. */
  private static boolean isNumber(String label) {
    return label.matches("\\d{1,9}");
  }

  private static String line(Detection d) {
    return String.format(
        Locale.ROOT,
        "  %s%s %.1f %%  from (%.1f, %.1f) to (%.1f, %.1f)",
        isNumber(d.label()) ? "class " : "",
        Text.oneLine(d.label()),
        100 * d.score(),
        d.box().left(),
        d.box().top(),
        d.box().right(),
        d.box().bottom());
  }
}
