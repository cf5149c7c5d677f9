package dev.fovea.cli;

import dev.fovea.io.Table;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ContactSheet;
import dev.fovea.vision.ImageFilter;
import dev.fovea.vision.ImageKernel;
import dev.fovea.vision.ImageKernel.Border;
import dev.fovea.vision.ImageKernels;
import dev.fovea.vision.Images;
import dev.fovea.vision.KernelChain;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
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
          + " beyond the border, the edge pixels of the picture are repeated unless told otherwise."
          + " Several kernels are applied one after the other. Without --out the result is shown in"
          + " the terminal."
    },
    footer = {
      "",
      "Examples:",
      "  fovea kernels --list",
      "  fovea kernels photo.jpg --kernel sobel-left --out edges.png",
      "  fovea kernels photo.jpg --kernel gaussian:2.5",
      "  fovea kernels photo.jpg --kernel \"0 -1 0; -1 5 -1; 0 -1 0\" --out sharp.png",
      "  fovea kernels photo.jpg --kernel sobel-left --show signed --border reflect --stride 2",
      "  fovea kernels photo.jpg --kernel gaussian --kernel laplacian --out edges.png",
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
          "A name (see --list), gaussian:SIGMA, or weights by rows such as \"1 0 -1; 2 0 -2; 1 0"
              + " -1\". May be given several times: each reads what the one before it computed.")
  private List<String> kernels = List.of();

  @Option(
      names = "--border",
      paramLabel = "WAY",
      description =
          "Pixels beyond the border: replicate (the default: the edge is repeated), reflect, zero,"
              + " or valid (only where the whole kernel lies within the picture).")
  private @Nullable Border border;

  @Option(
      names = "--stride",
      paramLabel = "N",
      description = "Compute every N-th pixel of every N-th row only; 1 by default.")
  private @Nullable Integer stride;

  @Option(
      names = "--show",
      paramLabel = "WAY",
      description =
          "How responses become visible: plain, absolute, positive, or signed (128 is none); by"
              + " default as --list's kernels are shown.")
  private KernelChain.@Nullable Display display;

  @Option(
      names = "--within",
      paramLabel = "PIXELS",
      description = "First make the picture smaller, until its longer side has so many pixels.")
  private @Nullable Integer within;

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
    boolean settings = border != null || stride != null || display != null;
    if (list) {
      if (picture != null
          || !kernels.isEmpty()
          || all
          || out != null
          || settings
          || within != null) {
        throw new FoveaException("kernels: --list takes no picture and no other option");
      }
      printList();
      return;
    }
    if (picture == null) {
      throw new FoveaException("kernels: give a picture, or --list for the names of the kernels");
    }
    if (all != kernels.isEmpty()) {
      throw new FoveaException("kernels: give --kernel NAME or --all");
    }
    if (all && settings) {
      throw new FoveaException("kernels: --all takes no --border, --stride or --show");
    }
    if (out != null && !out.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
      throw new FoveaException(
          "--out " + out + ": writes a PNG file, so its name must end in .png");
    }
    if (all) {
      sheet(picture);
    } else {
      apply(picture, kernels.stream().map(ImageKernels::find).toList(), settings);
    }
  }

  private void sheet(Path from) {
    BufferedImage image = ContactSheet.ofKernels(read(from), SHEET_CELL).toImage();
    String name = String.valueOf(from.getFileName());
    String stem = name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name;
    Path file = out == null ? Path.of(stem + "-kernels.png") : out;
    Images.writePng(file, image);
    System.out.println(Text.oneLine(file + ": " + ImageKernels.all().size() + " kernels"));
  }

  private void apply(Path from, List<ImageFilter> filters, boolean settings) {
    boolean asListed = filters.size() == 1 && !settings;
    Tensor image = read(from);
    Tensor result = asListed ? filters.getFirst().apply(image) : chain(filters).apply(image);
    if (out == null) {
      Terminal.print(result);
      return;
    }
    Images.writePng(out, result);
    String names = filters.stream().map(ImageFilter::name).collect(Collectors.joining(", then "));
    System.out.println(Text.oneLine(out + ": " + names + " of " + from));
  }

  private Tensor read(Path from) {
    Tensor image = Images.read(from);
    return within == null ? image : Images.within(image, within);
  }

  private KernelChain chain(List<ImageFilter> filters) {
    List<KernelChain> chains = filters.stream().map(KernelsCommand::chain).toList();
    return new KernelChain(
        chains.stream().map(c -> c.kernels().getFirst()).toList(),
        border == null ? Border.REPLICATE : border,
        stride == null ? 1 : stride,
        display == null ? chains.getLast().display() : display);
  }

  private static KernelChain chain(ImageFilter filter) {
    return filter
        .chain()
        .orElseThrow(() ->
            new FoveaException(
                "kernels: "
                    + filter.name()
                    + " is a rule, not one kernel: it takes no --border, --stride, --show or other"
                    + " kernel"));
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
