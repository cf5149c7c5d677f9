package dev.fovea.formats.onnx.export;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.text;

import dev.fovea.formats.onnx.export.ExportGraph.Place;
import dev.fovea.formats.onnx.operators.AxisResize;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Movement;
import dev.fovea.op.Sampling;
import dev.fovea.op.Scan;
import dev.fovea.op.Taps;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes ops that move elements. */
final class ExportMovements {
  private static final double SAME = 1e-5;

  private final ExportGraph graph;

  ExportMovements(ExportGraph graph) {
    this.graph = graph;
  }

  @Nullable Place write(Movement op, Value v) {
    return switch (op) {
      case Movement.Reshape _ -> reshape(v);
      case Movement.Transpose t -> transpose(t, v);
      case Movement.Slice s -> slice(s, v);
      case Movement.Pad p -> pad(p, v);
      case Movement.Concat c -> concat(c, v);
      case Movement.Broadcast _ -> broadcast(v);
      case Movement.OneHot hot -> oneHot(hot, v);
      case Movement.Pack _ -> null;
    };
  }

  /** Compares each index with all: ONNX counts negative ones from the end, which here are none. */
  private Place oneHot(Movement.OneHot hot, Value v) {
    Value x = v.input(0);
    float[] all = new float[hot.classes()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    String column = graph.node("Unsqueeze", List.of(plain(x), graph.longs(x.shape().rank())));
    String same = graph.node("Equal", List.of(column, graph.floats(Shape.of(all.length), all)));
    return plainly(v, graph.node("Cast", List.of(same), integer("to", DataType.FLOAT.code())));
  }

  @Nullable Place write(Sampling op, Value v) {
    return switch (op) {
      case Sampling.Resample r -> resample(r, v);
      case Sampling.Gather _ -> {
        String numbers =
            graph.node("Cast", List.of(plain(v.input(1))), integer("to", DataType.INT64.code()));
        yield plainly(
            v, graph.node("Gather", List.of(plain(v.input(0)), numbers), integer("axis", 0)));
      }
      case Sampling.ScatterAdd _ -> null;
    };
  }

  private String plain(Value v) {
    return graph.in(v, Index.range(v.shape().rank()));
  }

  private static Place plainly(Value v, String name) {
    return new Place(name, Index.range(v.shape().rank()));
  }

  /** Returns the order that an operand is in, so that it need not be moved. */
  private int[] order(Value v) {
    return ExportGraph.isFixed(v) ? Index.range(v.shape().rank()) : graph.placed(v).order();
  }

  private Place reshape(Value v) {
    if (Scan.resultOf(v.input(0)) >= 0) { // has its shape already
      return plainly(v, graph.placed(v.input(0)).name());
    }
    int[] dims = v.shape().dims();
    int free = 0;
    for (int a = 0; a < dims.length; a++) {
      if (graph.batches(v, a) > 0) {
        dims[a] = -1;
        free++;
      }
    }
    if (free > 1) {
      throw new FoveaException(
          "reshapes to " + v.shape() + ", of which more than one axis depends on the batch");
    }
    return plainly(v, graph.node("Reshape", List.of(plain(v.input(0)), graph.longs(dims))));
  }

  /** A transposition moves nothing until somebody needs it. */
  private Place transpose(Movement.Transpose t, Value v) {
    Value x = v.input(0);
    int[] of = order(x);
    int[] inverse = Index.inverse(t.order().toArray());
    return new Place(graph.in(x, of), Arrays.stream(of).map(a -> inverse[a]).toArray());
  }

  private Place slice(Movement.Slice s, Value v) {
    Value x = v.input(0);
    if (x.op() instanceof Scan) {
      return plainly(v, graph.scanned(x).get(Scan.resultOf(v)));
    }
    int[] order = order(x);
    List<Integer> axes = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      if (s.size().dim(order[i]) != x.shape().dim(order[i])) {
        if (graph.batches(x, order[i]) > 0) {
          throw new FoveaException("cuts the batch into parts");
        }
        axes.add(i);
      }
    }
    int[] at = axes.stream().mapToInt(Integer::intValue).toArray();
    int[] begin = Arrays.stream(at).map(i -> s.begin().get(order[i])).toArray();
    int[] end =
        Arrays.stream(at).map(i -> s.begin().get(order[i]) + s.size().dim(order[i])).toArray();
    List<String> inputs =
        List.of(graph.in(x, order), graph.longs(begin), graph.longs(end), graph.longs(at));
    return new Place(graph.node("Slice", inputs), order);
  }

  private Place pad(Movement.Pad p, Value v) {
    int[] order = order(v.input(0));
    int[] widths = new int[2 * order.length];
    for (int i = 0; i < order.length; i++) {
      widths[i] = p.before().get(order[i]);
      widths[i + order.length] = p.after().get(order[i]);
    }
    List<String> inputs =
        List.of(
            graph.in(v.input(0), order),
            graph.longs(widths),
            graph.floats(Shape.scalar(), p.value()));
    return new Place(graph.node("Pad", inputs, text("mode", "constant")), order);
  }

  private Place concat(Movement.Concat c, Value v) {
    int[] order = order(v.input(0));
    List<String> parts = v.inputs().stream().map(in -> graph.in(in, order)).toList();
    int axis = Index.inverse(order)[c.axis()];
    return new Place(graph.node("Concat", parts, integer("axis", axis)), order);
  }

  /** Repeats axes; one that is repeated once per sample takes its extent from the input. */
  private Place broadcast(Value v) {
    Value x = v.input(0);
    int lead = v.shape().rank() - x.shape().rank();
    int[] dims = v.shape().dims();
    int free = -1;
    for (int a = 0; a < dims.length; a++) {
      boolean given = a >= lead && x.shape().dim(a - lead) == dims[a];
      if (graph.batches(v, a) > 1 && !given) {
        throw new FoveaException("repeats an axis a multiple of the batch");
      } else if (graph.batches(v, a) == 1 && !given) {
        free = a;
      }
      dims[a] = given ? 1 : dims[a];
    }
    String to = free < 0 ? graph.longs(dims) : shape(dims, free);
    return plainly(v, graph.node("Expand", List.of(plain(x), to)));
  }

  /** Returns a shape of which one extent is the batch. */
  private String shape(int[] dims, int free) {
    String input = graph.firstInput();
    String batch =
        graph.node(
            "Gather",
            List.of(graph.node("Shape", List.of(input)), graph.longs(0)),
            integer("axis", 0));
    List<String> parts = new ArrayList<>();
    if (free > 0) {
      parts.add(graph.longs(Arrays.copyOf(dims, free)));
    }
    parts.add(batch);
    if (free < dims.length - 1) {
      parts.add(graph.longs(Arrays.copyOfRange(dims, free + 1, dims.length)));
    }
    return parts.size() == 1 ? batch : graph.node("Concat", parts, integer("axis", 0));
  }

  /** Writes the usual interpolations as such, and all other maps of an axis as a matrix product. */
  private Place resample(Sampling.Resample r, Value v) {
    Value x = v.input(0);
    int[] order = order(x);
    for (AxisResize.Rule rule : AxisResize.Rule.USUAL) {
      if (order.length == 4 && isSame(rule, r.taps())) {
        float[] scales = new float[order.length];
        Arrays.fill(scales, 1);
        scales[Index.inverse(order)[r.axis()]] = (float) r.taps().outputs() / r.taps().inputs();
        String given = graph.floats(Shape.of(scales.length), scales);
        return new Place(
            graph.node(
                "Resize",
                List.of(graph.in(x, order), "", given),
                text("mode", rule.mode()),
                text("coordinate_transformation_mode", rule.coordinates()),
                text("nearest_mode", rule.rounding())),
            order);
      }
    }
    return product(r, v);
  }

  private static boolean isSame(AxisResize.Rule rule, Taps taps) {
    float scale = (float) taps.outputs() / taps.inputs();
    if ((int) Math.floor(scale * taps.inputs()) != taps.outputs()) {
      return false;
    }
    float[] a = dense(taps);
    float[] b = dense(AxisResize.of(rule, taps.inputs(), taps.outputs(), scale, 0, 1).taps());
    for (int i = 0; i < a.length; i++) {
      if (Math.abs(a[i] - b[i]) > SAME) {
        return false;
      }
    }
    return true;
  }

  /** Returns the matrix [inputs, outputs]. */
  private static float[] dense(Taps taps) {
    float[] matrix = new float[Math.multiplyExact(taps.inputs(), taps.outputs())];
    for (int o = 0; o < taps.outputs(); o++) {
      for (int t = taps.begin(o); t < taps.begin(o + 1); t++) {
        matrix[taps.source(t) * taps.outputs() + o] += taps.weight(t);
      }
    }
    return matrix;
  }

  private Place product(Sampling.Resample r, Value v) {
    Value x = v.input(0);
    int rank = x.shape().rank();
    int[] order = Index.range(rank);
    order[rank - 1] = r.axis();
    order[r.axis()] = rank - 1;
    String matrix = graph.floats(Shape.of(r.taps().inputs(), r.taps().outputs()), dense(r.taps()));
    return new Place(graph.node("MatMul", List.of(graph.in(x, order), matrix)), order);
  }
}
