package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.io.Json;
import dev.fovea.io.Table;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.systems.net.Systems;
import dev.fovea.systems.net.VisionSystem;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.zoo.Architecture;
import dev.fovea.zoo.Recipe;
import dev.fovea.zoo.Zoo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists the networks. */
@Command(
    name = "zoo",
    header = "List the networks and vision systems that can be trained by name.",
    footer = {
      "",
      "Examples:",
      "  fovea zoo",
      "  fovea zoo --json",
      "  fovea zoo --write docs/zoo.md"
    })
final class ZooCommand implements Runnable {
  @Option(names = "--json", description = "Print a JSON array with one object per network.")
  private boolean json;

  @Option(
      names = "--write",
      paramLabel = "FILE.md",
      description = "Write a page of all networks, and a picture of errors against operations.")
  private @Nullable Path page;

  @Option(names = "--measure", description = "Run every network for the page: takes minutes.")
  private boolean measure;

  @Override
  public void run() {
    if (measure && page == null) {
      throw new FoveaException("--measure: name the page to be written with --write FILE.md");
    }
    if (page != null) {
      ZooPage.write(page, measure);
      return;
    }
    if (json) {
      List<Map<String, Object>> all = new ArrayList<>();
      Zoo.all().forEach(a -> all.add(fields(a)));
      Systems.all().forEach(s -> all.add(fields(s)));
      System.out.println(Json.write(all));
      return;
    }
    Table table = new Table("name", "year", ">parameters", ">FLOPs", ">input", "paper");
    for (Architecture a : Zoo.all()) {
      Summary s = summary(a);
      table.row(
          a.name(),
          Integer.toString(a.year()),
          String.format(Locale.ROOT, "%,d", s.trainable()),
          scaled(s.flops()),
          a.input().times(),
          a.paper());
    }
    System.out.print(table);
    System.out.println();
    System.out.println("Vision systems, for boxes, masks or joints:");
    System.out.print(systems());
  }

  private static Table systems() {
    Table table = new Table("name", "task", "year", ">parameters", ">FLOPs", ">input", "paper");
    for (VisionSystem system : Systems.all()) {
      VisionSystem.Profile profile = system.profile();
      Summary s = SystemNetwork.of(system, Optional.empty(), null).summary();
      table.row(
          system.name(),
          profile.task().text(),
          Integer.toString(profile.year()),
          String.format(Locale.ROOT, "%,d", s.trainable()),
          scaled(s.flops()),
          profile.input().times(),
          profile.paper());
    }
    return table;
  }

  private static Map<String, Object> fields(VisionSystem system) {
    VisionSystem.Profile profile = system.profile();
    Summary s = SystemNetwork.of(system, Optional.empty(), null).summary();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", system.name());
    fields.put("title", profile.title());
    fields.put("year", profile.year());
    fields.put("paper", profile.paper());
    fields.put("task", profile.task().text());
    fields.put("input", SummaryCommand.dims(profile.input()));
    fields.put("parameters", s.parameters());
    fields.put("trainable", s.trainable());
    fields.put("flops", s.flops());
    fields.put("recipe", recipe(profile.recipe()));
    return fields;
  }

  static Summary summary(Architecture a) {
    Engine idle = Engine.idle();
    return Model.build(a.build(a.classes()), a.input(), Seed.of(0), idle).summary();
  }

  private static Map<String, Object> fields(Architecture a) {
    Summary s = summary(a);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", a.name());
    fields.put("title", a.title());
    fields.put("year", a.year());
    fields.put("paper", a.paper());
    fields.put("task", a.task().text());
    fields.put("input", SummaryCommand.dims(a.input()));
    fields.put("classes", a.classes());
    fields.put("parameters", s.parameters());
    fields.put("trainable", s.trainable());
    fields.put("flops", s.flops());
    fields.put("recipe", recipe(a.recipe()));
    return fields;
  }

  private static Map<String, Object> recipe(Recipe r) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("optimizer", r.optimizer());
    fields.put("learning_rate", r.learningRate());
    fields.put("schedule", r.schedule());
    fields.put("epochs", r.epochs());
    fields.put("batch", r.batch());
    fields.put("weight_decay", r.weightDecay());
    return fields;
  }

  /** Returns a number of operations with three digits: 852 k, 2.53 M, 30.9 G. */
  static String scaled(long flops) {
    double x = flops;
    String[] units = {"", " k", " M", " G", " T"};
    int u = 0;
    while (x >= 999.5 && u < units.length - 1) {
      x /= 1000;
      u++;
    }
    return (u == 0 ? String.format(Locale.ROOT, "%.0f", x) : threeDigits(x)) + units[u];
  }

  /** Returns a number below 1000 with three digits, a larger one without a fraction. */
  static String threeDigits(double x) {
    int decimals = x >= 99.95 ? 0 : x >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", x);
  }
}
