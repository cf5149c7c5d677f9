package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.search.SelectiveSearch;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.DataReport;
import dev.fovea.vision.DataSets;
import dev.fovea.vision.Images;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says what is in a data set. */
@Command(
    name = "data",
    header = "Say what is in a data set: counts, sizes, duplicates, damaged files, bad labels.",
    description = {
      "Reads every picture of a folder with one folder per class, of a list of"
          + " file,class lines, or with --data of another data set. Identical pictures are"
          + " duplicates; duplicates between training and test samples make results look"
          + " better than they are.",
      "Of labels for detection, segmentation and pose (VOC, COCO, YOLO, masks, panoptic, key"
          + " points) it says how many objects there are, how large, which anchors fit them, and"
          + " what is wrong with which object of which file; the sheet shows them drawn."
    },
    footer = {
      "",
      "Examples:",
      "  fovea data flowers --out sheet.png",
      "  fovea data pictures.csv --json",
      "  fovea data data/mnist --data mnist",
      "  fovea data blood --data voc --out sheet.png",
      "  fovea data --data shapes --out scenes.png",
      "  fovea data blood --data voc --proposals 500"
    })
final class DataCommand implements Runnable {
  private static final int MOST = 10;

  @Parameters(
      arity = "0..1",
      paramLabel = "DIR|LIST",
      description = "A folder or a list; not needed for digits.")
  private @Nullable Path where;

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "Kind of the data set: folder (or csv), digits, mnist, fashion-mnist, cifar10; of labels"
              + " shapes, voc, coco, yolo, masks, panoptic, keypoints, text. By default what a"
              + " folder looks like.")
  private @Nullable String kind;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "Names of the labels' classes, one a line, in the order of their numbers.")
  private @Nullable Path classes;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write a sheet with the first pictures of each class as PNG.")
  private @Nullable Path out;

  @Option(
      names = "--proposals",
      paramLabel = "N",
      description =
          "Of labelled boxes: say instead how many of the objects to test with are among N boxes"
              + " that selective search proposes in each picture, looking in two ways and in"
              + " eight.")
  private @Nullable Integer proposals;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "With --proposals: how many pictures are searched at most (default: all).",
      defaultValue = "2147483647")
  private int limit;

  @Option(
      names = "--input",
      paramLabel = "HxWxC",
      description =
          "With --proposals: the size that pictures are brought to (default: ${DEFAULT-VALUE}).",
      defaultValue = "128x128x3")
  private String input = "";

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private MaskValueOption maskValues;

  @Override
  public void run() {
    Optional<String> labels = labels();
    if (proposals != null) {
      String form =
          labels.orElseThrow(() -> new FoveaException("--proposals: needs labels with boxes"));
      propose(form, Range.atLeast("--proposals", proposals, 1));
      return;
    }
    if (labels.isPresent()) {
      new LabelCounts(labels.get(), where, classes, maskValues).say(json, out);
      return;
    }
    DataReport report = report();
    if (json) {
      System.out.println(Json.write(fields(report)));
    } else {
      print(report);
    }
    if (out != null) {
      Images.writePng(out, report.sheet().toImage());
    }
  }

  /** Says how many of the objects to test with selective search proposes. */
  private void propose(String form, int most) {
    LabelOptions options =
        LabelOptions.of(Preprocessing.scaled(InputShape.parse(input, "--input")), Marking.BOXES);
    LabelSplit split = LabelSets.open(form, where, options);
    split.problems().forEach(DataOptions::say);
    LabelledData test =
        split.test().take(Range.atLeast("--limit", limit, 1)).readable(DataOptions::say);
    for (SelectiveSearch search :
        List.of(SelectiveSearch.small(most), SelectiveSearch.fast(most))) {
      ProposalReport found = ProposalReport.of(search, test);
      if (json) {
        System.out.println(Json.write(found.fields()));
      } else {
        found.print();
      }
    }
  }

  /** Returns the form of the labels, if that is what is to be looked at. */
  private Optional<String> labels() {
    if (kind != null) {
      return LabelSets.names().contains(kind) ? Optional.of(kind) : Optional.empty();
    }
    return where != null && Files.isDirectory(where) ? LabelSets.guess(where) : Optional.empty();
  }

  private DataReport report() {
    if (kind != null && !DataSets.names().contains(kind)) {
      List<String> known =
          Stream.concat(DataSets.names().stream(), LabelSets.names().stream()).toList();
      throw new FoveaException(
          "unknown data set \"%s\"%s".formatted(Text.shown(kind), Suggest.hint(kind, known)));
    }
    if (kind != null && !kind.equals("folder") && !kind.equals("csv")) {
      return DataReport.of(DataSets.open(kind, where));
    }
    if (where == null) {
      throw new FoveaException("data: a folder or a list of pictures is needed");
    }
    return DataReport.ofFiles(where);
  }

  private static void print(DataReport r) {
    Table table = new Table("class", ">train", ">test", ">share");
    for (DataReport.ClassCount c : r.classes()) {
      double share = 100.0 * (c.train() + c.test()) / Math.max(1, r.pictures());
      table.row(
          Text.oneLine(c.name()),
          Integer.toString(c.train()),
          Integer.toString(c.test()),
          String.format(Locale.ROOT, "%.1f %%", share));
    }
    System.out.print(table);
    say(
        "%s in %s%s"
            .formatted(
                Count.of(r.pictures(), "picture"),
                Count.of(r.classes().size(), "class"),
                balance(r)));
    if (r.pictures() > 0) {
      say("sizes: " + sizes(r));
      say("mean %s, deviation %s of the training pictures".formatted(r.mean(), r.std()));
    }
    say(
        "%s of duplicates, %s across train and test"
            .formatted(Count.of(r.duplicates().size(), "group"), r.crossing()));
    some(r.duplicates().stream().map(g -> "  " + Text.oneLine(String.join(" = ", g))).toList());
    say(Count.of(r.problems().size(), "file") + " that cannot be read");
    some(r.problems().stream().map(p -> "  " + Text.oneLine(p)).toList());
  }

  /** No class is some times as large as an empty one. */
  private static String balance(DataReport r) {
    if (r.classes().isEmpty()) {
      return "";
    }
    long empty = r.classes().stream().filter(c -> c.train() + c.test() == 0).count();
    return empty == 0
        ? String.format(Locale.ROOT, ", the largest %.2f times the smallest", r.imbalance())
        : ", %s of them without any".formatted(empty);
  }

  private static String sizes(DataReport r) {
    List<String> all =
        r.sizes().entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
            .map(e -> e.getKey() + " (" + e.getValue() + ")")
            .toList();
    int more = all.size() - MOST;
    return String.join(", ", all.subList(0, Math.min(MOST, all.size())))
        + (more > 0 ? " and " + more + " more" : "");
  }

  private static void some(List<String> lines) {
    lines.stream().limit(MOST).forEach(DataCommand::say);
    if (lines.size() > MOST) {
      say("  and " + (lines.size() - MOST) + " more");
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static Map<String, Object> fields(DataReport r) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("pictures", r.pictures());
    fields.put("classes", r.classes().stream().map(DataCommand::count).toList());
    fields.put("sizes", new LinkedHashMap<String, Object>(r.sizes()));
    fields.put("mean", r.mean());
    fields.put("std", r.std());
    fields.put("duplicates", r.duplicates());
    fields.put("duplicates_between_train_and_test", r.crossing());
    fields.put("problems", r.problems());
    return fields;
  }

  private static Map<String, Object> count(DataReport.ClassCount c) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", c.name());
    fields.put("train", c.train());
    fields.put("test", c.test());
    return fields;
  }
}
