package dev.fovea.formats.onnx.export;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.ints;
import static dev.fovea.formats.onnx.export.ExportGraph.number;

import dev.fovea.formats.onnx.export.ExportGraph.Place;
import dev.fovea.formats.onnx.proto.Onnx.AttributeProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.HostCall;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Pooling;
import dev.fovea.op.Quantized;
import dev.fovea.op.Reduction;
import dev.fovea.op.Regions;
import dev.fovea.op.Sampling;
import dev.fovea.op.Scan;
import dev.fovea.op.Selection;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes each op as one node or a few. */
public final class ExportOperators {
  /** The order of the axes of images in ONNX. */
  static final int[] IMAGES = {0, 3, 1, 2};

  /** The order of the axes of kernels in ONNX. */
  static final int[] KERNELS = {3, 2, 0, 1};

  private final ExportGraph graph;
  private final ExportMovements movements;
  private final ExportRegions regions;
  private final ExportSelections selections;

  ExportOperators(ExportGraph graph) {
    this.graph = graph;
    this.movements = new ExportMovements(graph);
    this.regions = new ExportRegions(graph);
    this.selections = new ExportSelections(graph);
  }

  /** Writes a value's op; returns whether ONNX has a form for it. */
  boolean write(Value v) {
    @Nullable Place place =
        switch (v.op()) {
          case Source _, HostCall _, Quantized _ -> null;
          case Scan s -> new ExportScan(graph, s, v).write();
          case Elementwise e -> elementwise(e, v);
          case Reduction r -> reduction(r, v);
          case Movement m -> movements.write(m, v);
          case Sampling s -> movements.write(s, v);
          case Contraction c -> contraction(c, v, List.of());
          case Pooling p -> pooling(p, v);
          case Regions r -> regions.write(r, v);
          case Selection s -> selections.write(s, v);
          case Normalization n -> normalization(n, v);
        };
    if (place != null) {
      graph.place(v, place);
    }
    return place != null;
  }

  /** Returns whether a contraction is written with the bias that is added to it. */
  boolean isAbsorbed(Value v, Map<Value, Integer> uses) {
    return v.op() instanceof Contraction
        && !(v.op() instanceof Contraction.ConvWeightGradient)
        && uses.getOrDefault(v, 0) == 1
        && graph.values().stream().anyMatch(sum -> isBias(sum, 0, v) || isBias(sum, 1, v));
  }

  /** Returns whether a value adds one fixed number per channel to a contraction. */
  private boolean isBias(Value sum, int side, Value contraction) {
    if (!(sum.op() instanceof Elementwise.Binary(BinaryFunction f) && f == BinaryFunction.ADD)
        || sum.input(side) != contraction
        || graph.uses(contraction) != 1) {
      return false;
    }
    Value bias = sum.input(1 - side);
    boolean matrix = !(contraction.op() instanceof Contraction.MatMul) || isGemm(contraction);
    return matrix
        && ExportGraph.isFixed(bias)
        && bias.shape().equals(Shape.of(contraction.shape().dim(-1)));
  }

  private static boolean isGemm(Value v) {
    return v.input(0).shape().rank() == 2 && v.input(1).shape().rank() == 2;
  }

  private @Nullable Place elementwise(Elementwise op, Value v) {
    return switch (op) {
      case Elementwise.Unary u -> unary(u, v);
      case Elementwise.Activate(Activation a) when a.kind() == Activation.Kind.CLIPPED_RELU ->
          clip(v, a.alpha());
      case Elementwise.Activate a ->
          along(activation(a.activation()), v, attributes(a.activation()));
      case Elementwise.Binary b -> binary(b, v);
      case Elementwise.Convert c -> converted(c, v);
      case Elementwise.ActivateGradient _ -> null;
    };
  }

  /** Writes a rounding to bytes as quantization in steps of 1. */
  private @Nullable Place converted(Elementwise.Convert op, Value v) {
    if (op.to() == ElementType.FLOAT32 && op.from().bytes() == 1) {
      return along("Cast", v, integer("to", DataType.FLOAT.code()));
    }
    if (op.from() != ElementType.FLOAT32 || op.to().bytes() != 1) {
      return null;
    }
    Place p = at(v.input(0));
    DataType type = ExportForms.dataType(op.to());
    String zero = graph.wholes("zero", type, HostTensor.scalar(type, 0));
    List<String> inputs = List.of(p.name(), graph.floats(Shape.scalar(), 1), zero);
    return new Place(graph.node("QuantizeLinear", inputs), p.order());
  }

  /** Writes a node that does something to each element. */
  private Place along(String type, Value v, AttributeProto... attributes) {
    Value x = v.input(0);
    Place p = at(x);
    return new Place(graph.node(type, List.of(p.name()), attributes), p.order());
  }

  private Place clip(Value v, float most) {
    Place p = at(v.input(0));
    List<String> bounds =
        List.of(graph.floats(Shape.scalar(), 0), graph.floats(Shape.scalar(), most));
    return new Place(
        graph.node("Clip", List.of(p.name(), bounds.get(0), bounds.get(1))), p.order());
  }

  /** Returns where a value lies, whatever the order. */
  public Place at(Value x) {
    return ExportGraph.isFixed(x)
        ? new Place(graph.in(x, Index.range(x.shape().rank())), Index.range(x.shape().rank()))
        : graph.placed(x);
  }

  private Place unary(Elementwise.Unary u, Value v) {
    return switch (u.function()) {
      case NEGATE -> along("Neg", v);
      case EXP -> along("Exp", v);
      case LOG -> along("Log", v);
      case SQRT -> along("Sqrt", v);
      case RECIPROCAL -> along("Reciprocal", v);
      case ABS -> along("Abs", v);
      case SIGN -> along("Sign", v);
      case ERF -> along("Erf", v);
      case SQUARE -> {
        Place p = at(v.input(0));
        yield new Place(graph.node("Mul", List.of(p.name(), p.name())), p.order());
      }
    };
  }

  private static String activation(Activation a) {
    return switch (a.kind()) {
      case IDENTITY -> "Identity";
      case RELU -> "Relu";
      case CLIPPED_RELU -> "Clip";
      case LEAKY_RELU -> "LeakyRelu";
      case ELU -> "Elu";
      case SIGMOID -> "Sigmoid";
      case TANH -> "Tanh";
      case SOFTPLUS -> "Softplus";
    };
  }

  private static AttributeProto[] attributes(Activation a) {
    return switch (a.kind()) {
      case LEAKY_RELU, ELU -> new AttributeProto[] {number("alpha", a.alpha())};
      default -> new AttributeProto[0];
    };
  }

  private Place binary(Elementwise.Binary op, Value v) {
    for (int side = 0; side < 2; side++) {
      if (isBias(v, side, v.input(side)) && v.input(side).op() instanceof Contraction c) {
        return Objects.requireNonNull(
            contraction(c, v.input(side), List.of(graph.in(v.input(1 - side), 0))));
      }
    }
    int rank = v.shape().rank();
    Value largest =
        v.input(0).shape().elements() >= v.input(1).shape().elements() ? v.input(0) : v.input(1);
    Place p = at(largest);
    int[] order = largest.shape().rank() == rank ? p.order() : Index.range(rank);
    String type =
        switch (op.function()) {
          case ADD -> "Add";
          case SUBTRACT -> "Sub";
          case MULTIPLY -> "Mul";
          case DIVIDE -> "Div";
          case MAX -> "Max";
          case MIN -> "Min";
          case GREATER -> "Greater";
          case EQUAL -> "Equal";
        };
    String result =
        graph.node(type, List.of(graph.beside(v.input(0), order), graph.beside(v.input(1), order)));
    boolean decides = type.equals("Greater") || type.equals("Equal");
    return new Place(
        decides
            ? graph.node("Cast", List.of(result), integer("to", DataType.FLOAT.code()))
            : result,
        order);
  }

  private Place reduction(Reduction r, Value v) {
    Place p = at(v.input(0));
    int[] inverse = Index.inverse(p.order());
    int[] axes = Arrays.stream(r.axes().toArray()).map(a -> inverse[a]).sorted().toArray();
    long[] wide = Arrays.stream(axes).asLongStream().toArray();
    // Of opset 17, sums take their axes as an operand and maxima as an attribute.
    String y =
        r.kind() == Reduction.Kind.SUM
            ? graph.node("ReduceSum", List.of(p.name(), graph.longs(axes)))
            : graph.node("ReduceMax", List.of(p.name()), ints("axes", wide));
    return new Place(y, p.order());
  }

  private @Nullable Place contraction(Contraction op, Value v, List<String> bias) {
    return switch (op) {
      case Contraction.MatMul m -> matmul(m, v, bias);
      case Contraction.Conv2d c -> convolution(c, v, bias);
      case Contraction.ConvTranspose2d t -> transposed(t, v, bias);
      case Contraction.ConvWeightGradient _ -> null;
    };
  }

  private Place matmul(Contraction.MatMul m, Value v, List<String> bias) {
    Value a = v.input(0);
    Value b = v.input(1);
    List<String> inputs = new ArrayList<>();
    if (isGemm(v)) {
      inputs.add(graph.in(a, 0, 1));
      inputs.add(graph.in(b, 0, 1));
      inputs.addAll(bias);
      return gemm(m, inputs);
    }
    inputs.add(graph.in(a, matrix(a, m.transposeA())));
    inputs.add(graph.in(b, matrix(b, m.transposeB())));
    return new Place(graph.node("MatMul", inputs), Index.range(v.shape().rank()));
  }

  /** Writes a product of two matrices, which may have a bias. */
  public Place gemm(Contraction.MatMul m, List<String> inputs) {
    long ta = m.transposeA() ? 1 : 0;
    long tb = m.transposeB() ? 1 : 0;
    return new Place(
        graph.node("Gemm", inputs, integer("transA", ta), integer("transB", tb)), Index.range(2));
  }

  private static int[] matrix(Value v, boolean transposed) {
    int[] order = Index.range(v.shape().rank());
    if (transposed) {
      order[order.length - 1] = order.length - 2;
      order[order.length - 2] = order.length - 1;
    }
    return order;
  }

  private Place convolution(Contraction.Conv2d c, Value v, List<String> bias) {
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.in(v.input(0), IMAGES));
    inputs.add(graph.in(v.input(1), KERNELS));
    inputs.addAll(bias);
    return convolution(c, inputs);
  }

  /** Writes a convolution of images and kernels, which may have a bias. */
  public Place convolution(Contraction.Conv2d c, List<String> inputs) {
    List<AttributeProto> attributes = window(c.window());
    attributes.add(integer("group", c.groups()));
    return new Place(graph.node("Conv", inputs, array(attributes)), IMAGES);
  }

  private Place transposed(Contraction.ConvTranspose2d t, Value v, List<String> bias) {
    Window2d w = t.window();
    Shape in = v.input(0).shape();
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.in(v.input(0), IMAGES));
    inputs.add(graph.in(v.input(1), KERNELS));
    inputs.addAll(bias);
    List<AttributeProto> attributes = window(w);
    attributes.add(integer("group", t.groups()));
    int h = w.strideHeight() * (in.dim(1) - 1) + w.spanHeight() - w.padTop() - w.padBottom();
    int x = w.strideWidth() * (in.dim(2) - 1) + w.spanWidth() - w.padLeft() - w.padRight();
    attributes.add(ints("output_padding", t.height() - h, t.width() - x));
    return new Place(graph.node("ConvTranspose", inputs, array(attributes)), IMAGES);
  }

  private static AttributeProto[] array(List<AttributeProto> attributes) {
    return attributes.toArray(AttributeProto[]::new);
  }

  private static List<AttributeProto> window(Window2d w) {
    List<AttributeProto> all = new ArrayList<>();
    all.add(ints("kernel_shape", w.kernelHeight(), w.kernelWidth()));
    all.add(ints("strides", w.strideHeight(), w.strideWidth()));
    all.add(ints("pads", w.padTop(), w.padLeft(), w.padBottom(), w.padRight()));
    if (w.dilationHeight() > 1 || w.dilationWidth() > 1) {
      all.add(ints("dilations", w.dilationHeight(), w.dilationWidth()));
    }
    return all;
  }

  private @Nullable Place pooling(Pooling op, Value v) {
    List<AttributeProto> attributes = window(op.window());
    String type =
        switch (op) {
          case Pooling.MaxPool _ -> "MaxPool";
          case Pooling.AveragePool a -> {
            attributes.add(integer("count_include_pad", a.countPadding() ? 1 : 0));
            // Dilated averages came with opset 19.
            yield attributes.size() > 4 ? "" : "AveragePool";
          }
          default -> "";
        };
    return type.isEmpty()
        ? null
        : new Place(
            graph.node(type, List.of(graph.in(v.input(0), IMAGES)), array(attributes)), IMAGES);
  }

  private @Nullable Place normalization(Normalization op, Value v) {
    return switch (op) {
      case Normalization.Softmax _ -> softmax("Softmax", v);
      case Normalization.LogSoftmax _ -> softmax("LogSoftmax", v);
      case Normalization.BatchNorm n -> batchNorm(n, v);
      case Normalization.LocalResponseNorm n when n.size() % 2 == 1 && v.shape().rank() == 4 ->
          new Place(
              graph.node(
                  "LRN",
                  List.of(graph.in(v.input(0), IMAGES)),
                  integer("size", n.size()),
                  number("alpha", n.alpha()),
                  number("beta", n.beta()),
                  number("bias", n.k())),
              IMAGES);
      default -> null;
    };
  }

  private Place softmax(String type, Value v) {
    Place p = at(v.input(0));
    int last = Index.inverse(p.order())[v.shape().rank() - 1];
    return new Place(graph.node(type, List.of(p.name()), integer("axis", last)), p.order());
  }

  private Place batchNorm(Normalization.BatchNorm n, Value v) {
    Value moments = v.input(1);
    int rank = v.shape().rank();
    int[] order = Index.range(rank);
    for (int i = 1; i < rank; i++) {
      order[i] = i == 1 ? rank - 1 : i - 1;
    }
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.in(v.input(0), order));
    inputs.add(graph.in(v.input(2), 0));
    inputs.add(graph.in(v.input(3), 0));
    for (int row = 0; row < 2; row++) {
      inputs.add(row(moments, row));
    }
    return new Place(
        graph.node("BatchNormalization", inputs, number("epsilon", n.epsilon())), order);
  }

  /** Returns the mean or the variance, as the parameter it is where it can be found. */
  private String row(Value moments, int row) {
    if (moments.op() instanceof Movement.Concat c
        && c.axis() == 0
        && moments.inputs().size() == 2
        && moments.input(row).op() instanceof Movement.Reshape) {
      Value stated = moments.input(row).input(0);
      if (stated.shape().rank() == 1) {
        return graph.in(stated, 0);
      }
    }
    String picked =
        graph.node(
            "Gather", List.of(graph.in(moments, 0, 1), graph.longs(row)), integer("axis", 0));
    return graph.node("Squeeze", List.of(picked, graph.longs(0)));
  }
}
