package dev.fovea.spark;

import dev.fovea.engine.Engine;
import dev.fovea.tensor.Seed;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Scale;
import dev.fovea.zoo.Zoo;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures what a step costs besides its computation. */
@Command(
    name = "cost",
    description = "Bytes sent and time of a step of networks of the zoo, without its computation.")
final class CostCommand implements Callable<Integer> {
  @Mixin private SparkCommand.Where where;

  @Parameters(
      paramLabel = "NET",
      description = "Networks of the zoo (default: lenet5 mobilenet resnet18 resnet50).")
  private List<String> nets = List.of("lenet5", "mobilenet", "resnet18", "resnet50");

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "4",
      description = "Workers (default: 4).")
  private int workers;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "11",
      description = "Steps, of which the median counts (default: 11).")
  private int rounds;

  @Override
  public Integer call() throws IOException, TimeoutException {
    ReduceCost measure = new ReduceCost(workers, rounds);
    List<Architecture> networks = nets.stream().map(Zoo::find).toList();
    try (SparkSession session = where.session()) {
      System.out.println(
          "net, parameters, step in ms, processor time in ms, MB shuffled, MB collected");
      for (Architecture a : networks) {
        int parameters =
            a.model(Scale.full(a.classes()), a.input(), Seed.of(0), Engine.shared())
                .parameters()
                .values()
                .length;
        ReduceCost.Cost cost = measure.of(session, parameters);
        System.out.println(
            String.format(
                Locale.ROOT,
                "%s, %d, %.1f, %.1f, %.3f, %.3f",
                a.name(),
                cost.parameters(),
                cost.seconds() * 1e3,
                cost.processor() * 1e3,
                cost.shuffled() * 1e-6,
                cost.collected() * 1e-6));
      }
      return 0;
    }
  }
}
