package dev.fovea.train;

import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.optim.OptimizerState;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint: the whole state of a training in one safetensors file, from which it resumes with
 * the same bits.
 *
 * <p>Tensors: {@code model/NAME} the parameters, {@code optimizer/SLOT/NAME} what the optimiser
 * remembers, {@code kept/KEY/NAME} values that callbacks keep, such as the best ones. Metadata:
 * that of the model, and {@value #TRAINING}, a JSON object with the settings and the progress of
 * the training. Random numbers have no state: they follow from the seed and the step.
 */
public final class Checkpoint {
  /** The file's name. */
  public static final String FILE = "checkpoint.safetensors";

  /** The metadata entry that describes the training. */
  public static final String TRAINING = "fovea.training";

  private static final String MODEL = "model/";
  private static final String OPTIMIZER = "optimizer/";
  private static final String KEPT = "kept/";

  /** What settings were in checkpoints from before there were these settings. */
  private static final Map<String, String> LATER =
      Map.ofEntries(
          Map.entry("cluster", ""),
          Map.entry("precision", "fp32"),
          Map.entry("batches of a step", "1"),
          Map.entry("averaging", "0.0"),
          Map.entry("layers told to behave", ""),
          Map.entry("plateau", ""),
          Map.entry("callbacks", ""),
          Map.entry("measures", ""),
          Map.entry("rates", "{}"),
          Map.entry("sizes of pictures", ""),
          Map.entry("freezing", ""),
          Map.entry("unfreezing", "[]"));

  private final Model model;
  private final List<Parameter> trained;
  private final OptimizerState optimizer;
  private final Map<String, String> identity;

  /**
   * Describes what a training is.
   *
   * @param identity what must be the same for a checkpoint to be resumed: its name and its value
   */
  Checkpoint(
      Model model,
      List<Parameter> trained,
      OptimizerState optimizer,
      Map<String, String> identity) {
    this.model = model;
    this.trained = trained;
    this.optimizer = optimizer;
    this.identity = identity;
  }

  /** Returns the path of the checkpoint in a folder. */
  public static Path file(Path folder) {
    return folder.resolve(FILE);
  }

  /** Returns whether a folder holds a checkpoint. */
  public static boolean exists(Path folder) {
    return Files.isRegularFile(file(folder));
  }

  /**
   * Loads the parameters of a folder's checkpoint into a model.
   *
   * @throws FoveaException if there is none or it is of another network
   */
  public static void load(Path folder, Model model) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Safetensors.readWhole(file(folder))
        .tensors()
        .forEach((name, t) -> {
          if (name.startsWith(MODEL)) {
            tensors.put(name.substring(MODEL.length()), t);
          }
        });
    model.parameters().load(file(folder).toString(), tensors);
  }

  void write(Path folder, Progress progress, Map<String, float[]> kept) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Parameters parameters = model.parameters();
    put(tensors, MODEL, parameters.all(), parameters.values());
    for (String slot : optimizer.optimizer().slots()) {
      put(tensors, OPTIMIZER + slot + "/", trained, optimizer.slot(slot));
    }
    kept.forEach((key, values) -> put(tensors, KEPT + key + "/", parameters.all(), values));
    Map<String, Object> training = new LinkedHashMap<>();
    training.put("format", 1);
    training.put("is", identity);
    training.put("progress", progress.toJson());
    training.put("kept", List.copyOf(kept.keySet()));
    Map<String, String> metadata = new LinkedHashMap<>(model.metadata());
    metadata.put(TRAINING, Json.write(training));
    new Safetensors(tensors, metadata).write(file(folder));
  }

  private static void put(
      Map<String, Tensor> tensors, String prefix, Iterable<Parameter> of, float[] values) {
    for (Parameter p : of) {
      int end = p.offset() + p.shape().elements();
      float[] copy = Arrays.copyOfRange(values, p.offset(), end);
      tensors.put(prefix + p.name(), Tensor.of(p.shape(), copy));
    }
  }

  /** Takes the state of a folder's checkpoint; nothing is changed if it is of another training. */
  void read(Path folder, Progress progress, Map<String, float[]> kept) {
    if (!exists(folder)) {
      throw new FoveaException(folder + ": has no " + FILE + " to resume from");
    }
    String where = file(folder).toString();
    Safetensors content = Safetensors.readWhole(file(folder));
    String text = content.metadata().get(TRAINING);
    if (text == null) {
      throw new FoveaException(
          where + ": a checkpoint expected, got a file without " + TRAINING + " in its metadata");
    }
    Map<String, Object> training = Json.parseObject(text, where);
    requireSameNetwork(content.tensors(), where);
    requireSame(Json.object(Json.member(training, "is", where), where), where);
    Map<String, float[]> arrays = new LinkedHashMap<>();
    Parameters parameters = model.parameters();
    arrays.put(MODEL, array(content, MODEL, parameters.all(), where));
    for (String slot : optimizer.optimizer().slots()) {
      arrays.put(slot, array(content, OPTIMIZER + slot + "/", trained, where));
    }
    Map<String, float[]> found = new LinkedHashMap<>();
    for (Object key : Json.array(Json.member(training, "kept", where), where)) {
      String name = Json.string(key, where);
      found.put(name, array(content, KEPT + name + "/", parameters.all(), where));
    }
    progress.read(Json.object(Json.member(training, "progress", where), where), where);
    arrays.forEach((name, values) -> copy(values, target(name)));
    kept.putAll(found);
    optimizer.resumeAt(progress.step);
    parameters.changed();
  }

  private float[] target(String name) {
    return name.equals(MODEL) ? model.parameters().values() : optimizer.slot(name);
  }

  private static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  private float[] array(Safetensors content, String prefix, Iterable<Parameter> of, String where) {
    float[] values = new float[model.parameters().values().length];
    for (Parameter p : of) {
      Tensor t = content.tensors().get(prefix + p.name());
      if (t == null || !t.shape().equals(p.shape())) {
        throw new FoveaException(
            where
                + ": "
                + prefix
                + p.name()
                + (t == null ? " is missing" : " has shape " + t.shape()));
      }
      System.arraycopy(t.data(), 0, values, p.offset(), t.data().length);
    }
    return values;
  }

  private void requireSameNetwork(Map<String, Tensor> tensors, String where) {
    for (Parameter p : model.parameters().all()) {
      Tensor t = tensors.get(MODEL + p.name());
      String was = t == null ? "missing" : t.shape().toString();
      same(where, "network: " + p.name(), was, p.shape().toString());
    }
    for (String name : tensors.keySet()) {
      if (name.startsWith(MODEL) && !model.parameters().contains(name.substring(MODEL.length()))) {
        same(where, "network: " + name.substring(MODEL.length()), "there", "missing");
      }
    }
  }

  private void requireSame(Map<String, Object> was, String where) {
    identity.forEach((name, now) -> {
      @Nullable Object before = was.getOrDefault(name, LATER.get(name));
      same(where, name, before == null ? "not set" : before.toString(), now);
    });
  }

  private static void same(String where, String what, String was, String is) {
    if (!was.equals(is)) {
      throw new FoveaException(
          where
              + ": the checkpoint is of another training: "
              + what
              + " was "
              + shown(was)
              + ", is "
              + shown(is)
              + "; resume with the same settings or begin anew");
    }
  }

  private static String shown(String s) {
    return s.isEmpty() ? "none" : Text.shown(s);
  }
}
