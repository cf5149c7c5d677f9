package dev.fovea.train;

import dev.fovea.data.Batches;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings that must be the same when a checkpoint is resumed. */
final class TrainingIdentity {
  private TrainingIdentity() {}

  /** Returns the values of the settings by their names, as messages and checkpoints show them. */
  static Map<String, String> of(Trainer.Settings s, TrainingSizes sizes, int epochs) {
    Batches batches = sizes.all().get(0).batches();
    Map<String, String> is = new LinkedHashMap<>();
    is.put("loss", s.objective.description());
    is.put("schedule", s.schedule.name());
    if (s.schedule.dependsOnTotal()) {
      is.put("number of epochs", Integer.toString(epochs));
    }
    is.put("number of training samples", Integer.toString(batches.dataset().size()));
    is.put("augmentation", batches.dataset().description());
    is.put("sizes of pictures", sizes.description());
    is.put("shuffling", batches.dataset().inRandomOrder() ? "on" : "off");
    is.put("batch size", Integer.toString(batches.batchSize()));
    is.put("dropping of the last batch", batches.dropLast() ? "on" : "off");
    is.put("seed", Long.toString(s.seed.value()));
    is.put("convolutions", s.model.engine().convolutions().text());
    is.put("precision", s.model.engine().precision().text());
    is.put("batches of a step", Integer.toString(s.accumulate));
    is.put("cluster", s.cluster.map(TrainingIdentity::of).orElse(""));
    is.put("averaging", Double.toString(s.averaging));
    is.put("plateau", s.plateau.map(Plateau::description).orElse(""));
    is.put("rates", s.rates.toString());
    is.put("unfreezing", s.unfreezing.toString());
    is.put("freezing", joined(s.freezing.stream().map(Freezing::description)));
    is.put("layers told to behave", s.model.behaviours());
    is.put("metrics", joined(s.metrics.stream().map(Metric::name)));
    is.put("measures", joined(s.measures.stream().flatMap(m -> m.names().stream())));
    Stream<String> callbacks = s.callbacks.stream().map(Callback::description);
    is.put("callbacks", joined(callbacks.filter(text -> !text.isEmpty())));
    is.put("frozen parameters", frozen(s.model));
    // An optimiser of the user's may call one of its numbers the same.
    s.optimizer.settings().forEach((name, value) -> is.merge(name, value, (a, b) -> a + ", " + b));
    return is;
  }

  private static String of(Cluster c) {
    return c.workers() + " workers, " + c.localSteps() + " local steps";
  }

  private static String frozen(Model model) {
    return joined(model.parameters().all().stream().map(Parameter::name).filter(model::isFrozen));
  }

  private static String joined(Stream<String> names) {
    return names.collect(Collectors.joining(" "));
  }
}
