package dev.fovea.systems.label;

import dev.fovea.data.Preprocessing;
import dev.fovea.tensor.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How labelled pictures become samples.
 *
 * @param input how a picture is brought into the network's input
 * @param markings what is handed on with it, in this order
 * @param most how many objects a sample has at most; as many as the picture that has most, if empty
 */
public record LabelOptions(Preprocessing input, List<Marking> markings, OptionalInt most) {
  /**
   * Checks the options.
   *
   * @throws FoveaException if nothing is handed on, something twice, or instances without boxes
   */
  public LabelOptions {
    markings = List.copyOf(markings);
    if (markings.isEmpty() || markings.stream().distinct().count() != markings.size()) {
      throw new FoveaException("labels: each marking once expected, got " + markings);
    }
    if (markings.contains(Marking.INSTANCES) && !markings.contains(Marking.BOXES)) {
      throw new FoveaException("labels: instances are numbers of boxes, which are not asked for");
    }
    if (most.isPresent() && most.getAsInt() < 1) {
      throw new FoveaException(
          "labels: at most " + most.getAsInt() + " objects a picture, 1 or more expected");
    }
  }

  /** Returns options that hand on these markings. */
  public static LabelOptions of(Preprocessing input, Marking... markings) {
    return new LabelOptions(input, new ArrayList<>(List.of(markings)), OptionalInt.empty());
  }

  /** Returns these options with at most so many objects in a sample. */
  public LabelOptions withMost(int objects) {
    return new LabelOptions(input, markings, OptionalInt.of(objects));
  }

  /** Returns these options for another input. */
  public LabelOptions withInput(Preprocessing other) {
    return new LabelOptions(other, markings, most);
  }

  /** Returns whether something is handed on. */
  public boolean has(Marking marking) {
    return markings.contains(marking);
  }
}
