package dev.fovea.cli;

import dev.fovea.data.Augmentation;
import dev.fovea.data.Sample;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.Images;
import dev.fovea.vision.augment.Augmentations;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows what random changes make of a picture. */
@Command(
    name = "augment",
    header = "Show what random changes make of a picture: a sheet of samples.",
    description = {
      "A policy is a list of names, each with parameters after colons and, after an @,"
          + " the share of pictures to change: flip,rotate:15,brightness:0.3@0.5. The first"
          + " picture of the sheet is the unchanged one. Labels of the picture, if given, are"
          + " drawn too and move with it."
    },
    footer = {
      "",
      "Examples:",
      "  fovea augment --list",
      "  fovea augment photo.jpg --policy flip,rotate:20,resized-crop --out sheet.png",
      "  fovea augment photo.jpg --policy trivialaugment --count 24 --seed 7 --out sheet.png",
      "  fovea augment cells/a.jpg --policy flip,iou-crop,expand --labels cells --out sheet.png"
    })
final class AugmentCommand implements Runnable {
  private static final int CELL = 200;
  private static final int LARGE_CELL = 400;
  private static final int MOST = 400;

  @Parameters(arity = "0..1", paramLabel = "IMAGE", description = "A picture.")
  private @Nullable Path picture;

  @Option(
      names = "--policy",
      paramLabel = "POLICY",
      defaultValue = "trivialaugment",
      description = "The augmentations (see --list); by default ${DEFAULT-VALUE}.")
  private String policy;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "15",
      description = "Number of samples; by default ${DEFAULT-VALUE}.")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "Another number gives other samples; by default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      defaultValue = "augmented.png",
      description = "The PNG file to write; by default ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--labels",
      paramLabel = "DIR|FILE",
      description =
          "Labels of the picture: a folder of VOC, COCO, YOLO, masks, panoptic maps or key points"
              + " that it lies in, or a file of such a folder.")
  private @Nullable Path labels;

  @Option(names = "--list", description = "List the names of augmentations.")
  private boolean list;

  @Override
  public void run() {
    if (list) {
      Augmentations.names().forEach(System.out::println);
      return;
    }
    Range.atLeast("--count", count, 1);
    if (count > MOST) {
      throw new FoveaException("--count " + count + ": at most " + MOST + " expected");
    }
    if (picture == null) {
      throw new FoveaException("augment: a picture is needed, or --list");
    }
    Augmentation change = Augmentations.parse(policy);
    MarkedPicture marked = MarkedPicture.of(picture, labels);
    int cell = labels == null ? CELL : LARGE_CELL;
    ContactSheet sheet = new ContactSheet(cell, cell);
    sheet.add(marked.drawn(marked.sample()), "original");
    for (int i = 0; i < count; i++) {
      Sample changed = change.apply(marked.sample(), Seed.of(seed).split(i));
      sheet.add(marked.drawn(changed), Integer.toString(i));
    }
    Images.writePng(out, sheet.toImage());
    System.out.println("wrote " + out + ": " + count + " samples of " + change.name());
  }
}
