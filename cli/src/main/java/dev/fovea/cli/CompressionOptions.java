package dev.fovea.cli;

import dev.fovea.data.Dataset;
import dev.fovea.nn.Model;
import dev.fovea.quantize.QuantizationAwareModel;
import dev.fovea.quantize.QuantizationSettings;
import dev.fovea.quantize.prune.GradualPruning;
import dev.fovea.quantize.prune.MaskedModel;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Callback;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that make a network smaller while it is trained. */
final class CompressionOptions {
  /** Ranges begin with what so many pictures give. */
  private static final int CALIBRATED = 100;

  @Option(
      names = "--prune",
      paramLabel = "SHARE",
      description =
          "Set the smallest weights to 0 while training, ever more slowly, until this share of them"
              + " is, from a tenth to three quarters of the steps; they stay 0.")
  private @Nullable Double share;

  @Option(
      names = "--prune-together",
      description =
          "Compare weights of all layers when pruning; by default each layer keeps the same share.")
  private boolean together;

  @Option(
      names = "--qat",
      description =
          "Quantization-aware training: compute with weights and activations rounded to 8 bits, so"
              + " that training makes up for it. The model file is in floating point and keeps the"
              + " ranges: convert --int8 makes the network of 8 bits of it, without pictures.")
  private boolean aware;

  /**
   * A model while it is trained.
   *
   * @param model the model
   * @param callbacks what happens to it between steps
   * @param plain what is saved of it
   */
  record Compressed(Model model, List<Callback> callbacks, Supplier<Model> plain) {}

  /**
   * Checks what can be checked before data are read.
   *
   * @param averaging whether an average of the parameters is kept
   * @param stopping whether a figure decides when the training ends or which epoch is saved
   * @throws FoveaException if options do not go together
   */
  void require(boolean averaging, boolean stopping) {
    if (share != null && !(share > 0 && share < 1)) {
      throw new FoveaException("--prune " + share + ": a share above 0 and below 1 expected");
    }
    if (together && share == null) {
      throw new FoveaException("--prune-together: needs --prune");
    }
    if (aware && share != null) {
      throw new FoveaException("--qat and --prune: one after the other, not at once");
    }
    if (averaging && (aware || share != null)) {
      throw new FoveaException(
          "--ema: averages masks and ranges too; leave it out with --prune and --qat");
    }
    if (stopping && share != null) {
      throw new FoveaException(
          "--best and --patience: may save an epoch before all of the share is pruned; leave them"
              + " out with --prune");
    }
  }

  /**
   * Requires that nothing is made smaller.
   *
   * @param option what a smaller network does not go together with
   * @throws FoveaException if something is
   */
  void requireNone(String option) {
    if (share != null || aware) {
      throw new FoveaException(
          "%s: not with %s, by which the network changes for one size of pictures"
              .formatted(option, aware ? "--qat" : "--prune"));
    }
  }

  /**
   * Returns a model as it is trained.
   *
   * @param begun the model with its first values
   * @param pictures the training pictures as the network takes them
   * @param steps how many steps the training has
   */
  Compressed begin(Model begun, Dataset pictures, long steps) {
    if (share != null) {
      MaskedModel masked = MaskedModel.of(begun);
      Callback schedule = GradualPruning.of(masked, share, together, steps);
      return new Compressed(masked.model(), List.of(schedule), masked::finish);
    }
    if (aware) {
      List<List<Tensor>> samples = new ArrayList<>();
      CalibrationPictures.of(pictures).show(CALIBRATED, samples::add);
      QuantizationAwareModel rounded =
          QuantizationAwareModel.of(begun, QuantizationSettings.standard(), samples);
      return new Compressed(rounded.model(), List.of(), rounded::plain);
    }
    return new Compressed(begun, List.of(), () -> begun);
  }

  /** Adds what was chosen to the settings that are saved with the model. */
  void put(Map<String, Object> fields) {
    if (share != null) {
      fields.put("prune", share);
      fields.put("prune_together", together);
    }
    if (aware) {
      fields.put("quantization_aware", true);
    }
  }
}
