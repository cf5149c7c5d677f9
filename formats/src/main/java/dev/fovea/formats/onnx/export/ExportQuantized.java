package dev.fovea.formats.onnx.export;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;

import dev.fovea.formats.onnx.export.ExportForms.Contracted;
import dev.fovea.formats.onnx.export.ExportForms.Dequantize;
import dev.fovea.formats.onnx.export.ExportForms.Form;
import dev.fovea.formats.onnx.export.ExportForms.Plain;
import dev.fovea.formats.onnx.export.ExportForms.Quantize;
import dev.fovea.formats.onnx.export.ExportForms.Times;
import dev.fovea.formats.onnx.export.ExportGraph.Place;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.HostTensor;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.op.Contraction;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes whole numbers as QuantizeLinear and DequantizeLinear around operators of real ones, the
 * form (QDQ) that other tools turn into operators of whole numbers.
 */
public final class ExportQuantized {
  private final ExportGraph graph;
  private final ExportOperators operators;
  private final ExportForms forms;

  public ExportQuantized(ExportGraph graph, ExportOperators operators, ExportForms forms) {
    this.graph = graph;
    this.operators = operators;
    this.forms = forms;
  }

  /** Writes a value if it has a form of quantized numbers; returns whether it has. */
  public boolean write(Value v) {
    Form form = forms.form(v);
    Source.Bytes b = ExportForms.bytes(v);
    boolean source = v.op() instanceof Source.Bytes; // written with the floats that it becomes
    if (b != null) {
      int[] order = Index.range(v.shape().rank());
      graph.place(v, new Place(bytes(b, order), order));
    } else if (form != null) {
      graph.place(v, form instanceof Quantize q ? quantize(q) : real(form));
    }
    return form != null || b != null || source;
  }

  private String bytes(Source.Bytes b, int... order) {
    DataType type = ExportForms.dataType(b.elements());
    byte[] data = b.data();
    int mask = b.elements() == ElementType.INT8 ? -1 : 0xFF;
    return graph.wholes(
        "weight", type, new HostTensor(type, b.bytesShape(), i -> data[i] & mask), order);
  }

  private Place quantize(Quantize q) {
    Place real = real(q.of());
    List<String> inputs = List.of(real.name(), scale(q.scale()), zero(q.zero(), q.type()));
    return new Place(graph.node("QuantizeLinear", inputs), real.order());
  }

  private Place real(Form form) {
    return switch (form) {
      case Plain p -> operators.at(p.real());
      case Times t -> {
        int[] order = Index.range(t.numbers().shape().rank());
        String product =
            graph.node("Mul", List.of(graph.in(t.numbers(), order), scale(t.factor())));
        yield new Place(product, order);
      }
      case Dequantize d -> dequantize(d);
      case Contracted c -> contraction(c);
      case Quantize _ -> throw new IllegalStateException("whole numbers are no real ones");
    };
  }

  private Place dequantize(Dequantize d) {
    Place q = graph.held(d.q());
    List<String> inputs = List.of(q.name(), scale(d.scale()), zero(d.zero(), forms.type(d.q())));
    return new Place(graph.node("DequantizeLinear", inputs), q.order());
  }

  private Place contraction(Contracted c) {
    boolean images = c.op() instanceof Contraction.Conv2d;
    int[] kernel = images ? ExportOperators.KERNELS : Index.range(2);
    int out = images ? 0 : 1;
    Place x = dequantize(c.x());
    List<String> inputs = new ArrayList<>();
    inputs.add(graph.moved(x, images ? ExportOperators.IMAGES : Index.range(2)));
    inputs.add(weights(c.weights(), out, kernel));
    if (c.bias() != null) {
      String bias = wholes("bias", DataType.INT32, forms.known(c.bias()), 0);
      inputs.add(
          graph.node("DequantizeLinear", List.of(bias, scale(c.scales())), integer("axis", 0)));
    }
    return switch (c.op()) {
      case Contraction.Conv2d conv -> operators.convolution(conv, inputs);
      case Contraction.MatMul m -> operators.gemm(m, inputs);
      default -> throw new IllegalStateException("not a form: " + c.op());
    };
  }

  /** Returns weights whose scales lie along an axis of theirs in the file. */
  private String weights(Dequantize w, int axis, int... order) {
    DataType type = forms.type(w.q());
    Source.Bytes b = ExportForms.bytes(w.q());
    String q = b == null ? wholes("weight", type, forms.known(w.q()), order) : bytes(b, order);
    Shape scales = list(w.scale()).shape();
    Tensor zero = list(w.zero());
    Tensor zeros = zero.shape().equals(scales) ? zero : Tensor.full(scales, zero.item());
    List<String> inputs =
        List.of(q, scale(w.scale()), wholes("zero", type, zeros, Index.range(scales.rank())));
    return graph.node("DequantizeLinear", inputs, integer("axis", axis));
  }

  /** Returns a single number without axes, or a list. */
  private Tensor list(Value v) {
    Tensor t = forms.known(v);
    return t.data().length == 1 ? t.reshape(Shape.scalar()) : t;
  }

  private String scale(Value v) {
    Tensor t = list(v);
    return graph.floats(t.shape(), t.data());
  }

  private String zero(Value v, DataType type) {
    return wholes("zero", type, list(v));
  }

  private String wholes(String name, DataType type, Tensor t, int... order) {
    float[] data = t.data();
    return graph.wholes(name, type, new HostTensor(type, t.shape(), i -> data[i]), order);
  }
}
