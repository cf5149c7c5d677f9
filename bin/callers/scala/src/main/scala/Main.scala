package app

import dev.fovea.nn.Layers.*
import dev.fovea.nn.Model
import dev.fovea.tensor.{Seed, Shape, Tensor}

/** Builds a network and asks it. */
object Main:
  def main(args: Array[String]): Unit =
    val net = sequence(conv2d(4, 3), relu(), flatten(), dense(2))
    val model = Model.build(net, Shape.of(8, 8, 1), Seed.of(1))
    println("scala: " + model.predict(Tensor.zeros(Shape.of(8, 8, 1))).best().index())
