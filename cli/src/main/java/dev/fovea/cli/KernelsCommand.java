package dev.fovea.cli;

import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.ImageFilter;
import dev.fovea.vision.ImageKernel;
import dev.fovea.vision.ImageKernels;
import dev.fovea.vision.Images;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Applies image kernels to a picture. */
@Command(
    name = "kernels",
    header = "Apply an image kernel to a picture: blur, sharpen, edges, Gabor and more.",
    description = {
      "Kernels are applied as they are written (cross-correlation) to each channel;"
          + " beyond the border, the edge pixels of the picture are repeated. Without --out"
          + " the result is shown in the terminal."
    },
    footer = {
      "",
      "Examples:",
      "  fovea kernels --list",
      "  fovea kernels photo.jpg --kernel sobel-left --out edges.png",
      "  fovea kernels photo.jpg --kernel gaussian:2.5",
      "  fovea kernels photo.jpg --kernel \"0 -1 0; -1 5 -1; 0 -1 0\" --out sharp.png",
      "  fovea kernels photo.jpg --all --out sheet.png"
    })
final class KernelsCommand implements Runnable {
  private static final int SHEET_CELL = 240;

  @Parameters(arity = "0..1", paramLabel = "IMAGE", description = "A picture.")
  private @Nullable Path picture;

  @Option(
      names = "--kernel",
      paramLabel = "NAME|WEIGHTS",
      description =
          "A name (see --list), gaussian:SIGMA, or weights by rows such as \"1 0 -1; 2 0 -2; 1 0 -1\".")
  private @Nullable String kernel;

  @Option(names = "--all", description = "Every kernel on one labelled sheet.")
  private boolean all;

  @Option(names = "--list", description = "List the kernels by name.")
  private boolean list;

  @Option(
      names = "--out",
      paramLabel = "PNG",
      description = "The file to write; --all writes IMAGE-kernels.png unless told otherwise.")
  private @Nullable Path out;

  @Override
  public void run() {
    if (list) {
      if (picture != null || kernel != null || all || out != null) {
        throw new FoveaException(
            "kernels: --list takes no picture and no --kernel, --all or --out");
      }
      printList();
      return;
    }
    if (picture == null) {
      throw new FoveaException("kernels: give a picture, or --list for the names of the kernels");
    }
    if (all == (kernel != null)) {
      throw new FoveaException("kernels: give --kernel NAME or --all");
    }
    if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new FoveaException(
          "--out " + out + ": is written as PNG, so its name must end in .png");
    }
    if (kernel == null) {
      sheet(picture);
    } else {
      apply(picture, ImageKernels.find(kernel));
    }
  }

  private void sheet(Path from) {
    BufferedImage image = ContactSheet.ofKernels(Images.read(from), SHEET_CELL).toImage();
    String name = String.valueOf(from.getFileName());
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    Path file = out == null ? Path.of(stem + "-kernels.png") : out;
    Images.writePng(file, image);
    System.out.println(Text.oneLine(file + ": " + ImageKernels.all().size() + " kernels"));
  }

  private void apply(Path from, ImageFilter filter) {
    Tensor result = filter.apply(Images.read(from));
    if (out == null) {
      Terminal.print(result);
      return;
    }
    Images.writePng(out, result);
    System.out.println(Text.oneLine(out + ": " + filter.name() + " of " + from));
  }

  private static void printList() {
    Table table = new Table("name", "shows", "weights");
    for (ImageFilter f : ImageKernels.all()) {
      table.row(
          f.name(), f.description(), f.kernel().map(KernelsCommand::weights).orElse("by a rule"));
    }
    System.out.print(table);
  }

  private static String weights(ImageKernel k) {
    return k.height() * k.width() <= 9 ? k.toString() : k.height() + "×" + k.width();
  }
}
