package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Json;
import dev.fovea.io.TextFile;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The page {@code gallery.md} of what the examples come to, with a folder of pictures and results
 * for each beside it. Some or all examples are run in full; those of which results lie in the
 * folder stay on the page.
 *
 * @param names the examples to run
 * @param dataDir the folder of the real data
 * @param out the folder of the page
 */
record Gallery(Set<String> names, Optional<String> dataDir, Path out) {
  /** What the command {@code run} calls it. */
  static final String NAME = "gallery";

  private static final String RESULTS = "results.json";
  private static final long MOST_BYTES = 1 << 20;

  /**
   * Reads the arguments: names of examples, {@code --data-dir DIR}, {@code --out DIR} (docs), and
   * {@code --page} to write the page alone.
   *
   * @throws FoveaException if one is not known
   */
  static Gallery parse(List<String> args) {
    Set<String> names = new LinkedHashSet<>();
    Optional<String> dataDir = Optional.empty();
    Path out = Path.of("docs");
    boolean page = false;
    Iterator<String> words = args.iterator();
    while (words.hasNext()) {
      String word = words.next();
      switch (word) {
        case "--data-dir" -> dataDir = Optional.of(value(word, words));
        case "--out" -> out = FileName.path(value(word, words));
        case "--page" -> page = true;
        default -> names.add(known(word));
      }
    }
    if (names.isEmpty() && !page) {
      names.addAll(Examples.names());
    }
    return new Gallery(names, dataDir, out);
  }

  private static String value(String option, Iterator<String> words) {
    if (!words.hasNext()) {
      throw new FoveaException("gallery: " + option + " needs a value");
    }
    return words.next();
  }

  private static String known(String word) {
    if (word.startsWith("-")) {
      throw new FoveaException(
          "gallery: no argument \"" + word + "\"; there are --data-dir, --out, --page");
    }
    var _ = Examples.source(word);
    return word;
  }

  /** Runs the examples and writes the page; returns the exit status. */
  int run() {
    for (String name : names) {
      List<String> args = new ArrayList<>(List.of("--out", folder(name).toString()));
      dataDir.ifPresent(d -> args.addAll(List.of("--data-dir", d)));
      int status =
          SourceProgram.compile(name + ".java", Examples.source(name), System.err)
              .start(args, System.err);
      if (status != 0) {
        return status;
      }
    }
    AtomicFiles.write(out.resolve(NAME + ".md"), page());
    return 0;
  }

  private Path folder(String name) {
    return out.resolve(NAME).resolve(name);
  }

  private String page() {
    List<String> lines = new ArrayList<>();
    lines.add("# Gallery");
    lines.add("");
    lines.add(
        "What the example programs reach when they run in full; `./fovea run gallery --data-dir DIR"
            + " NAME` runs one and writes this page anew. DIR is a folder with a folder for each"
            + " set of data. Beside Fovea's figures stand those of the same recipe in PyTorch"
            + " (`bench/peers/NAME_twin.py`), where it was run. Most sets of data are small, so"
            + " that every example runs in minutes to hours on two cores: the figures show that a"
            + " method works, and are not the best that it can reach.");
    lines.add("");
    lines.add(
        "The pictures hold samples of MedMNIST v2 (Yang et al., 2023; CC BY 4.0), Omniglot (Lake et"
            + " al., 2015; MIT), CIFAR-10 (Krizhevsky, 2009) and number plates (Apache-2.0),"
            + " photographs of Darknet (public domain) and scikit-image, Hokusai's Great Wave"
            + " (public domain), and emoji of Noto (Apache-2.0) and Twemoji (Twitter, Inc. and"
            + " other contributors; CC BY 4.0), faces of the Face Research Lab London Set (DeBruine"
            + " and Jones, 2017; CC BY 4.0), roads of Donkey Car (MIT) and the photographs 423617"
            + " and 427034 of COCO (Lin et al., 2014; CC BY 2.0, by their authors on Flickr:"
            + " farm9.staticflickr.com/8479/8195678412_8d8d906379_z.jpg and"
            + " farm5.staticflickr.com/4146/4845125160_b23cf4bd2d_z.jpg).");
    for (String name : Examples.names()) {
      Path results = folder(name).resolve(RESULTS);
      if (Files.isRegularFile(results)) {
        section(name, Json.parseObject(TextFile.read(results, MOST_BYTES), "" + results), lines);
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static void section(String name, Map<String, Object> results, List<String> lines) {
    boolean real = Json.bool(Json.member(results, "real_data", name), name);
    long seconds = Json.integer(Json.member(results, "seconds", name), name);
    lines.addAll(List.of("", "## " + name, "", Examples.description(name) + ".", ""));
    lines.add(
        "`./fovea run %s%s`, %s s, source: [%s.java](../examples/%s.java)"
            .formatted(name, real ? " --data-dir DIR" : "", seconds, name, name));
    lines.addAll(List.of("", GalleryNotes.of(name), ""));
    Map<String, Object> twins = Json.object(Json.member(results, "pytorch", name), name);
    lines.add(twins.isEmpty() ? "| measure | Fovea |" : "| measure | Fovea | PyTorch |");
    lines.add(twins.isEmpty() ? "|---|---:|" : "|---|---:|---:|");
    Json.object(Json.member(results, "measures", name), name)
        .forEach((what, value) -> {
          String row = "| %s | %s |".formatted(what, number(value, name));
          String twin = twins.containsKey(what) ? number(twins.get(what), name) : "";
          lines.add(twins.isEmpty() ? row : row + " " + twin + " |");
        });
    lines.add("");
    for (Object picture : Json.array(Json.member(results, "pictures", name), name)) {
      String file = Json.string(picture, name);
      String what = file.substring(0, file.lastIndexOf('.'));
      lines.add("![%s](%s/%s/%s)".formatted(what, NAME, name, file));
    }
  }

  private static String number(Object value, String where) {
    if (value == Json.Null.NULL) {
      return "–"; // it was not measured, or not finite
    }
    double number = Json.number(value, where);
    return String.format(Locale.ROOT, Math.abs(number) < 1 ? "%.4f" : "%.4g", number);
  }
}
