package dev.fovea.bench;

import dev.fovea.data.Batch;
import dev.fovea.engine.Engine;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.compile.Step;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.StepObserver;
import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.Precision;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The roofline per step of a program: each is timed inside whole runs, so that caches are as they
 * are in real life. All threads compute each step together; in the inference of a batch, where each
 * thread may compute samples of its own, the times are those of one such part.
 */
final class StepRoofline {
  private static final int LEAST_RUNS = 5;

  private final Case what;
  private final Engine engine;
  private final Program program;
  private final Consumer<StepObserver> observed;
  private final long parameters;
  private final boolean training;
  private final int atOnce;

  StepRoofline(Case what, Engine engine) {
    this.what = what;
    this.engine = engine;
    BenchNet net = BenchNets.find(what.net());
    Model model = net.model(engine);
    this.parameters = model.parameters().count(true);
    this.training = what.mode() == Mode.TRAIN;
    this.atOnce = training ? what.batch() : model.inference().samplesAtOnce(what.batch());
    if (training) {
      TrainingStep step = FoveaWork.step(model, what.batch());
      Batch batch = FoveaWork.batch(net, what.batch());
      FoveaWork.Seeds seeds = new FoveaWork.Seeds();
      step.gradients(batch, seeds.next());
      this.program = step.unwrap(Execution.class).program();
      this.observed =
          observer -> {
            Execution execution = step.unwrap(Execution.class);
            execution.set(0, batch.input());
            execution.set(1, batch.target());
            execution.run(observer);
            step.apply();
          };
    } else {
      Tensor pictures = FoveaWork.pictures(net.input(), atOnce);
      Traced traced = model.trace(atOnce, false);
      Graph graph = Graph.of(traced.inputs(), traced.outputs());
      CompiledFunction function =
          CompiledFunction.of(engine.unwrap(Device.class), graph, Compiler.Mode.INFER);
      Execution execution = function.acquire();
      this.program = function.program();
      this.observed =
          observer -> {
            execution.set(0, pictures);
            execution.run(observer);
          };
    }
  }

  /** Runs the measurement in a process of its own, which prints the report. */
  static void start(Case c, Precision precision, double seconds, boolean json) {
    List<String> command = Peers.fovea(StepRoofline.class, precision);
    command.addAll(c.arguments());
    command.addAll(List.of("" + seconds, "" + json));
    try {
      Process p =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
      p.errorReader()
          .lines()
          .filter(l -> !l.startsWith("WARNING: Using incubator modules"))
          .forEach(System.err::println);
      if (p.waitFor() != 0) {
        throw new IllegalStateException("the measurement of " + c + " failed");
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Measures and prints. Arguments: those of the case, seconds, whether as JSON. */
  public static void main(String[] args) {
    Case c = Case.of(args);
    StepRoofline layers = new StepRoofline(c, Engine.ofThreads(c.threads()));
    LayerReport report = layers.measure(Double.parseDouble(args[4]), StepTimes.PATIENCE);
    if (Boolean.parseBoolean(args[5])) {
      report.json().forEach(row -> System.out.println(Json.write(row)));
    } else {
      System.out.println(MachineLimits.describe());
      System.out.print(report.text());
    }
    System.exit(0);
  }

  /** Measures for so many seconds after a warm-up of at most so many. */
  LayerReport measure(double seconds, double warmUp) {
    double bandwidth = MachineLimits.bandwidth(engine);
    StepTimes.warmUp(() -> observed.accept((i, t) -> {}), warmUp);
    List<List<Double>> times = new ArrayList<>();
    program.steps().forEach(s -> times.add(new ArrayList<>()));
    List<Double> whole = new ArrayList<>();
    List<Double> outside = new ArrayList<>();
    double[] sum = new double[1];
    long begin = System.nanoTime();
    while (whole.size() < LEAST_RUNS || (System.nanoTime() - begin) * 1e-9 < seconds) {
      sum[0] = 0;
      long start = System.nanoTime();
      observed.accept((i, nanos) -> {
        times.get(i).add(nanos * 1e-6);
        sum[0] += nanos * 1e-6;
      });
      double ms = (System.nanoTime() - start) * 1e-6;
      whole.add(ms);
      outside.add(ms - sum[0]);
    }
    double peak = MachineLimits.peakGflops(engine);
    List<LayerRow> rows = new ArrayList<>();
    for (int i = 0; i < times.size(); i++) {
      Step step = program.steps().get(i);
      rows.add(LayerRow.of(step, StepTimes.median(times.get(i))));
    }
    rows.add(LayerRow.outside(StepTimes.median(outside), training ? parameters : 0));
    return new LayerReport(what, atOnce, rows, StepTimes.median(whole), peak, bandwidth);
  }
}
