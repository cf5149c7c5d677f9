package dev.fovea.nn;

import dev.fovea.engine.graph.Graph;
import dev.fovea.io.Table;
import dev.fovea.op.Movement;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A table of a model's layers.
 *
 * @param inputs the shapes of one sample of each input
 * @param rows one row per layer, in the order of computation
 * @param parameters the number of parameter elements, running statistics included
 * @param trainable the number of trainable parameter elements
 * @param flops floating-point operations for one sample, where a multiply-add counts as two
 * @param activationBytes memory for the intermediate results of one sample in training, in bytes:
 *     four per element of each layer's output
 */
public record Summary(
    List<Shape> inputs,
    List<Row> rows,
    long parameters,
    long trainable,
    long flops,
    long activationBytes) {

  /**
   * One layer.
   *
   * @param path its path
   * @param kind its kind, such as {@code conv2d}
   * @param output the shape of its output for one sample
   * @param parameters the number of its own parameter elements; 0 if they were counted at an
   *     earlier use
   * @param shared whether its parameters were counted at an earlier use
   * @param flops its floating-point operations for one sample
   * @param field the receptive field of one position of its output; empty if that is the whole
   *     input
   */
  public record Row(
      String path,
      String kind,
      Shape output,
      long parameters,
      boolean shared,
      long flops,
      Optional<ReceptiveField> field) {}

  static Summary of(Model model) {
    Traced traced = model.trace(1, false);
    Map<Value, ReceptiveField> fields = ReceptiveField.of(Graph.topological(traced.outputs()));
    List<Row> rows = new ArrayList<>();
    for (Trace.Visit visit : traced.visits()) {
      if (!visit.computed().isEmpty() || visit.kind().equals("dropout")) {
        rows.add(row(model, visit, fields));
      }
    }
    return new Summary(
        model.inputs(),
        List.copyOf(rows),
        model.parameters().count(false),
        model.parameters().all().stream()
            .filter(p -> p.trainable() && !model.isFrozen(p.name()))
            .mapToLong(p -> p.shape().elements())
            .sum(),
        Graph.topological(traced.outputs()).stream().mapToLong(Summary::flops).sum(),
        activationBytes(model));
  }

  private static long flops(Value v) {
    return v.op().flops(v.inputs().stream().map(Value::shape).toList(), v.shape());
  }

  private static Row row(Model model, Trace.Visit visit, Map<Value, ReceptiveField> fields) {
    long own =
        visit.parameters().stream()
            .mapToLong(n -> model.parameters().get(n).shape().elements())
            .sum();
    return new Row(
        visit.path(),
        visit.kind(),
        visit.output().shape().dropFirst(),
        own,
        visit.shared(),
        visit.computed().stream().mapToLong(Summary::flops).sum(),
        Optional.ofNullable(fields.get(visit.output())));
  }

  private static long activationBytes(Model model) {
    long bytes = 0;
    for (Value v : Graph.topological(model.trace(1, true).outputs())) {
      boolean stored =
          !(v.op() instanceof Source.Parameter)
              && !(v.op() instanceof Source.Constant)
              && !(v.op() instanceof Source.Bytes)
              && !(v.op() instanceof Movement.Reshape);
      bytes += stored ? (long) v.type().bytes() * v.shape().elements() : 0;
    }
    return bytes;
  }

  /** Returns the table as text with totals at the end. */
  @Override
  public String toString() {
    Table table =
        new Table("layer", "kind", ">output", ">parameters", ">FLOPs", ">sees", ">stride");
    for (Shape s : inputs) {
      table.row("", "input", s.times(), "", "", "", "");
    }
    for (Row r : rows) {
      table.row(
          r.path,
          r.kind,
          r.output.times(),
          r.shared ? "shared" : number(r.parameters),
          number(r.flops),
          r.field.map(Summary::seen).orElse("all"),
          r.field.map(Summary::stride).orElse(""));
    }
    return table
        + String.format(
            Locale.ROOT,
            "parameters %,d (trainable %,d) · FLOPs per sample %s · weights %s · activations for"
                + " training %s per sample",
            parameters,
            trainable,
            scaled(flops, 1000, "", " k", " M", " G", " T"),
            scaled(4 * parameters, 1024, " B", " KiB", " MiB", " GiB", " TiB"),
            scaled(activationBytes, 1024, " B", " KiB", " MiB", " GiB", " TiB"));
  }

  private static String seen(ReceptiveField f) {
    return f.height() + "×" + f.width();
  }

  private static String stride(ReceptiveField f) {
    String h = shortest(f.strideHeight());
    String w = shortest(f.strideWidth());
    return h.equals(w) ? h : h + "×" + w;
  }

  private static String shortest(double d) {
    return d == Math.rint(d) ? Long.toString((long) d) : String.format(Locale.ROOT, "%.3g", d);
  }

  private static String number(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  private static String scaled(long n, int base, String... units) {
    double x = n;
    int u = 0;
    while (x >= base && u < units.length - 1) {
      x /= base;
      u++;
    }
    return u == 0 ? n + units[0] : String.format(Locale.ROOT, "%.1f%s", x, units[u]);
  }
}
