package dev.fovea.formats.onnx.export;

import dev.fovea.engine.Eager;
import dev.fovea.engine.Engine;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Grid;
import dev.fovea.op.Movement;
import dev.fovea.op.Pooling;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The values of a graph that stand for quantized numbers, found by their forms; see {@link Grid}.
 */
public final class ExportForms {
  private final List<Value> values;
  private final Map<Value, DataType> types = new IdentityHashMap<>();
  private final Map<Value, Form> forms = new IdentityHashMap<>();
  private final Set<Value> fixed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Value, Tensor> known = new IdentityHashMap<>();
  private final Eager eager = new Eager(Engine.shared());

  /** What one or several values are written as. */
  public sealed interface Form {
    /** Returns the values that it is computed from. */
    List<Value> operands();
  }

  /**
   * Whole numbers made of real ones.
   *
   * @param of the real numbers, as a value or in a form of their own
   */
  public record Quantize(Form of, Value scale, Value zero, DataType type) implements Form {
    @Override
    public List<Value> operands() {
      return of.operands();
    }
  }

  /** Real numbers made of whole ones. */
  public record Dequantize(Value q, Value zero, Value scale) implements Form {
    @Override
    public List<Value> operands() {
      return List.of(q);
    }
  }

  /**
   * A convolution or a product of dequantized numbers.
   *
   * @param op the contraction
   * @param scales the scale of the sums
   */
  public record Contracted(
      Contraction op, Dequantize x, Dequantize weights, @Nullable Value bias, Value scales)
      implements Form {
    @Override
    public List<Value> operands() {
      return x.operands();
    }
  }

  /** Real numbers times a factor. */
  public record Times(Value numbers, Value factor) implements Form {
    @Override
    public List<Value> operands() {
      return List.of(numbers);
    }
  }

  /** Real numbers as they are. */
  public record Plain(Value real) implements Form {
    @Override
    public List<Value> operands() {
      return List.of(real);
    }
  }

  /** Finds the forms in values of which each follows its inputs. */
  ExportForms(List<Value> values) {
    this.values = values;
    for (Value v : values) {
      boolean constants = !v.inputs().isEmpty() && fixed.containsAll(v.inputs());
      if (constants || v.op() instanceof Source.Constant || v.op() instanceof Source.Bytes) {
        fixed.add(v);
      }
      Form form = form(v);
      if (form != null) {
        forms.put(v, form);
      }
      DataType type = type(v, form);
      if (type != null) {
        types.put(v, type);
      }
    }
  }

  public @Nullable Form form(Value v) {
    Form known = forms.get(v);
    if (known != null) {
      return known;
    }
    Grid.Rounded r = Grid.rounded(v);
    if (r == null) {
      Grid.Scaled s = Grid.scaled(v);
      return s == null ? null : quantizedReal(s);
    }
    if (!isNumber(r.scale()) || !isNumber(r.zero())) {
      return null;
    }
    Form of = r.real() != null ? new Plain(r.real()) : scaled(r.scaled());
    return of == null ? null : new Quantize(of, r.scale(), r.zero(), dataType(r.type()));
  }

  private @Nullable Form scaled(Grid.@Nullable Scaled s) {
    if (s == null || !fixed.contains(s.scale())) {
      return null;
    }
    Form f = quantizedReal(s);
    return f == null ? new Times(s.numbers(), s.scale()) : f;
  }

  private boolean isNumber(Value v) {
    return fixed.contains(v) && v.shape().elements() == 1;
  }

  /** Returns the bytes that a value is the floats of; null if it is something else. */
  static Source.@Nullable Bytes bytes(Value v) {
    boolean converted = v.op() instanceof Elementwise.Convert;
    return converted && v.input(0).op() instanceof Source.Bytes b ? b : null;
  }

  /** Returns the type of the file's tensor, where that has one of 8 bits. */
  private @Nullable DataType type(Value v, @Nullable Form form) {
    return switch (v.op()) {
      case Elementwise.Convert c -> bytes(v) == null ? null : dataType(c.from());
      case Movement.Reshape _, Movement.Transpose _, Movement.Slice _, Movement.Concat _ ->
          common(v.inputs());
      case Pooling.MaxPool _ -> common(v.inputs());
      default -> form instanceof Quantize q ? q.type : null;
    };
  }

  static DataType dataType(ElementType type) {
    return type == ElementType.INT8 ? DataType.INT8 : DataType.UINT8;
  }

  private @Nullable DataType common(List<Value> inputs) {
    DataType first = types.get(inputs.get(0));
    return inputs.stream().allMatch(v -> types.get(v) == first) ? first : null;
  }

  /** Returns the form of whole numbers times their scale. */
  private @Nullable Form quantizedReal(Grid.Scaled s) {
    if (!fixed.contains(s.scale())) {
      return null;
    }
    Dequantize d = isNumber(s.scale()) ? dequantized(s.numbers(), s.scale()) : null;
    return d != null && isNumber(d.zero) ? d : contracted(s);
  }

  /** Returns q and zero of whole numbers q − zero, with a scale that is told apart from them. */
  private @Nullable Dequantize dequantized(Value numbers, Value scale) {
    Value q = Grid.left(numbers, BinaryFunction.SUBTRACT);
    return q != null && isWhole(q) && fixed.contains(numbers.input(1))
        ? new Dequantize(q, numbers.input(1), scale)
        : null;
  }

  private @Nullable Form contracted(Grid.Scaled s) {
    Value sum = Grid.left(s.numbers(), BinaryFunction.ADD);
    Value product = sum == null ? s.numbers() : sum;
    Value bias = sum == null ? null : s.numbers().input(1);
    Value ofWeights = Grid.left(s.scale(), BinaryFunction.MULTIPLY);
    boolean known =
        switch (product.op()) {
          case Contraction.Conv2d _ -> true;
          case Contraction.MatMul m ->
              !m.transposeA() && !m.transposeB() && product.input(0).shape().rank() == 2;
          default -> false;
        };
    if (!known || ofWeights == null) {
      return null;
    }
    int channels = product.shape().dim(-1);
    Dequantize x = dequantized(product.input(0), s.scale().input(1));
    Dequantize w = dequantized(product.input(1), ofWeights);
    if (x == null || w == null || !isNumber(x.zero) || !isNumber(x.scale)) {
      return null;
    }
    boolean fits =
        fixed.contains(w.q)
            && isList(w.scale, channels)
            && (isNumber(w.zero) || w.zero.shape().equals(w.scale.shape()))
            && (bias == null || (fixed.contains(bias) && isVector(bias, channels)));
    return fits ? new Contracted((Contraction) product.op(), x, w, bias, s.scale()) : null;
  }

  private boolean isList(Value v, int channels) {
    return isNumber(v) || (fixed.contains(v) && isVector(v, channels));
  }

  private static boolean isVector(Value v, int channels) {
    return v.shape().equals(Shape.of(channels));
  }

  /** Returns the type of whole numbers of 8 bits. */
  public DataType type(Value whole) {
    return Objects.requireNonNull(types.get(whole));
  }

  /** Returns whether the file's tensor holds whole numbers of 8 bits. */
  boolean isWhole(Value v) {
    return types.containsKey(v);
  }

  /** Returns the numbers of a value that is made of constants alone. */
  public Tensor known(Value v) {
    return known.computeIfAbsent(v, eager::evaluate);
  }

  /** Returns the values that must be written for these outputs. */
  Set<Value> needed(List<Value> outputs) {
    Set<Value> needed = Collections.newSetFromMap(new IdentityHashMap<>());
    needed.addAll(outputs);
    for (Value v : values.reversed()) {
      if (needed.contains(v)) {
        Form form = forms.get(v);
        needed.addAll(form == null ? v.inputs() : form.operands());
      }
    }
    return needed;
  }
}
