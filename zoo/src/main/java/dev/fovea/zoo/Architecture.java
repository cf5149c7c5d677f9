package dev.fovea.zoo;

import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * An architecture of the zoo: its origin, its layers and its training recipe.
 *
 * @param name its name in the zoo, such as {@code lenet5}
 * @param title the name its authors gave it
 * @param year the year of its paper
 * @param paper authors and title of its paper
 * @param input the usual input of one sample [H, W, C]
 * @param classes the usual number of classes
 * @param task its task: classes of pictures, or of pixels
 * @param recipe the default training recipe
 * @param network builds the layers
 * @param heads the variant with auxiliary classifiers, if there is one
 * @param published its error on ImageNet
 */
public record Architecture(
    String name,
    String title,
    int year,
    String paper,
    Shape input,
    int classes,
    Task task,
    Recipe recipe,
    Function<Scale, Layer> network,
    Optional<Heads> heads,
    Published published) {

  /** Creates a classifier without auxiliary heads. */
  Architecture(
      String name,
      String title,
      int year,
      String paper,
      Shape input,
      int classes,
      Recipe recipe,
      Function<Scale, Layer> network) {
    this(
        name,
        title,
        year,
        paper,
        input,
        classes,
        Task.CLASSES,
        recipe,
        network,
        Optional.empty(),
        Published.NONE);
  }

  /** Returns this architecture asked something else. */
  Architecture task(Task other) {
    return new Architecture(
        name, title, year, paper, input, classes, other, recipe, network, heads, published);
  }

  /** Returns this architecture with auxiliary classifiers. */
  Architecture heads(Heads withAuxiliaries) {
    return new Architecture(
        name,
        title,
        year,
        paper,
        input,
        classes,
        task,
        recipe,
        network,
        Optional.of(withAuxiliaries),
        published);
  }

  /** Returns this architecture with its error on ImageNet. */
  Architecture published(Published errors) {
    return new Architecture(
        name, title, year, paper, input, classes, task, recipe, network, heads, errors);
  }

  /**
   * Returns the layers of this network.
   *
   * @param count the number of classes
   * @throws FoveaException if there are fewer than 2
   */
  public Layer build(int count) {
    return build(Scale.full(count));
  }

  /**
   * Returns the layers of this network for a number of classes and a width.
   *
   * @throws FoveaException if there are fewer than 2 classes
   */
  public Layer build(Scale scale) {
    if (scale.classes() < 2) {
      throw new FoveaException(name + ": needs at least 2 classes, got " + scale.classes());
    }
    return network.apply(scale);
  }

  /**
   * Returns a model of this network.
   *
   * @param scale classes and width
   * @param image the shape of one sample [H, W, C]
   * @param seed the seed of the parameters' initial values
   * @param engine the engine to run on
   * @throws FoveaException if the image is too small; the message names the smallest that fits
   */
  public Model model(Scale scale, Shape image, Seed seed, Engine engine) {
    Layer layer = build(scale);
    try {
      return Model.build(layer, image, seed, engine);
    } catch (ShapeException e) {
      throw image.rank() == 3 ? unfit(scale, image, engine, e) : e;
    }
  }

  /**
   * Returns a model of this network with its auxiliary classifiers, whose logits are further
   * outputs in training; the same as {@link #model} if it has none.
   *
   * @throws FoveaException if the image is too small for the network or its auxiliary classifiers
   */
  public Model modelWithHeads(Scale scale, Shape image, Seed seed, Engine engine) {
    if (heads.isEmpty()) {
      return model(scale, image, seed, engine);
    }
    try {
      return Model.build(heads.get().network().apply(scale), List.of(image), seed, engine);
    } catch (ShapeException e) {
      // What is too small for the network itself is told first.
      model(scale, image, seed, engine);
      throw new FoveaException(
          "%s: pictures of %s are too small for its auxiliary classifiers, the usual ones are %s"
              .formatted(name, image.times(), input.times()),
          e);
    }
  }

  private FoveaException unfit(Scale scale, Shape image, Engine engine, ShapeException cause) {
    OptionalInt least = smallest(scale, image.dim(2), engine);
    boolean small = least.isPresent() && Math.min(image.dim(0), image.dim(1)) < least.getAsInt();
    return small
        ? new FoveaException(
            "%s: pictures of %s are too small; the smallest that fit are %sx%s"
                .formatted(name, image.times(), least.getAsInt(), least.getAsInt()),
            cause)
        : cause;
  }

  /**
   * Returns the height and width of the smallest square image that this network takes.
   *
   * @param scale classes and width
   * @param channels the number of channels of the images
   */
  public int smallestInput(Scale scale, int channels) {
    return smallest(scale, channels, Engine.shared()).orElse(input.dim(0));
  }

  private OptionalInt smallest(Scale scale, int channels, Engine engine) {
    int usual = Math.max(input.dim(0), input.dim(1));
    for (int size = 1; size <= usual; size++) {
      if (fits(scale, Shape.of(size, size, channels), engine)) {
        return OptionalInt.of(size);
      }
    }
    return OptionalInt.empty();
  }

  private boolean fits(Scale scale, Shape image, Engine engine) {
    try {
      Model.build(network.apply(scale), image, Seed.of(0), engine);
      return true;
    } catch (ShapeException e) {
      return false;
    }
  }
}
