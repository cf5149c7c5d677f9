package dev.fovea.cli;

import dev.fovea.data.DataSplit;
import dev.fovea.io.Safetensors;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.quantize.Calibration;
import dev.fovea.quantize.QuantizationAwareModel;
import dev.fovea.quantize.QuantizationSettings;
import dev.fovea.quantize.Quantizer;
import dev.fovea.quantize.prune.ChannelPruning;
import dev.fovea.quantize.prune.CodedSize;
import dev.fovea.quantize.prune.MaskedModel;
import dev.fovea.quantize.prune.WeightSharing;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Makes a trained network smaller in one way after the other, each into a file. */
final class SmallerForms {
  private final NetworkFile network;
  private final DataSplit pictures;
  private final Settings settings;
  private final Path folder;
  private final List<SmallerForm> made = new ArrayList<>();

  /**
   * How much is taken away and how long the rest is trained.
   *
   * @param magnitude the share of the weights that become 0
   * @param channels the share of channels that are removed
   * @param bits weights of a layer share 2^bits values
   * @param samples how many pictures ranges of activations are calibrated with
   * @param epochs how long what is left is trained
   * @param tuning how it is trained
   */
  record Settings(
      double magnitude,
      double channels,
      int bits,
      int samples,
      int epochs,
      FineTuningOptions tuning) {}

  /** What a file holds. */
  private enum Stored {
    /** The network, the same layers as before. */
    WHOLE,
    /** The network, no longer that of the zoo. */
    NARROW,
    /** The weights that are not 0. */
    SPARSE,
    /** The weights that are not 0, which share few values: Huffman coding gains from that. */
    SHARED;

    boolean isSparse() {
      return this == SPARSE || this == SHARED;
    }
  }

  private SmallerForms(NetworkFile network, DataSplit pictures, Settings settings, Path folder) {
    this.network = network;
    this.pictures = pictures;
    this.settings = settings;
    this.folder = folder;
  }

  /** Makes all forms, the network as it is first; says which could not be made. */
  static List<SmallerForm> of(
      NetworkFile network, DataSplit pictures, Settings settings, Path folder) {
    SmallerForms forms = new SmallerForms(network, pictures, settings, folder);
    Model model = network.model();
    forms.add("float", Stored.WHOLE, () -> model);
    forms.add("fine-tuned", Stored.WHOLE, () -> forms.trained(copyOf(model)));
    for (Calibration c : Calibration.values()) {
      forms.add("int8-" + c.text(), Stored.WHOLE, () -> forms.rounded(model, c));
    }
    forms.add("qat", Stored.WHOLE, forms::trainedWithRounding);
    forms.addPruned(model);
    return List.copyOf(forms.made);
  }

  /**
   * Returns a copy to be trained in floats: ranges of the weights of now would be no longer true.
   */
  private static Model copyOf(Model model) {
    return QuantizationAwareModel.withoutRanges(model.copy());
  }

  private void addPruned(Model model) {
    Optional<Model> sparse =
        add("magnitude", Stored.SPARSE, () -> masked(m -> m.prune(settings.magnitude, false)));
    sparse.ifPresent(m -> {
      add("magnitude-shared", Stored.SHARED, () -> WeightSharing.of(m, settings.bits));
      add("magnitude-int8", Stored.WHOLE, () -> rounded(m, Calibration.MIN_MAX));
    });
    add("two-of-four", Stored.SPARSE, () -> masked(MaskedModel::pruneTwoOfFour));
    add("channels", Stored.NARROW, () -> trained(ChannelPruning.of(model, settings.channels)))
        .ifPresent(m -> add("channels-int8", Stored.NARROW, () -> rounded(m, Calibration.MIN_MAX)));
  }

  private Model trained(Model model) {
    settings.tuning.train(model, pictures.train(), settings.epochs);
    return model;
  }

  private Model masked(Consumer<MaskedModel> prune) {
    MaskedModel masked = MaskedModel.of(network.model());
    prune.accept(masked);
    var _ = trained(masked.model());
    return masked.finish();
  }

  private Model rounded(Model model, Calibration calibration) {
    Quantizer quantizer = new Quantizer(model, QuantizationSettings.standard().with(calibration));
    calibration().show(settings.samples, quantizer::observe);
    return quantizer.finish().model();
  }

  private Model trainedWithRounding() {
    List<List<Tensor>> samples = new ArrayList<>();
    calibration().show(settings.samples, samples::add);
    QuantizationAwareModel aware =
        QuantizationAwareModel.of(network.model(), QuantizationSettings.standard(), samples);
    var _ = trained(aware.model());
    return aware.finish().model();
  }

  private CalibrationPictures calibration() {
    return CalibrationPictures.of(pictures.train());
  }

  private Optional<Model> add(String name, Stored stored, Supplier<Model> way) {
    Model model;
    try {
      model = way.get();
    } catch (FoveaException e) {
      if (made.isEmpty()) {
        throw e;
      }
      System.err.println(
          "fovea: " + name + ": left out: " + Text.oneLine(String.valueOf(e.getMessage())));
      return Optional.empty();
    }
    Path file = folder.resolve(name + (stored.isSparse() ? ".safetensors" : ".onnx"));
    write(network.described(model, stored != Stored.NARROW), file, stored);
    made.add(
        new SmallerForm(
            name,
            model,
            file,
            OutputFiles.size(file),
            stored == Stored.SHARED
                ? OptionalLong.of(CodedSize.of(model).total())
                : OptionalLong.empty(),
            settings.tuning.accuracy(model, pictures.test())));
    return Optional.of(model);
  }

  private static void write(Model model, Path file, Stored stored) {
    if (stored.isSparse()) {
      new Safetensors(model.parameters().tensors(), model.metadata()).writeSparse(file);
    } else {
      model.save(file);
    }
  }
}
