package dev.fovea.engine.compile;

import dev.fovea.engine.compile.StoredBytes.Stored;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.graph.Rewriter;
import dev.fovea.op.Activation;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Grid;
import dev.fovea.op.Ints;
import dev.fovea.op.Movement;
import dev.fovea.op.Quantized;
import dev.fovea.op.Quantized.Rounding;
import dev.fovea.op.Quantized.Steps;
import dev.fovea.op.Reduction;
import dev.fovea.op.Value;
import dev.fovea.op.Window2d;
import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.Shape;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores what was rounded to whole numbers of 8 bits as bytes, and lets convolutions, dense layers,
 * sums and means of such compute in whole numbers and round what they give at once.
 *
 * <p>It knows the forms that {@link Grid} makes, so it comes before other passes. Results are those
 * of the grid in floats, to the bit where sums there are exact; what is not a number becomes zero.
 * What does not have these forms, or sums more than fits whole numbers of 32 bits, reads bytes
 * turned into floats.
 */
final class FuseRounding implements Pass {
  /** What is added to a signed number to store it as an unsigned byte. */
  private static final int SHIFT = 128;

  private static final Ints PIXELS = Ints.of(1, 2);

  @Override
  public Graph apply(Graph graph) {
    return new Walk(StaticValues.of(graph, true)).rewritten(graph);
  }

  /** The sums of a convolution or dense layer with their biases. */
  private record Products(Contraction op, Stored x, Value weights, @Nullable Value bias) {}

  /** One walk over a graph. */
  private static final class Walk {
    private final Set<Value> fixed;
    private final StoredBytes stored = new StoredBytes();
    private final Map<Value, Value> now = new IdentityHashMap<>();

    Walk(Set<Value> fixed) {
      this.fixed = fixed;
    }

    Graph rewritten(Graph graph) {
      return Rewriter.rewriteOnInputs(
          graph,
          (v, inputs) -> {
            Value replaced = fixed.contains(v) ? null : replaced(v);
            Value current = replaced == null ? Rewriter.onInputs(v, inputs) : replaced;
            now.put(v, current);
            return current;
          });
    }

    /** Returns the floats of bytes or sums of bytes, of the same shape; null if it is neither. */
    private @Nullable Value replaced(Value v) {
      Stored bytes = stored(v);
      if (bytes == null) {
        Value floats = floats(v);
        return floats != null && floats.shape().equals(v.shape()) ? floats : null;
      }
      return bytes.bytes().shape().equals(v.shape()) ? stored.put(v, bytes).floats() : null;
    }

    private Value now(Value v) {
      Value current = now.get(v);
      if (current == null) {
        throw new IllegalStateException("value " + v + " was not visited before its use");
      }
      return current;
    }

    private @Nullable Stored stored(Value v) {
      Grid.Rounded r = Grid.rounded(v);
      if (r == null) {
        return stored.derived(v);
      }
      float zero = StoredBytes.number(r.zero());
      if (!(zero >= r.type().least() && zero <= r.type().greatest())) {
        return null;
      }
      int shift = r.type() == ElementType.INT8 ? SHIFT : 0;
      Value bytes = rounded(r, new Rounding((int) zero + shift, 0, 0xFF));
      return bytes == null ? null : new Stored(bytes, new Steps(1, shift));
    }

    private @Nullable Value rounded(Grid.Rounded r, Rounding to) {
      if (r.scaled() != null) {
        Products p = products(r.scaled().numbers());
        boolean fits = fixed.contains(r.scaled().scale()) && fixed.contains(r.scale());
        return p == null || !fits
            ? null
            : convolution(p, now(r.scaled().scale()).over(now(r.scale())), Optional.of(to));
      }
      float scale = StoredBytes.number(r.scale());
      Value real = r.real();
      return real == null || !(scale > 0) || r.scale().shape().rank() > 0
          ? null
          : quantized(real, scale, to);
    }

    /** Returns the bytes of real numbers. */
    private Value quantized(Value real, float scale, Rounding to) {
      if (real.op() instanceof Elementwise.Activate(Activation a)
          && a.kind() == Activation.Kind.RELU) {
        int least = Math.max(to.least(), to.zero());
        return quantized(real.input(0), scale, new Rounding(to.zero(), least, to.greatest()));
      }
      Stored same = stored.of(real);
      if (same != null && same.steps().equals(new Steps(scale, to.zero())) && to.least() == 0) {
        return same.bytes();
      }
      boolean moved =
          real.op() instanceof Movement.Reshape || real.op() instanceof Movement.Transpose;
      if (moved && same == null) {
        return Value.of(real.op(), quantized(real.input(0), scale, to));
      }
      Value fused = sum(real, scale, to);
      fused = fused == null ? mean(real, scale, to) : fused;
      return fused == null ? Value.of(new Quantized.Quantize(scale, to), now(real)) : fused;
    }

    private @Nullable Value sum(Value real, float scale, Rounding to) {
      if (Grid.left(real, BinaryFunction.ADD) == null) {
        return null;
      }
      Stored a = stored.of(real.input(0));
      Stored b = stored.of(real.input(1));
      return a == null || b == null || !a.bytes().shape().equals(b.bytes().shape())
          ? null
          : Value.of(new Quantized.Sum(a.steps(), b.steps(), scale, to), a.bytes(), b.bytes());
    }

    /** Returns the mean over pixels: their sum times one over their number. */
    private @Nullable Value mean(Value real, float scale, Rounding to) {
      Value sum = Grid.left(real, BinaryFunction.MULTIPLY);
      boolean sums =
          sum != null
              && sum.op() instanceof Reduction(Reduction.Kind kind, Ints axes)
              && kind == Reduction.Kind.SUM
              && axes.equals(PIXELS)
              && sum.shape().rank() == 4
              && sum.shape().equals(real.shape());
      float each = sum == null ? Float.NaN : StoredBytes.number(real.input(1));
      Stored x = sum != null && sums ? stored.of(sum.input(0)) : null;
      if (x == null || !Float.isFinite(each) || !isByte(x.steps().zero())) {
        return null;
      }
      Shape in = x.bytes().shape();
      if (!fits((long) in.dim(1) * in.dim(2), 1)) {
        return null;
      }
      float multiplier = (float) ((double) x.steps().scale() * each / scale);
      return Value.of(new Quantized.Mean(x.steps().zero(), multiplier, to), x.bytes());
    }

    /** Returns the floats that sums of bytes come to; null if the value is something else. */
    private @Nullable Value floats(Value v) {
      Value numbers = Grid.left(v, BinaryFunction.MULTIPLY);
      if (numbers != null && fixed.contains(v.input(1))) {
        Products p = products(numbers);
        return p == null ? null : convolution(p, now(v.input(1)), Optional.empty());
      }
      Products p = v.op() instanceof Contraction ? products(v) : null;
      return p == null ? null : convolution(p, Value.constant(1), Optional.empty());
    }

    private @Nullable Products products(Value numbers) {
      Value sum = Grid.left(numbers, BinaryFunction.ADD);
      Value bias = sum == null ? null : numbers.input(1);
      Value v = sum == null ? numbers : sum;
      boolean biased = bias == null || (fixed.contains(bias) && isPerChannel(bias, v.shape()));
      if (!biased || !(v.op() instanceof Contraction c) || !isPlain(c, v)) {
        return null;
      }
      Stored x = stored.numbers(v.input(0));
      Shape w = v.input(1).shape();
      long terms = w.elements() / Math.max(1, w.dim(-1));
      boolean holds = x != null && isByte(x.steps().zero()) && fits(terms, -Byte.MIN_VALUE);
      Value weights = holds ? StoredBytes.signed(v.input(1), now(v.input(1))) : null;
      return x == null || weights == null
          ? null
          : new Products(c, x, weights, bias == null ? null : now(bias));
    }

    private static boolean isByte(int zero) {
      return zero >= 0 && zero <= 0xFF;
    }

    /** Returns whether a sum of bytes less a byte, each times at most a number, fits 32 bits. */
    private static boolean fits(long terms, int most) {
      return terms * 0xFF * most <= Integer.MAX_VALUE;
    }

    private boolean isPlain(Contraction c, Value v) {
      return fixed.contains(v.input(1))
          && switch (c) {
            case Contraction.Conv2d conv -> conv.epilogue().isNone();
            case Contraction.MatMul m ->
                m.epilogue().isNone()
                    && !m.transposeA()
                    && !m.transposeB()
                    && v.input(1).shape().rank() == 2;
            default -> false;
          };
    }

    private static boolean isPerChannel(Value v, Shape of) {
      int n = v.shape().elements();
      return n == 1 || (n == of.dim(-1) && v.shape().dim(-1) == n);
    }

    /** Returns the convolution of the products, or null if its multipliers are none per channel. */
    private static @Nullable Value convolution(
        Products p, Value multiplier, Optional<Rounding> to) {
      Value x = p.x.bytes();
      Value w = p.weights;
      int channels = w.shape().dim(-1);
      if (!isPerChannel(multiplier, w.shape())) {
        return null;
      }
      Shape in = x.shape();
      boolean matrix = p.op instanceof Contraction.MatMul;
      Value image = matrix ? x.reshape(image(in)) : x;
      Value kernel = matrix ? w.reshape(Shape.of(1, 1, w.shape().dim(0), channels)) : w;
      Window2d window = p.op instanceof Contraction.Conv2d c ? c.window() : Window2d.of(1, 1);
      int groups = p.op instanceof Contraction.Conv2d c ? c.groups() : 1;
      Value bias = p.bias == null ? Value.constant(0) : p.bias;
      Value y =
          Value.of(
              new Quantized.Conv2d(window, groups, p.x.steps().zero(), to, Optional.empty()),
              List.of(image, kernel, perChannel(multiplier, channels), perChannel(bias, channels)));
      return matrix ? y.reshape(in.withDim(-1, channels)) : y;
    }

    private static Value perChannel(Value v, int channels) {
      return v.reshape(Shape.of(v.shape().elements())).broadcastTo(Shape.of(channels));
    }

    /** Returns the shape of a matrix, or of several, as images of which each pixel is a row. */
    private static Shape image(Shape matrix) {
      int rank = matrix.rank();
      if (rank == 4) {
        return matrix;
      }
      int columns = matrix.dim(-1);
      int rows = matrix.elements() / Math.max(1, columns);
      return rank == 3
          ? Shape.of(matrix.dim(0), matrix.dim(1), 1, columns)
          : Shape.of(rows, 1, 1, columns);
    }
  }
}
