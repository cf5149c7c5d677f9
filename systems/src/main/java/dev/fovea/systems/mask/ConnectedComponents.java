package dev.fovea.systems.mask;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The connected components of a mask: set pixels that a path over neighbouring set pixels of the
 * same value joins.
 *
 * @param numbers for each pixel [H, W] the number of its component, from 1 in the order in which
 *     their first pixels come row by row; 0 for clear pixels
 * @param components what they are, in the order of their numbers
 */
public record ConnectedComponents(Tensor numbers, List<Component> components) {
  /** Copies the list. */
  public ConnectedComponents {
    components = List.copyOf(components);
  }

  /**
   * One component.
   *
   * @param value the value of its pixels in the map
   * @param area how many pixels it has
   * @param box the smallest rectangle around them
   */
  public record Component(float value, int area, PixelBox box) {}

  /** Which pixels are neighbours. */
  public enum Neighbours {
    /** Those that share a side. */
    FOUR,
    /** Those that share a side or a corner. */
    EIGHT
  }

  /**
   * Returns the components of a map.
   *
   * @param map the pixels [H, W]; 0 is clear
   * @throws FoveaException if it is no map [H, W]
   */
  public static ConnectedComponents of(Tensor map, Neighbours neighbours) {
    if (map.shape().rank() != 2) {
      throw new FoveaException("connected components: need a map [H, W], got " + map.shape());
    }
    Tensor numbers = Tensor.zeros(map.shape());
    Flood flood = new Flood(map, numbers, neighbours == Neighbours.EIGHT);
    List<Component> found = new ArrayList<>();
    for (int i = 0; i < map.data().length; i++) {
      if (map.data()[i] != 0 && numbers.data()[i] == 0) {
        found.add(flood.from(i, found.size() + 1));
      }
    }
    return new ConnectedComponents(numbers, found);
  }

  /** Returns the components of so many pixels at least, numbered anew from 1. */
  public ConnectedComponents atLeast(int area) {
    float[] renamed = new float[components.size() + 1];
    List<Component> kept = new ArrayList<>();
    for (int i = 0; i < components.size(); i++) {
      if (components.get(i).area() >= area) {
        kept.add(components.get(i));
        renamed[i + 1] = kept.size();
      }
    }
    Tensor map = Tensor.zeros(numbers.shape());
    for (int i = 0; i < map.data().length; i++) {
      map.data()[i] = renamed[(int) numbers.data()[i]];
    }
    return new ConnectedComponents(map, kept);
  }

  /**
   * Returns the pixels of one component.
   *
   * @param number its number, from 1
   */
  public RunLengths mask(int number) {
    return RunLengths.of(numbers, components.get(number - 1).box(), number);
  }
}
