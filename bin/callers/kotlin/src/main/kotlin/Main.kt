package app

import dev.fovea.nn.Layers.*
import dev.fovea.nn.Model
import dev.fovea.tensor.Seed
import dev.fovea.tensor.Shape
import dev.fovea.tensor.Tensor

/** Builds a network and asks it. */
fun main() {
    val net = sequence(conv2d(4, 3), relu(), flatten(), dense(2))
    val model = Model.build(net, Shape.of(8, 8, 1), Seed.of(1))
    println("kotlin: " + model.predict(Tensor.zeros(Shape.of(8, 8, 1))).best().index())
}
