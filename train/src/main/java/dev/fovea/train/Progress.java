package dev.fovea.train;

import dev.fovea.io.Json;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The progress of a training: all of its state except the parameters of the network. */
final class Progress {
  long step;
  int epochsDone;
  int batch;
  double learningRate;
  double secondsOfEpoch;
  History history = new History(List.of());
  Optional<String> stopReason = Optional.empty();

  /** The number of samples of the epoch in progress. */
  long samples;

  /** The sum of losses and of what they weigh, of the epoch in progress. */
  final double[] losses = new double[2];

  /** The sums of each term of the losses over the epoch in progress, weighted as the losses are. */
  final double[] parts;

  /** Whether all of the epoch is in the sums of terms; earlier versions did not write them. */
  boolean knowsParts = true;

  /** The sums of each metric over the epoch in progress. */
  final List<double[]> metrics;

  Progress(int parts, List<double[]> metrics) {
    this.parts = new double[parts];
    this.metrics = List.copyOf(metrics);
  }

  /** Returns the mean of what was summed up as losses are. */
  double mean(double sum) {
    return losses[1] == 0 ? 0 : sum / losses[1];
  }

  void beginEpoch() {
    epochsDone++;
    batch = 0;
    secondsOfEpoch = 0;
    samples = 0;
    knowsParts = true;
    Arrays.fill(losses, 0);
    Arrays.fill(parts, 0);
    metrics.forEach(sums -> Arrays.fill(sums, 0));
  }

  /** Returns the content as JSON values; doubles as text, which brings back every bit. */
  Map<String, Object> toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("step", step);
    json.put("epochs_done", epochsDone);
    json.put("batch", batch);
    json.put("learning_rate", Double.toString(learningRate));
    json.put("seconds_of_epoch", Double.toString(secondsOfEpoch));
    json.put("losses", texts(losses));
    json.put("parts", texts(parts));
    json.put("samples", samples);
    json.put("metrics", metrics.stream().map(Progress::texts).toList());
    json.put("stop_reason", stopReason.orElse(""));
    json.put("history", history.toCsv());
    return json;
  }

  private static List<Object> texts(double[] values) {
    List<Object> texts = new ArrayList<>();
    for (double v : values) {
      texts.add(Double.toString(v));
    }
    return texts;
  }

  /** Takes the content of JSON values. */
  void read(Map<String, Object> json, String where) {
    step = integer(json, "step", Long.MAX_VALUE, where);
    epochsDone = (int) integer(json, "epochs_done", Integer.MAX_VALUE, where);
    batch = (int) integer(json, "batch", Integer.MAX_VALUE, where);
    learningRate = number(Json.member(json, "learning_rate", where), where);
    secondsOfEpoch = number(Json.member(json, "seconds_of_epoch", where), where);
    fill(losses, Json.member(json, "losses", where), where);
    if (json.containsKey("parts")) {
      fill(parts, Json.member(json, "parts", where), where);
    } else {
      knowsParts = batch == 0;
    }
    // Checkpoints of before losses had weights say it there.
    samples =
        json.containsKey("samples")
            ? integer(json, "samples", Long.MAX_VALUE, where)
            : (long) losses[1];
    List<Object> sums = Json.array(Json.member(json, "metrics", where), where);
    if (sums.size() != metrics.size()) {
      throw new FoveaException(where + ": has sums of " + sums.size() + " metrics");
    }
    for (int i = 0; i < sums.size(); i++) {
      fill(metrics.get(i), sums.get(i), where);
    }
    String reason = Json.string(Json.member(json, "stop_reason", where), where);
    stopReason = reason.isEmpty() ? Optional.empty() : Optional.of(reason);
    history = History.ofCsv(Json.string(Json.member(json, "history", where), where), where);
  }

  private static long integer(Map<String, Object> json, String name, long most, String where) {
    long n = Json.integer(Json.member(json, name, where), where + ": " + name);
    if (n < 0 || n > most) {
      throw new FoveaException(
          "%s: %s from 0 to %s expected, got %s".formatted(where, name, most, n));
    }
    return n;
  }

  private static void fill(double[] values, Object json, String where) {
    List<Object> texts = Json.array(json, where);
    if (texts.size() != values.length) {
      throw new FoveaException(
          where + ": has " + texts.size() + " sums where " + values.length + " are expected");
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = number(texts.get(i), where);
    }
  }

  private static double number(Object text, String where) {
    try {
      return Double.parseDouble(Json.string(text, where));
    } catch (NumberFormatException e) {
      throw new FoveaException(where + ": " + text + " is not a number", e);
    }
  }
}
