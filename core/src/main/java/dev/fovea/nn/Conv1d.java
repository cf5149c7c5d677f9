package dev.fovea.nn;

import dev.fovea.op.Window2d;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;

/**
 * A 1-D convolution layer: [N, T, Cin] ↦ [N, T′, filters], cross-correlation along time plus bias.
 *
 * <p>It is computed as a 2-D convolution of images with one row. Parameters: {@code weight} [1, k,
 * Cin/groups, filters] and {@code bias} [filters]; defaults as for {@link Conv2d}.
 *
 * @param rows the convolution of images with one row
 * @param causal whether each output depends on no later time step than its own; T′ is then ⌈T /
 *     stride⌉
 */
public record Conv1d(Conv2d rows, boolean causal) implements Layer {
  /** Returns this layer padded so that T′ = ⌈T / stride⌉. */
  public Conv1d same() {
    return new Conv1d(rows.same(), false);
  }

  /**
   * Returns this layer padded at the beginning only, so that no output depends on later time steps.
   */
  public Conv1d asCausal() {
    return new Conv1d(rows, true);
  }

  /** Returns this layer with another stride. */
  public Conv1d stride(int stride) {
    return new Conv1d(rows.stride(1, stride), causal);
  }

  /** Returns this layer with this many zeros before and after the sequence. */
  public Conv1d padding(int before, int after) {
    return new Conv1d(rows.padding(0, 0, before, after), false);
  }

  /** Returns this layer with another dilation. */
  public Conv1d dilation(int dilation) {
    return new Conv1d(rows.dilation(1, dilation), causal);
  }

  /** Returns this layer with its channels divided into this many independent groups. */
  public Conv1d groups(int count) {
    return new Conv1d(rows.groups(count), causal);
  }

  /** Returns this layer without a bias. */
  public Conv1d noBias() {
    return new Conv1d(rows.noBias(), causal);
  }

  /** Returns this layer with other starting values for its weights. */
  public Conv1d init(Initializer weights) {
    return new Conv1d(rows.init(weights), causal);
  }

  @Override
  public Signal forward(Signal x) {
    Shape in = x.shape();
    if (in.rank() != 3) {
      throw new ShapeException(
          kind(), "needs sequences [N,T,C], got " + in.rank() + " axes", List.of(in));
    }
    Window2d w = rows.window();
    Conv2d used = causal ? rows.padding(0, 0, w.spanWidth() - 1, 0) : rows;
    Signal y = used.forward(x.reshape(Shape.of(1, in.dim(1), in.dim(2))));
    return y.reshape(Shape.of(y.shape().dim(2), y.shape().dim(3)));
  }

  @Override
  public String kind() {
    return "conv1d";
  }
}
