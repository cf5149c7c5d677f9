package dev.fovea.studio.state;

import dev.fovea.nn.Observer;
import dev.fovea.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks at one layer after the other. What looks at a layer copies all parameters and compiles, so
 * that of the layer that was looked at last is kept.
 */
public final class LayerWatch {
  /** A layer and what looks at it. */
  private record Watched(OpenModel net, String path, Observer observer) {}

  private @Nullable Watched last;

  /** Creates what has not looked at any layer. */
  public LayerWatch() {}

  /**
   * Returns what a layer gives for one input.
   *
   * @param batch the input as the network takes it, a batch of one
   */
  public synchronized Tensor of(OpenModel net, String path, Tensor batch) {
    Watched w = last;
    if (w == null || !w.net.equals(net) || !w.path.equals(path)) {
      w = new Watched(net, path, net.model().observe(path));
      last = w;
    }
    return Objects.requireNonNull(w.observer.of(batch).get(path));
  }
}
