package dev.fovea.cli;

import static dev.fovea.optim.Optimizers.adam;
import static dev.fovea.optim.Optimizers.adamW;
import static dev.fovea.optim.Optimizers.rmsProp;
import static dev.fovea.optim.Optimizers.sgd;

import dev.fovea.io.Suggest;
import dev.fovea.nn.Losses;
import dev.fovea.optim.Optimizer;
import dev.fovea.optim.Optimizers;
import dev.fovea.optim.RmsProp;
import dev.fovea.optim.Schedule;
import dev.fovea.optim.Schedules;
import dev.fovea.optim.Sgd;
import dev.fovea.tensor.FoveaException;
import dev.fovea.zoo.Recipe;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a network is trained; what is not given comes from its recipe. */
final class Optimization {
  private static final List<String> OPTIMIZERS =
      List.of("sgd", "adam", "adamw", "rmsprop", "adagrad", "adadelta", "lion", "lars", "muon");
  private static final List<String> SCHEDULES =
      List.of("constant", "step", "cosine", "one-cycle", "polynomial");
  private static final int STEPS = 3;
  private static final double STEP_DECAY = 0.1;
  private static final double POWER = 0.9;
  private static final double USUAL_MOMENTUM = 0.9;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "How often every sample is seen; by default the network's own number.")
  private @Nullable Integer epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Samples per step; by default the network's own number.")
  private @Nullable Integer batch;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "The highest learning rate; by default the network's or the optimizer's own.")
  private @Nullable Double rate;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      description =
          "sgd (Nesterov), adam, adamw, rmsprop, adagrad, adadelta, lion, lars or muon; by default"
              + " the network's own.")
  private @Nullable String optimizer;

  @Option(
      names = "--momentum",
      paramLabel = "X",
      description = "Momentum of sgd (default: 0.9) or rmsprop (default: 0); the others have none.")
  private @Nullable Double momentum;

  @Option(
      names = "--weight-decay",
      paramLabel = "X",
      description = "Weight decay; by default the network's or the optimizer's own.")
  private @Nullable Double decay;

  @Option(
      names = "--clip-norm",
      paramLabel = "X",
      description =
          "Clip the norm of all gradients; by default as in the network's recipe, usually"
              + " not at all.")
  private @Nullable Double clip;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      description =
          "constant, step (a tenth after each third), cosine, one-cycle or polynomial (power 0.9);"
              + " by default the network's own.")
  private @Nullable String schedule;

  @Option(
      names = "--warmup",
      paramLabel = "EPOCHS",
      defaultValue = "0",
      description = "Warm-up: let the learning rate rise over this many epochs first.")
  private double warmup;

  @Option(
      names = "--label-smoothing",
      paramLabel = "X",
      defaultValue = "0",
      description =
          "Label smoothing: the share of the target that is spread over all classes"
              + " (default: 0).")
  private double smoothing;

  /**
   * What was chosen.
   *
   * @param optimizerName the optimiser's name
   * @param optimizer the optimiser
   * @param scheduleName the schedule's name
   * @param schedule the schedule
   * @param loss the loss
   * @param epochs the number of epochs
   * @param batch the number of samples of a step
   * @param warmup the number of epochs over which the learning rate rises first
   */
  record Choice(
      String optimizerName,
      Optimizer optimizer,
      String scheduleName,
      Schedule schedule,
      Losses.CrossEntropy loss,
      int epochs,
      int batch,
      double warmup) {

    /** Returns this choice with another loss. */
    Choice with(Losses.CrossEntropy other) {
      return new Choice(
          optimizerName, optimizer, scheduleName, schedule, other, epochs, batch, warmup);
    }

    /** Returns the choice as text, for the metadata of the model. */
    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("optimizer", optimizerName);
      fields.put("learning_rate", optimizer.learningRate());
      momentum().ifPresent(m -> fields.put("momentum", m));
      fields.put("weight_decay", optimizer.regularization().weightDecay());
      fields.put("clip_norm", JsonReport.number(optimizer.regularization().clipNorm()));
      fields.put("schedule", scheduleName);
      fields.put("warmup", warmup);
      fields.put("epochs", epochs);
      fields.put("batch", batch);
      fields.put("label_smoothing", loss.smoothing());
      return fields;
    }

    private Optional<Double> momentum() {
      return switch (optimizer) {
        case Sgd s -> Optional.of(s.momentum());
        case RmsProp r -> Optional.of(r.momentum());
        default -> Optional.empty();
      };
    }
  }

  /** Returns whether a size of batches was asked for. */
  boolean asksBatch() {
    return batch != null;
  }

  /**
   * Returns what the options and the recipe come to.
   *
   * @param samples the number of training samples
   * @param batches of how many batches together a step is made
   * @throws FoveaException if a name is unknown or a number is out of range
   */
  Choice choose(Recipe recipe, int samples, int batches) {
    int count = Range.atLeast("--epochs", epochs == null ? recipe.epochs() : epochs, 1);
    int size = Range.atLeast("--batch", batch == null ? recipe.batch() : batch, 1);
    if (batch != null && size > samples) {
      throw new FoveaException(
          "--batch " + size + ": there are only " + samples + " training samples");
    }
    int steps = Math.ceilDiv(Math.ceilDiv(samples, size), batches);
    String scheduleName =
        known("--schedule", schedule == null ? recipe.schedule() : schedule, SCHEDULES);
    return new Choice(
        optimizerName(recipe),
        optimizer(recipe),
        scheduleName,
        schedule(scheduleName, steps, count),
        Losses.crossEntropy().labelSmoothing(Range.fraction("--label-smoothing", smoothing, 1)),
        count,
        Math.min(size, samples),
        warmup);
  }

  private String optimizerName(Recipe recipe) {
    return known("--optimizer", optimizer == null ? recipe.optimizer() : optimizer, OPTIMIZERS);
  }

  private Optimizer optimizer(Recipe recipe) {
    String name = optimizerName(recipe);
    boolean own = name.equals(recipe.optimizer());
    double usual = own ? recipe.learningRate() : usualRate(name);
    double lr = Range.normalFloat("--lr", rate == null ? usual : rate);
    Optimizer chosen = rule(name, lr);
    if (decay != null) {
      chosen = chosen.weightDecay(Range.fraction("--weight-decay", decay, 1));
    } else if (own && recipe.weightDecay() > 0) {
      chosen = chosen.weightDecay(recipe.weightDecay());
    }
    if (clip != null) {
      return chosen.clipNorm(Range.positive("--clip-norm", clip));
    }
    return own && Double.isFinite(recipe.clipNorm()) ? chosen.clipNorm(recipe.clipNorm()) : chosen;
  }

  private static double usualRate(String name) {
    return switch (name) {
      case "sgd" -> 0.05;
      case "adagrad" -> 1e-2;
      case "adadelta" -> 1;
      case "lion" -> 1e-4;
      case "lars" -> 1;
      case "muon" -> 0.02;
      default -> 1e-3;
    };
  }

  private Optimizer rule(String name, double lr) {
    if (momentum != null) {
      Range.fraction("--momentum", momentum, 1);
    }
    return switch (name) {
      case "sgd" -> {
        double mu = momentum == null ? USUAL_MOMENTUM : momentum;
        yield mu > 0 ? sgd(lr).momentum(mu).nesterov() : sgd(lr);
      }
      case "rmsprop" -> momentum == null ? rmsProp(lr) : rmsProp(lr).momentum(momentum);
      default -> {
        if (momentum != null) {
          throw new FoveaException(
              "--momentum: the optimizer is "
                  + name
                  + ", which has none; give --optimizer sgd or rmsprop too");
        }
        yield withoutMomentum(name, lr);
      }
    };
  }

  private static Optimizer withoutMomentum(String name, double lr) {
    return switch (name) {
      case "adam" -> adam(lr);
      case "adamw" -> adamW(lr);
      case "adagrad" -> Optimizers.adaGrad(lr);
      case "adadelta" -> Optimizers.adaDelta().learningRate(lr);
      case "lion" -> Optimizers.lion(lr);
      case "lars" -> Optimizers.lars(lr);
      default -> Optimizers.muon(lr);
    };
  }

  private Schedule schedule(String name, int steps, int count) {
    if (!(warmup >= 0 && warmup < count)) {
      throw new FoveaException(
          "--warmup " + warmup + ": 0 to less than the " + count + " epochs expected");
    }
    long total = (long) steps * count;
    if (total > Integer.MAX_VALUE) {
      throw new FoveaException(
          "--epochs %s: %s steps of all epochs, at most %s expected"
              .formatted(count, total, Integer.MAX_VALUE));
    }
    Schedule chosen =
        switch (name) {
          case "constant" -> Schedules.constant();
          case "step" -> Schedules.step((int) Math.max(1, (total + STEPS - 1) / STEPS), STEP_DECAY);
          case "cosine" -> Schedules.cosine();
          case "polynomial" -> Schedules.polynomial(POWER);
          default -> Schedules.oneCycle();
        };
    return warmup == 0 ? chosen : chosen.warmup((int) Math.round(warmup * steps));
  }

  private static String known(String option, String name, List<String> names) {
    if (!names.contains(name)) {
      throw new FoveaException(option + " \"" + name + "\": unknown" + Suggest.hint(name, names));
    }
    return name;
  }
}
