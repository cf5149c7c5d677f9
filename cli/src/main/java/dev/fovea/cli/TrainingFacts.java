package dev.fovea.cli;

import dev.fovea.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is going to be trained, on what and how.
 *
 * @param net the network's name
 * @param data the data set's name
 * @param input the shape of a picture
 * @param classes the number of classes
 * @param parameters the number of trainable parameters
 * @param trainSamples the number of training samples
 * @param testSamples the number of test samples
 * @param choice optimiser, schedule, epochs, batch
 * @param seed the seed
 * @param kernels the name of the kernels in use
 * @param threads the number of threads
 */
record TrainingFacts(
    String net,
    String data,
    Shape input,
    int classes,
    long parameters,
    int trainSamples,
    int testSamples,
    Optimization.Choice choice,
    long seed,
    String kernels,
    int threads) {

  /** Returns the facts for JSON. */
  Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("net", net);
    fields.put("data", data);
    fields.put("input", SummaryCommand.dims(input));
    fields.put("classes", classes);
    fields.put("parameters", parameters);
    fields.put("train_samples", trainSamples);
    fields.put("test_samples", testSamples);
    fields.putAll(choice.fields());
    fields.put("seed", seed);
    fields.put("kernels", kernels);
    fields.put("threads", threads);
    return fields;
  }
}
