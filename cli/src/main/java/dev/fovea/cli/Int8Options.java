package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.data.Preprocessing;
import dev.fovea.io.AtomicFiles;
import dev.fovea.io.Text;
import dev.fovea.quantize.Quantizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.vision.DataSets;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.ImageFolder;
import dev.fovea.vision.InputRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make 8 bits of a network: whether, and by which pictures. */
final class Int8Options {
  @Option(
      names = "--int8",
      description =
          "Write convolutions and dense layers with weights of 8 bits (QDQ), calibrated with the"
              + " pictures of --calibrate or --data.")
  private boolean int8;

  @Option(
      names = "--calibrate",
      paramLabel = "PATH",
      description =
          "A picture, or a folder with pictures in it or its subfolders; may be repeated."
              + " The pictures should be typical of those that the network will see.")
  private List<Path> paths = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "NAME",
      description =
          "The data set whose training pictures calibrate: digits, mnist, fashion-mnist, cifar10,"
              + " folder or csv.")
  private @Nullable String data;

  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      description = "Folder of the data set's files, or the list of csv.")
  private @Nullable Path folder;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Number of pictures to calibrate with, taken evenly from all (default:"
              + " ${DEFAULT-VALUE}).")
  private int samples;

  /**
   * Returns whether 8 bits were asked for.
   *
   * @throws FoveaException if options were given that do not go together
   */
  boolean isAsked(Path out) {
    Range.atLeast("--samples", samples, 1);
    boolean pictures = !paths.isEmpty() || data != null || folder != null;
    if (!int8 && pictures) {
      throw new FoveaException("--calibrate, --data and --data-dir go with --int8");
    }
    if (int8 && !out.toString().endsWith(".onnx")) {
      throw new FoveaException("--int8: is written as .onnx, got " + out.getFileName());
    }
    if (int8 && paths.isEmpty() == (data == null)) {
      throw new FoveaException(
          "--int8: needs pictures like those the network will see, to find out which numbers pass"
              + " between its layers: --calibrate PATH, or --data NAME with --data-dir");
    }
    return int8;
  }

  /**
   * Returns a network with weights of 8 bits.
   *
   * @throws FoveaException if there are no pictures, or the network has nothing to be quantized
   */
  Quantizer.Quantized quantize(NetworkFile network) {
    Quantizer quantizer = new Quantizer(network.model());
    int seen =
        data == null ? ofFiles(network.rule(), quantizer) : ofData(data, network.rule(), quantizer);
    if (seen == 0) {
      throw new FoveaException(
          paths.get(0) + ": no pictures to calibrate with; PNG, JPEG, GIF, BMP, TIFF are read");
    }
    return quantizer.finish();
  }

  private int ofData(String name, InputRule rule, Quantizer quantizer) {
    Preprocessing input = rule.preprocessing();
    DataSource source =
        DataSets.open(name, folder, ImageFolder.Options.standard().withInput(input));
    DataOptions.requirePictures(source, input.shape(), "network");
    Dataset pictures = rule.over(source.split().train());
    int count = Math.min(samples, pictures.size());
    for (int i = 0; i < count; i++) {
      int at = (int) ((long) i * pictures.size() / count);
      quantizer.observe(List.of(pictures.input(at, Seed.of(at))));
    }
    return count;
  }

  private int ofFiles(InputRule rule, Quantizer quantizer) {
    List<Path> files = files();
    int count = Math.min(samples, files.size());
    int seen = 0;
    for (int i = 0; i < count; i++) {
      Path file = files.get((int) ((long) i * files.size() / count));
      try {
        quantizer.observe(List.of(rule.input(rule.place(file).input())));
        seen++;
      } catch (FoveaException e) {
        System.err.println("fovea: skipped " + Text.oneLine(String.valueOf(e.getMessage())));
      }
    }
    return seen;
  }

  /** Returns all files by name, hidden ones left out. */
  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      try (Stream<Path> walk = Files.walk(path)) {
        walk.filter(p -> Files.isRegularFile(p) && !p.getFileName().toString().startsWith("."))
            .sorted()
            .forEach(files::add);
      } catch (IOException e) {
        throw new FoveaException(path + ": cannot be read: " + AtomicFiles.reason(e), e);
      }
    }
    return files;
  }
}
