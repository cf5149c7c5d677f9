package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.systems.label.LabelSet;
import dev.fovea.systems.label.LabelSets;
import dev.fovea.systems.label.MaskValues;
import dev.fovea.tensor.FoveaException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says what values or colours of masks stand for. */
final class MaskValueOption {
  private static final String MASKS = "masks";
  private static final String FIELD = "mask_values";

  @Option(
      names = "--mask-values",
      paramLabel = "LIST",
      description =
          "What the values or colours of masks stand for, such as"
              + " '0=background,90=cell,#ff8000=nucleus,255=ignore'; several may be one class. By"
              + " default values are numbers of classes, or 0 and 255 alone.")
  private @Nullable String text;

  /** Adds what was said to the settings that are saved with a model. */
  void put(Map<String, Object> fields) {
    if (text != null) {
      fields.put(FIELD, text);
    }
  }

  /**
   * Reads the labels of a folder.
   *
   * @param form their form
   * @param classes the names of the classes; those of the files if empty
   * @param training how the model that they are for was trained, as JSON, where that may say what
   *     masks mean; else empty
   * @throws FoveaException if something was said of masks, and the labels are none
   */
  LabelSet read(String form, Path folder, List<String> classes, String training) {
    if (text != null && !form.equals(MASKS)) {
      throw new FoveaException("--mask-values: needs --data masks, the data set is " + form);
    }
    Optional<MaskValues> values = form.equals(MASKS) ? values(training) : Optional.empty();
    return LabelSets.read(form, folder, classes, values);
  }

  private Optional<MaskValues> values(String training) {
    if (text != null) {
      return Optional.of(MaskValues.parse(text, "--mask-values"));
    }
    if (training.isEmpty()) {
      return Optional.empty();
    }
    String where = "training: " + FIELD;
    Object known = Json.parseObject(training, "training").get(FIELD);
    return known == null
        ? Optional.empty()
        : Optional.of(MaskValues.parse(Json.string(known, where), where));
  }
}
