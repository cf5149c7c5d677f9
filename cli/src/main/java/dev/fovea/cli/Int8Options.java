package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.quantize.Calibration;
import dev.fovea.quantize.LayerSearch;
import dev.fovea.quantize.QuantizationAwareModel;
import dev.fovea.quantize.QuantizationSettings;
import dev.fovea.quantize.Quantizer;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.DataSets;
import dev.fovea.vision.DataSource;
import dev.fovea.vision.ImageFolder;
import dev.fovea.vision.InputRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make 8 bits of a network: whether, and by which pictures. */
final class Int8Options {
  /** Errors of layers are measured on so many pictures. */
  private static final int REPORTED = 16;

  /** Losses of right answers are counted on so many pictures at most. */
  private static final int TRIED = 1000;

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

  @Option(
      names = "--calibration",
      paramLabel = "RULE",
      description =
          "How the range of what passes between layers follows from the pictures: min-max"
              + " (default), percentile (a ten-thousandth is cut off at each end) or mse (least"
              + " squares, also for the scales of weights).")
  private @Nullable String calibration;

  @Option(
      names = "--bias-correction",
      description = "Let biases take up the mean of what rounded weights change.")
  private boolean biasCorrection;

  @Option(
      names = "--equalize",
      description =
          "Let a layer and the one that alone reads it share the ranges of their weights first"
              + " (cross-layer equalization).")
  private boolean equalize;

  @Option(
      names = "--skip",
      paramLabel = "PATH",
      split = ",",
      description =
          "Keep these layers in floating point, or all in these blocks; --report names the layers.")
  private List<String> skip = List.of();

  @Option(
      names = "--max-drop",
      paramLabel = "POINTS",
      description =
          "Keep as few layers as possible in floating point so that the network loses at most so"
              + " many percent of its right answers on training pictures of --data, or answers"
              + " so many percent of the pictures of --calibrate differently.")
  private @Nullable Double maxDrop;

  @Option(
      names = "--report",
      description =
          "Print what 8 bits do to each layer: its kind and size, the signal-to-noise ratio of what"
              + " it gives, the range of what it reads, and the share cut off.")
  private boolean report;

  @Option(names = "--json", description = "With --int8, print one JSON object.")
  private boolean json;

  /**
   * Returns whether 8 bits were asked for.
   *
   * @throws FoveaException if options were given that do not go together
   */
  boolean isAsked(Path out) {
    Range.atLeast("--samples", samples, 1);
    if (!int8) {
      given()
          .ifPresent(option -> {
            throw new FoveaException(option + ": needs --int8");
          });
    } else {
      OutputFiles.requireEnding("--int8", out, ".onnx");
    }
    return int8;
  }

  /** Returns the first option that was given beside --int8. */
  private Optional<String> given() {
    Map<String, Boolean> options = new LinkedHashMap<>();
    options.put("--calibrate", !paths.isEmpty());
    options.put("--data", data != null);
    options.put("--data-dir", folder != null);
    options.put("--calibration", calibration != null);
    options.put("--bias-correction", biasCorrection);
    options.put("--equalize", equalize);
    options.put("--skip", !skip.isEmpty());
    options.put("--max-drop", maxDrop != null);
    options.put("--report", report);
    options.put("--json", json);
    return options.keySet().stream().filter(options::get).findFirst();
  }

  /** Returns whether nothing is asked for that needs pictures. */
  private boolean isPlain() {
    return paths.isEmpty()
        && data == null
        && maxDrop == null
        && settings().equals(QuantizationSettings.standard())
        && !report;
  }

  private QuantizationSettings settings() {
    QuantizationSettings usual = QuantizationSettings.standard();
    return (calibration == null ? usual : usual.with(chosen(calibration)))
        .biasCorrection(biasCorrection)
        .equalization(equalize)
        .skip(skip);
  }

  private static Calibration chosen(String text) {
    try {
      return Calibration.of(text);
    } catch (FoveaException e) {
      throw new FoveaException("--" + e.getMessage(), e); // it begins with the option's name
    }
  }

  /**
   * Returns a network with weights of 8 bits.
   *
   * @throws FoveaException if there are no pictures, or the network has nothing to be quantized
   */
  Int8Report quantize(NetworkFile network) {
    Optional<Quantizer> learned =
        isPlain() ? QuantizationAwareModel.quantizer(network.model()) : Optional.empty();
    if (learned.isPresent()) {
      Quantizer q = learned.get();
      return new Int8Report(q.finish(), List.of(), q.skipped(), Optional.empty());
    }
    if (paths.isEmpty() == (data == null)) {
      throw new FoveaException(
          "--int8: needs pictures like those the network will see, to find out which numbers pass"
              + " between its layers: --calibrate PATH, or --data NAME with --data-dir");
    }
    Quantizer quantizer = new Quantizer(network.model(), settings());
    CalibrationPictures pictures = pictures(network);
    List<List<Tensor>> reported = observe(quantizer, pictures);
    Optional<LayerSearch.Found> found = Optional.empty();
    if (maxDrop != null) {
      double most = Range.notNegative("--max-drop", maxDrop);
      AnswerLoss loss = new AnswerLoss(network, pictures, TRIED);
      found = Optional.of(LayerSearch.of(quantizer, reported, loss, most));
    }
    Quantizer used = found.map(LayerSearch.Found::quantizer).orElse(quantizer);
    boolean told = report || json;
    return new Int8Report(
        used.finish(), told ? used.report(reported) : List.of(), used.skipped(), found);
  }

  /** Tells what became of a network. */
  void tell(Int8Report made, Path out, long bytes, Path in, long before) {
    if (json) {
      System.out.println(made.json(out, bytes, in, before));
      return;
    }
    System.out.println(made.line(out, bytes, in, before));
    made.searched().ifPresent(System.out::println);
    if (report) {
      System.out.print(made.table());
    }
  }

  private CalibrationPictures pictures(NetworkFile network) {
    InputRule rule = network.rule();
    if (data == null) {
      return CalibrationPictures.of(paths, rule);
    }
    Preprocessing input = rule.preprocessing();
    DataSource source =
        DataSets.open(data, folder, ImageFolder.Options.standard().withInput(input));
    DataOptions.requirePictures(source, input.shape(), "network");
    int known = source.classes().size();
    if (maxDrop != null && network.isClassifier() && known != network.classes()) {
      throw new FoveaException(
          "--max-drop: data set %s has %s classes, %s knows %s; take data of its classes"
              .formatted(data, known, network.file(), network.classes()));
    }
    return CalibrationPictures.of(rule.over(source.split().train()));
  }

  /** Shows pictures to a quantizer; returns the first few. */
  private List<List<Tensor>> observe(Quantizer quantizer, CalibrationPictures pictures) {
    List<List<Tensor>> few = new ArrayList<>();
    pictures.show(
        samples,
        sample -> {
          quantizer.observe(sample);
          if (few.size() < REPORTED) {
            few.add(sample);
          }
        });
    if (few.isEmpty()) {
      throw new FoveaException(
          paths.get(0)
              + ": no pictures to calibrate with; PNG, JPEG, GIF, BMP, TIFF, PGM, PPM are read");
    }
    return few;
  }
}
