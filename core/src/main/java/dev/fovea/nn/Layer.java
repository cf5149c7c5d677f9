package dev.fovea.nn;

/**
 * A part of a network: a function from a signal to a signal, with parameters of its own.
 *
 * <p>Layers are small immutable objects. Using one object twice shares its parameters, and those of
 * all layers within it; two objects never share any, even if they are equal. A lambda is the
 * exception: Java may create one object or two, so a lambda shares nothing by itself. A block of
 * layers is a lambda that applies layers created outside it:
 *
 * <pre>{@code
 * static Layer residual(int channels) {
 *   Layer first = conv2d(channels, 3).same();
 *   Layer second = conv2d(channels, 3).same();
 *   return x -> x.plus(second.apply(relu().apply(first.apply(x))));
 * }
 * }</pre>
 *
 * <p>The two convolutions are created outside the lambda, so a block used twice shares them. Layers
 * created inside a lambda are new at each use of it; their paths, and so their parameters, are the
 * same whenever the whole network is traced.
 */
@FunctionalInterface
public interface Layer {
  /** Describes the computation; call {@link #apply} instead, which keeps track of paths. */
  Signal forward(Signal x);

  /**
   * Applies this layer to a signal.
   *
   * @throws dev.fovea.tensor.ShapeException if the signal's shape does not suit the layer
   */
  default Signal apply(Signal x) {
    return x.trace().call(this, x);
  }

  /** Returns the kind of layer as summaries show it, such as {@code conv2d}. */
  default String kind() {
    return "block";
  }

  /**
   * Returns this layer with a name, which becomes its part of the path.
   *
   * @throws dev.fovea.tensor.FoveaException if the name is not made of letters, digits, - and _
   */
  default Layer named(String name) {
    return new Named(name, this instanceof Named n ? n.inner() : this);
  }
}
