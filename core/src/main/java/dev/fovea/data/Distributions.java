package dev.fovea.data;

import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;

/** Samples whose class labels are written as distributions: 1 for the class, 0 for all others. */
record Distributions(Dataset source) implements View {
  @Override
  public Shape targetShape() {
    return Shape.of(classes().size());
  }

  @Override
  public List<Shape> targetShapes() {
    return List.of(targetShape());
  }

  @Override
  public void read(
      int index, Seed seed, float[] input, int inputOffset, float[] target, int targetOffset) {
    float[] label = new float[1];
    source.read(index, seed, input, inputOffset, label, 0);
    for (int c = 0; c < classes().size(); c++) {
      target[targetOffset + c] = c == label[0] ? 1 : 0;
    }
  }
}
