package dev.fovea.cli;

import dev.fovea.io.Json;
import dev.fovea.train.History;
import dev.fovea.train.Scores;
import dev.fovea.train.Training;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON object per line: start, every epoch, result. */
final class JsonReport implements Report {
  private static final String EVENT = "event";

  private final TrainingFacts facts;

  JsonReport(TrainingFacts facts) {
    this.facts = facts;
  }

  @Override
  public void onStart(Training training) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(EVENT, "start");
    fields.putAll(facts.fields());
    fields.put("steps_done", training.step());
    print(fields);
  }

  @Override
  public void onEpoch(Training training, History.Epoch epoch) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(EVENT, "epoch");
    fields.put("epoch", epoch.number());
    fields.put("epochs", training.epochs());
    fields.put("loss", number(epoch.train().loss()));
    epoch.train().metrics().forEach((name, value) -> fields.put(name, number(value)));
    epoch.validation().ifPresent(s -> putTest(fields, s));
    fields.put("learning_rate", number(epoch.learningRate()));
    fields.put("seconds", number(epoch.seconds()));
    print(fields);
  }

  private static void putTest(Map<String, Object> fields, Scores test) {
    fields.put("test_loss", number(test.loss()));
    test.metrics().forEach((name, value) -> fields.put("test_" + name, number(value)));
  }

  @Override
  public void result(History history, History.Epoch saved, OutputFolder folder) {
    Scores test = saved.validation().orElse(saved.train());
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(EVENT, "result");
    test.metrics().forEach((name, value) -> fields.put(name, number(value)));
    fields.put("loss", number(test.loss()));
    fields.put("seconds", number(Report.seconds(history)));
    fields.put("epochs", history.epochs().size());
    fields.put("saved_epoch", saved.number());
    fields.put("model", folder.model().toString());
    print(fields);
  }

  /** JSON has no NaN and no infinity. */
  static Object number(double x) {
    return Double.isFinite(x) ? (Object) x : Json.Null.NULL;
  }

  private static void print(Map<String, Object> fields) {
    System.out.println(Json.write(fields));
  }
}
