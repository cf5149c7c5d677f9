package dev.fovea.data;

import dev.fovea.tensor.Shape;
import java.util.List;

/** A data set made from another; what a view does not say is as in its source. */
interface View extends Dataset {
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
  default Shape targetShape() {
    return source().targetShape();
  }

  @Override
  default List<Shape> inputShapes() {
    return source().inputShapes();
  }

  @Override
  default List<Shape> targetShapes() {
    return source().targetShapes();
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
