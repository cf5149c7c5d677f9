package dev.fovea.cli;

import dev.fovea.data.Preprocessing;
import dev.fovea.io.Safetensors;
import dev.fovea.nn.Model;
import dev.fovea.runtime.Engine;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model file says beside the weights: all that is needed to use them.
 *
 * @param net the name of the network in the zoo
 * @param labels the names of the classes
 * @param preprocessing how pictures become inputs
 * @param data the name of the data set it was trained on
 * @param training how it was trained, as JSON
 */
record ModelFile(
    String net, List<String> labels, Preprocessing preprocessing, String data, String training) {
  private static final int SHOWN = 60;
  private static final String VERSION = "fovea";
  private static final String NET = "net";
  private static final String LABELS = "labels";
  private static final String PREPROCESSING = "preprocessing";
  private static final String DATA = "data";
  private static final String TRAINING = "training";

  ModelFile {
    labels = labels.stream().map(Errors::oneLine).toList();
  }

  /** Returns an untrained model of this description. */
  Model build(Seed seed, Engine engine) {
    Shape input = preprocessing.shape();
    return Model.build(Zoo.find(net).build(labels.size()), input, seed, engine)
        .withMetadata(metadata());
  }

  /** Returns the texts that are stored in the file; the same description gives the same texts. */
  Map<String, String> metadata() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put(VERSION, Version.TEXT);
    texts.put(NET, net);
    texts.put(DATA, data);
    texts.put(LABELS, String.join("\n", labels));
    texts.put(PREPROCESSING, preprocessing.toText());
    texts.put(TRAINING, training);
    return texts;
  }

  /**
   * Reads the description of a file and none of its weights.
   *
   * @throws FoveaException if the file is not a model of the zoo
   */
  static ModelFile read(Path file) {
    requireFile(file);
    Map<String, String> texts = Safetensors.readMetadata(file);
    for (String name : List.of(NET, LABELS, PREPROCESSING)) {
      if (!texts.containsKey(name)) {
        throw new FoveaException(
            file
                + ": has weights but not the network they belong to (no \""
                + name
                + "\" in its metadata); a file that fovea train wrote is needed");
      }
    }
    String net = texts.getOrDefault(NET, "");
    if (!Zoo.names().contains(net)) {
      throw new FoveaException(file + ": is of the network \"" + net + "\", which is not known");
    }
    List<String> labels = List.of(texts.getOrDefault(LABELS, "").split("\n", -1));
    String where = file + ": preprocessing";
    Preprocessing p = Preprocessing.parse(texts.getOrDefault(PREPROCESSING, ""), where);
    return new ModelFile(
        net, labels, p, texts.getOrDefault(DATA, ""), texts.getOrDefault(TRAINING, ""));
  }

  /**
   * Requires the same network, data and classes in the metadata of a checkpoint.
   *
   * @throws FoveaException if they differ
   */
  void requireSame(Map<String, String> before, String source) {
    Map<String, String> now = metadata();
    for (String name : List.of(NET, DATA, LABELS, PREPROCESSING)) {
      String was = before.getOrDefault(name, "not known");
      String is = now.getOrDefault(name, "");
      if (!was.equals(is)) {
        throw new FoveaException(
            "%s: is of another training: %s was %s, is %s; leave --resume out to begin anew"
                .formatted(source, name, shown(was), shown(is)));
      }
    }
  }

  private static String shown(String text) {
    String line = text.replace("\n", ", ");
    return line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
  }

  /**
   * Reads a model with its weights.
   *
   * @throws FoveaException if the file is damaged or its weights are of another network
   */
  static Model load(Path file, Engine engine) {
    Model model = read(file).build(Seed.of(0), engine);
    model.load(file);
    return model;
  }

  private static void requireFile(Path file) {
    if (Files.isDirectory(file)) {
      Path inside = file.resolve("model.safetensors");
      String hint = Files.exists(inside) ? "; give " + inside : "";
      throw new FoveaException(file + ": a folder, expected a model file" + hint);
    }
    if (!Files.exists(file)) {
      throw new FoveaException(file + ": no such file; fovea train writes model files");
    }
  }
}
