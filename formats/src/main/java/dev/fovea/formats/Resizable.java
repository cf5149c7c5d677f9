package dev.fovea.formats;

import dev.fovea.nn.Network;
import java.util.List;

/** A network whose file may leave the height and width of its pictures free. */
public interface Resizable extends Network {
  /** Returns the inputs, in order. */
  List<Port> inputs();

  /** Returns the outputs, in order. */
  List<Port> outputs();

  /**
   * Returns this network for pictures of another size; extents that the file fixes stay.
   *
   * @throws FormatException if it cannot be computed for such pictures
   */
  Resizable at(int height, int width);
}
