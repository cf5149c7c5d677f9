package dev.fovea.cli;

import dev.fovea.systems.label.LabelProblem;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.LabelWriter;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes labels in another form. */
@Command(
    name = "convert-labels",
    header = "Write the labels of pictures in another form: VOC, COCO, YOLO or masks.",
    description = {
      "Reads a folder of labelled pictures and writes a new folder with the same"
          + " pictures and their labels in another form. It reports what the other format"
          + " cannot store, and which labels were invalid."
    },
    footer = {
      "",
      "Examples:",
      "  fovea convert-labels blood blood-yolo --to yolo",
      "  fovea convert-labels coco coco-masks --from coco --to masks"
    })
final class ConvertLabelsCommand implements Runnable {
  private static final int MOST = 10;

  @Parameters(index = "0", paramLabel = "IN", description = "The folder of labelled pictures.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "A new folder.")
  private Path out;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "FORM",
      description = "The form to write: voc, coco, yolo or masks.")
  private String to;

  @Option(
      names = "--from",
      paramLabel = "FORM",
      description =
          "The form that is read: voc, coco, yolo, masks, panoptic or keypoints; by default what"
              + " the folder looks like.")
  private @Nullable String from;

  @Option(
      names = "--classes",
      paramLabel = "FILE",
      description = "Names of the classes, one a line, in the order of their numbers.")
  private @Nullable Path classes;

  @Mixin private MaskValueOption maskValues;

  @Override
  public void run() {
    String form = from;
    if (form == null) {
      form = LabelSets.recognise(in);
    }
    LabelSet set = maskValues.read(form, in, LabelCounts.names(classes), "");
    Map<String, Integer> lost = LabelWriter.write(set, to, out);
    System.out.println(
        "wrote %s: %s, %s, from %s to %s"
            .formatted(
                out,
                Count.of(set.pictures().size(), "picture"),
                Count.of(set.objects(), "object"),
                form,
                to));
    long dropped =
        set.problems().stream().filter(p -> p.outcome() == LabelProblem.Outcome.DROPPED).count();
    if (dropped > 0) {
      System.out.println("lost: " + dropped + " dropped as invalid");
    } else if (lost.isEmpty()) {
      System.out.println("nothing got lost");
    }
    lost.forEach((what, times) -> System.out.println("lost: " + times + " " + what));
    if (!set.problems().isEmpty()) {
      System.out.println("problems: " + LabelProblem.summary(set.problems()));
      LabelCounts.sayProblems(set, MOST);
    }
  }
}
