package dev.fovea.data;

import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A data set made from another: what an implementation does not define is as in its source.
 *
 * <p>An implementation defines {@link #read}, and what else differs. A record with a component
 * {@code source} has {@link #source} already.
 */
public interface View extends Dataset {
  /** Returns the data set this one is made from. */
  Dataset source();

  @Override
  default int size() {
    return source().size();
  }

  @Override
  default Shape inputShape() {
    return source().inputShape();
  }

  @Override
  default List<Shape> inputShapes() {
    return source().inputShapes();
  }

  @Override
  default List<Target> targets() {
    return source().targets();
  }

  @Override
  default Optional<Preprocessing> normalization() {
    return source().normalization();
  }

  @Override
  default List<String> classes() {
    return source().classes();
  }

  @Override
  default String description() {
    return source().description();
  }

  @Override
  default boolean inRandomOrder() {
    return source().inRandomOrder();
  }
}
