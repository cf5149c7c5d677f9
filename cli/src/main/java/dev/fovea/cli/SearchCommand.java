package dev.fovea.cli;

import dev.fovea.apps.search.Match;
import dev.fovea.apps.search.PictureIndex;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Finds the pictures of a folder that are like a picture. */
@Command(
    name = "search",
    header = "Find the pictures of a folder that look like a picture.",
    description = {
      "Pictures are compared by features: the last maps of the network of --model, averaged over"
          + " all places, or without a network histograms of gradients and colours. Those of the"
          + " folder are kept in an index on disk, where only new and changed pictures are looked"
          + " at again. It goes with the folder where that is moved. An index elsewhere is of one"
          + " folder; where that is not there any more, the index is taken for the new one, which"
          + " is told."
    },
    footer = {
      "",
      "Examples:",
      "  fovea search holidays cat.jpg --model squeezenet.onnx",
      "  fovea search holidays cat.jpg --count 20 --out like-cat.png"
    })
final class SearchCommand implements Runnable {
  private static final int CELL = 128;

  @Parameters(index = "0", paramLabel = "DIR", description = "A folder of pictures.")
  private Path folder;

  @Parameters(index = "1", paramLabel = "IMAGE", description = "A picture.")
  private Path picture;

  @Option(
      names = "--model",
      converter = ModelPath.class,
      paramLabel = "MODEL",
      description = "A network in a file.")
  private @Nullable Path model;

  @Option(
      names = "--layer",
      paramLabel = "PATH",
      description = "The layer whose maps are the features (the last with places).")
  private @Nullable String layer;

  @Option(
      names = "--index",
      paramLabel = "DIR",
      description = "The folder of the index (DIR/.fovea-index).")
  private @Nullable Path index;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "12",
      description = "How many pictures to find (12).")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "PNG",
      defaultValue = "search.png",
      description = "The sheet of what was found (search.png).")
  private Path out;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private InputOptions inputs;
  @Mixin private EngineOptions compute;

  @Override
  public void run() {
    LookedAt.requireEnding(out, ".png");
    int wantedCount = Range.atLeast("--count", count, 1);
    PictureFeatures features = PictureFeatures.of(model, layer, inputs, compute.engine());
    if (!Files.isDirectory(folder)) {
      throw new FoveaException(
          folder + (Files.exists(folder) ? ": a file, expected a folder" : ": no such folder"));
    }
    List<Path> pictures = PictureFiles.of(List.of(folder));
    float[] wanted = features.of(picture);
    Path place = index == null ? folder.resolve(".fovea-index") : index;
    long begin = System.nanoTime();
    try (PictureIndex all = PictureIndex.open(place, features.name(), folder)) {
      all.earlierPictures().ifPresent(earlier -> warn(place, earlier));
      List<String> problems = new ArrayList<>();
      int seen = update(all, pictures, features, problems);
      double seconds = (System.nanoTime() - begin) / 1e9;
      List<Match> found = all.nearest(wanted, wantedCount);
      Images.writePng(out, sheet(found).toImage());
      problems.forEach(System.err::println);
      tell(found, seen, seconds);
    }
  }

  private void warn(Path place, Path earlier) {
    System.err.println(
        "fovea: %s: was the index of the pictures in %s, which is not there; now of those in %s"
            .formatted(
                Text.oneLine(place.toString()),
                Text.oneLine(earlier.toString()),
                Text.oneLine(folder.toString())));
  }

  /** Brings the index up to date and returns how many pictures were looked at. */
  private static int update(
      PictureIndex index, List<Path> pictures, PictureFeatures features, List<String> problems) {
    Map<String, String> known = index.stamps();
    int seen = 0;
    for (Path file : pictures) {
      String name = file.getFileName().toString(); // the same however the folder is spelled
      String stamp = stamp(file);
      if (!stamp.equals(known.remove(name))) {
        try {
          index.put(name, stamp, features.of(file));
          seen++;
        } catch (FoveaException e) {
          index.remove(name); // what it was before is no longer there to be shown
          problems.add("left out: " + e.getMessage());
        }
      }
    }
    known.keySet().forEach(index::remove);
    return seen;
  }

  private static String stamp(Path file) {
    try {
      return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
    } catch (IOException e) {
      throw new FoveaException(file + ": " + AtomicFiles.reason(e), e);
    }
  }

  private ContactSheet sheet(List<Match> found) {
    ContactSheet sheet = new ContactSheet(CELL, CELL);
    sheet.add(Images.toRgb(Images.read(picture)), "like this");
    for (Match m : found) {
      Path file = folder.resolve(m.name());
      sheet.add(
          Images.toRgb(Images.read(file)),
          String.format(Locale.ROOT, "%.3f %s", m.similarity(), file.getFileName()));
    }
    return sheet;
  }

  private String file(Match match) {
    return folder.resolve(match.name()).toString();
  }

  private void tell(List<Match> found, int seen, double seconds) {
    if (json) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("looked_at", seen);
      fields.put("seconds", seconds);
      fields.put("sheet", out.toString());
      List<Object> list = new ArrayList<>();
      found.forEach(m -> list.add(Map.of("image", file(m), "similarity", m.similarity())));
      fields.put("found", list);
      System.out.println(Json.write(fields));
      return;
    }
    Table table = new Table("picture", ">similarity");
    for (Match m : found) {
      table.row(Text.oneLine(file(m)), String.format(Locale.ROOT, "%.3f", m.similarity()));
    }
    System.out.print(table);
    System.out.printf(
        Locale.ROOT,
        "looked at %s in %.1f s; sheet: %s%n",
        Count.of(seen, "picture"),
        seconds,
        out);
  }
}
