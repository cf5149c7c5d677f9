package dev.fovea.engine.kernel;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * The memory that a kernel needs besides its operands, and what it asks of where they lie: all that
 * a compiler must know to plan for it.
 *
 * @param workspace how many floats all tasks of a run share, undefined at its start
 * @param scratch how many floats each thread has to itself during a task, undefined at its start
 * @param zeros how many zeros are read at the beginning of the array that holds input 0: a
 *     convolution points at them where its window reaches over the image's edge
 * @param inPlace the inputs over which the result may be stored
 */
public record Footprint(int workspace, int scratch, int zeros, Set<Integer> inPlace) {
  /** A kernel that needs nothing but its operands, the result apart from all inputs. */
  public static final Footprint NONE = new Footprint(0, 0, 0, Set.of());

  /** Takes a copy of the set. */
  public Footprint {
    inPlace = Set.copyOf(inPlace);
  }

  /** Returns this footprint with so many floats that all tasks share. */
  public Footprint withWorkspace(int floats) {
    return new Footprint(floats, scratch, zeros, inPlace);
  }

  /** Returns this footprint with so many floats for each thread. */
  public Footprint withScratch(int floats) {
    return new Footprint(workspace, floats, zeros, inPlace);
  }

  /** Returns this footprint with so many zeros before input 0. */
  public Footprint withZeros(int floats) {
    return new Footprint(workspace, scratch, floats, inPlace);
  }

  /** Returns this footprint with results that may be stored over these inputs too. */
  public Footprint over(int... inputs) {
    Set<Integer> all = new TreeSet<>(inPlace);
    Arrays.stream(inputs).forEach(all::add);
    return new Footprint(workspace, scratch, zeros, all);
  }
}
