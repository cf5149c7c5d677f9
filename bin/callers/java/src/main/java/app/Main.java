package app;

import static dev.fovea.nn.Layers.*;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;

/** Builds a network and asks it. */
public final class Main {
  public static void main(String[] args) {
    Layer net = sequence(conv2d(4, 3), relu(), flatten(), dense(2));
    Model model = Model.build(net, Shape.of(8, 8, 1), Seed.of(1));
    System.out.println("java: " + model.predict(Tensor.zeros(Shape.of(8, 8, 1))).best().index());
  }
}
