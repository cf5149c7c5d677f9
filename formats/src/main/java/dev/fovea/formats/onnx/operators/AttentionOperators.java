package dev.fovea.formats.onnx.operators;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.onnx.proto.Onnx.GraphProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.formats.onnx.tensors.Index;
import dev.fovea.formats.onnx.walk.Aligned;
import dev.fovea.formats.onnx.walk.Call;
import dev.fovea.formats.onnx.walk.GraphImport;
import dev.fovea.formats.onnx.walk.HostOperator;
import dev.fovea.formats.onnx.walk.Operand;
import dev.fovea.formats.onnx.walk.Operator;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Movement;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Attention: Y = softmax(scale · Q Kᵀ + mask) V per head (Vaswani et al., Attention Is All You
 * Need, 2017), and the rotation of positions that goes with it (Su et al., RoFormer, 2021).
 */
final class AttentionOperators {
  /** Scores are cut off here, so that a row without any key gives no infinities to subtract. */
  private static final float LOWEST = -1e30f;

  private AttentionOperators() {}

  static void register(Map<String, Operator> to) {
    to.put("Attention", AttentionOperators::attention);
    to.put("ai.onnx.preview:FlexAttention", AttentionOperators::flexible);
    to.put("RotaryEmbedding", AttentionOperators::rotary);
    to.put("SwiGLU", AttentionOperators::gated);
  }

  /** Inputs: Q, K, V, mask, past keys and values, lengths; results: Y, keys, values, scores. */
  private static List<Operand> attention(Call c) {
    Value q = heads(c, 0, "q_num_heads");
    Value k = heads(c, 1, "kv_num_heads");
    Value v = heads(c, 2, "kv_num_heads");
    int past = c.has(4) ? c.shape(4).dim(2) : 0;
    k = past > 0 ? Value.of(new Movement.Concat(2), c.plain(4), k) : k;
    v = past > 0 ? Value.of(new Movement.Concat(2), c.plain(5), v) : v;
    Value raw = scores(c, q, k);
    float cap = c.node().number("softcap", 0);
    Value capped = cap == 0 ? raw : raw.times(1 / cap).activate(Activation.TANH).times(cap);
    Value biased = hidden(c, mask(c, capped), past);
    Value shares = shares(biased);
    Value y = shares.matmul(shared(v, q));
    Value told =
        switch (c.node().small("qk_matmul_output_mode", 0)) {
          case 0 -> raw;
          case 1 -> capped;
          case 2 -> biased;
          default -> shares;
        };
    return List.of(
        Operand.Held.plain(c.rank() == 3 ? joined(y) : y, c.type()),
        Operand.Held.plain(k, c.type()),
        Operand.Held.plain(v, c.type()),
        Operand.Held.plain(told, c.type()));
  }

  /** Attention with graphs that change the scores and the shares of each key. */
  private static List<Operand> flexible(Call c) {
    Value q = c.plain(0);
    Value v = c.plain(2);
    Value shares = shares(changed(c, "score_mod", scores(c, q, c.plain(1))));
    return c.plain(changed(c, "prob_mod", shares).matmul(shared(v, q)));
  }

  private static Value changed(Call c, String graph, Value x) {
    if (!c.node().has(graph)) {
      return x;
    }
    GraphProto g = c.node().graph(graph);
    GraphImport inner = c.graph().inner();
    inner.set(g.getInput(0).getName(), Operand.Held.plain(x, DataType.FLOAT));
    Operand.Held y = c.graph().held(inner.outputs(g).get(0));
    return y.in(Index.range(y.rank()));
  }

  /** Returns an operand as [N, heads, length, size]; with three axes its heads lie side by side. */
  private static Value heads(Call c, int i, String count) {
    c.node().obeys(count);
    Value x = c.plain(i);
    Shape s = x.shape();
    if (s.rank() == 4) {
      return x;
    }
    int heads = c.node().small(count, 0);
    if (s.rank() != 3 || heads < 1 || s.dim(2) % heads != 0) {
      throw new FormatException(s + " does not fall into " + count + " = " + heads + " heads");
    }
    return x.reshape(Shape.of(s.dim(0), s.dim(1), heads, s.dim(2) / heads)).transpose(0, 2, 1, 3);
  }

  /** Returns [N, heads, length, size] as [N, length, heads · size]. */
  private static Value joined(Value x) {
    Shape s = x.shape();
    return x.transpose(0, 2, 1, 3).reshape(Shape.of(s.dim(0), s.dim(2), s.dim(1) * s.dim(3)));
  }

  /** Returns keys or values for each head of the queries: neighbouring heads share them. */
  private static Value shared(Value x, Value q) {
    Shape s = x.shape();
    int times = q.shape().dim(1) / Math.max(s.dim(1), 1);
    if (times * s.dim(1) != q.shape().dim(1)) {
      throw new FormatException(
          q.shape().dim(1) + " heads of queries cannot share " + s.dim(1) + " of keys");
    }
    return times == 1
        ? x
        : x.reshape(Shape.of(s.dim(0) * s.dim(1), 1, s.dim(2) * s.dim(3)))
            .broadcastTo(Shape.of(s.dim(0) * s.dim(1), times, s.dim(2) * s.dim(3)))
            .reshape(s.withDim(1, s.dim(1) * times));
  }

  /** Returns scale · Q Kᵀ: [N, heads, queries, keys]. */
  private static Value scores(Call c, Value q, Value k) {
    double scale = c.node().number("scale", 1 / Math.sqrt(q.shape().dim(3)));
    float root = (float) Math.sqrt(scale);
    return q.times(root).matmul(shared(k, q).transpose(0, 1, 3, 2).times(root));
  }

  /** Adds the mask: numbers as they are, truth values as 0 and −∞; keys beyond it are left out. */
  private static Value mask(Call c, Value scores) {
    if (!c.has(3)) {
      return scores;
    }
    boolean truth = c.input(3).type() == DataType.BOOL;
    Value given = c.plain(3);
    Value bias = truth ? bias(Value.constant(1).minus(given)) : given;
    int keys = scores.shape().dim(3);
    int masked = bias.shape().dim(-1);
    if (masked == keys || masked == 1) {
      return scores.plus(bias);
    }
    float[] beyond = new float[keys - masked];
    java.util.Arrays.fill(beyond, Float.NEGATIVE_INFINITY);
    Shape rest = bias.shape().withDim(-1, beyond.length);
    Value none = Value.constant(Tensor.of(Shape.of(beyond.length), beyond)).broadcastTo(rest);
    return scores.plus(Value.of(new Movement.Concat(rest.rank() - 1), bias, none));
  }

  /** Returns −∞ where a value is 1 and 0 where it is 0. */
  private static Value bias(Value left) {
    return Value.constant(0).minus(left.over(Value.constant(1).minus(left)));
  }

  /**
   * Leaves out keys that lie after a query, outside its window or behind the end of a sample. Query
   * i stands at i + offset, where offset keys come before all queries.
   */
  private static Value hidden(Call c, Value scores, int past) {
    int queries = scores.shape().dim(2);
    Value key = counted(scores.shape().dim(3), 1, -1);
    Value place = counted(queries, -1, 1);
    Value length = c.has(6) ? c.plain(6).reshape(Shape.of(c.shape(6).elements(), 1, 1, 1)) : null;
    place = place.plus(length == null ? Value.constant(past) : length.minus(number(queries)));
    List<Value> left = new ArrayList<>();
    if (c.node().flag("is_causal", false)) {
      left.add(above(key, place));
    }
    int before = c.node().small("left_window_size", -1);
    int after = c.node().small("right_window_size", -1);
    if (before >= 0) {
      left.add(above(place.minus(number(before)), key));
    }
    if (after >= 0) {
      left.add(above(key, place.plus(number(after))));
    }
    if (length != null) {
      left.add(above(key, length.minus(number(1))));
    }
    Value any = left.stream().reduce((a, b) -> a.with(BinaryFunction.MAX, b)).orElse(null);
    return any == null ? scores : scores.plus(bias(any));
  }

  private static Value number(int n) {
    return Value.constant(n);
  }

  private static Value above(Value a, Value b) {
    return a.with(BinaryFunction.GREATER, b);
  }

  /** Returns 0, 1, …, n − 1 along the axis that is −1 of the two innermost of four. */
  private static Value counted(int n, int rows, int columns) {
    float[] counts = new float[n];
    for (int i = 0; i < n; i++) {
      counts[i] = i;
    }
    return Value.constant(Tensor.of(Shape.of(1, 1, rows < 0 ? n : 1, columns < 0 ? n : 1), counts));
  }

  /** Returns the softmax over the keys, which is 0 where all of them are left out. */
  private static Value shares(Value scores) {
    Value finite = scores.with(BinaryFunction.MAX, Value.constant(LOWEST));
    Value some = finite.max(3).with(BinaryFunction.GREATER, Value.constant(LOWEST));
    return Value.of(new Normalization.Softmax(), finite).times(some);
  }

  /** Rotates pairs of elements by angles whose cosines and sines are given per position. */
  private static List<Operand> rotary(Call c) {
    Value given = heads(c, 0, "num_heads");
    Value x = given.transpose(0, 2, 1, 3);
    Shape s = x.shape();
    int turned = c.node().small("rotary_embedding_dim", 0);
    turned = turned == 0 ? s.dim(3) : turned;
    Value cos = angles(c, 1, s, turned);
    Value sin = angles(c, 2, s, turned);
    boolean interleaved = c.node().flag("interleaved", false);
    // The two of a pair lie side by side, or half the elements apart.
    Shape pairs =
        interleaved
            ? Shape.of(s.dim(0), s.dim(1), s.dim(2), turned / 2, 2)
            : Shape.of(s.dim(0), s.dim(1), s.dim(2), 2, turned / 2);
    int axis = interleaved ? 4 : 3;
    Value pair = x.slice(3, 0, turned).reshape(pairs);
    Value first = pair.slice(axis, 0, 1);
    Value second = pair.slice(axis, 1, 1);
    Shape each = first.shape();
    Value real = cos.reshape(angleShape(cos, each)).times(first);
    real = real.minus(sin.reshape(angleShape(sin, each)).times(second));
    Value imaginary = sin.reshape(angleShape(sin, each)).times(first);
    imaginary = imaginary.plus(cos.reshape(angleShape(cos, each)).times(second));
    Value y = Value.of(new Movement.Concat(axis), real, imaginary).reshape(s.withDim(3, turned));
    if (turned < s.dim(3)) {
      y = Value.of(new Movement.Concat(3), y, x.slice(3, turned, s.dim(3) - turned));
    }
    return c.plain(c.rank() == 3 ? y.reshape(c.shape(0)) : y.transpose(0, 2, 1, 3));
  }

  /** Returns the shape in which cosines [N, length, half] meet halves with heads. */
  private static Shape angleShape(Value angles, Shape each) {
    Shape s = angles.shape();
    return Shape.of(s.dim(0), s.dim(1), 1, each.dim(3), each.dim(4));
  }

  /** Returns cosines or sines [N, length, half], taken from a table by positions if there are. */
  private static Value angles(Call c, int i, Shape x, int turned) {
    Operand table = c.input(i);
    if (c.has(3)) {
      Call picked = new Call(c.node(), List.of(table, c.input(3)), c.graph());
      table =
          HostOperator.of((n, in) -> List.of(IndexFunctions.gather(in.get(0), in.get(1), 0)))
              .apply(picked)
              .get(0);
    }
    if (table.rank() != 3
        || table.shape().dim(2) * 2 != turned
        || table.shape().dim(1) != x.dim(1)) {
      throw new FormatException(
          "cosines and sines " + table.shape() + " do not fit " + turned + " elements of " + x);
    }
    return c.graph().in(table, 0, 1, 2);
  }

  /** a · sigmoid(α a) · b (Shazeer, GLU Variants Improve Transformer, 2020). */
  private static List<Operand> gated(Call c) {
    Aligned x = c.aligned();
    Value a = x.values().get(0);
    Value gate = a.times(c.node().number("alpha", 1)).activate(Activation.SIGMOID);
    return x.result(a.times(gate).times(x.values().get(1)), c.type());
  }
}
