package dev.fovea.engine.compile.testing;

import dev.fovea.engine.compile.Program;
import dev.fovea.engine.runtime.CompiledFunction;
import dev.fovea.engine.runtime.Device;
import dev.fovea.engine.runtime.Execution;
import dev.fovea.engine.runtime.SharedMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs a random graph twice, with other inputs and perhaps other parameters. */
final class FuzzRun {
  static final int ROUNDS = 2;

  /** What no gradient is written to stays. */
  static final float UNTOUCHED = 7;

  private final FuzzCase c;
  private final float[] parameters;
  private final float[] gradients;

  private FuzzRun(FuzzCase c) {
    this.c = c;
    this.parameters = new float[c.store().values().length];
    this.gradients = new float[parameters.length];
    Arrays.fill(gradients, UNTOUCHED);
  }

  /**
   * What a round left behind.
   *
   * @param before the parameters before it
   * @param parameters the parameters after it
   * @param gradients the array of gradients after it
   * @param results the results
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by what is in them
  record Round(float[] before, float[] parameters, float[] gradients, List<float[]> results) {
    boolean sameBits(Round other) {
      return Arrays.equals(parameters, other.parameters)
          && Arrays.equals(gradients, other.gradients)
          && Arrays.deepEquals(results.toArray(), other.results.toArray());
    }
  }

  static List<Round> of(FuzzCase c, Program program, Device device) {
    return new FuzzRun(c).run(program, device);
  }

  private List<Round> run(Program program, Device device) {
    c.store().use(parameters);
    CompiledFunction f =
        new CompiledFunction(program, device, Map.of(c.store(), gradients), new SharedMemory());
    List<Round> rounds = new ArrayList<>();
    // The second round finds what the first left in memory; every other case keeps its parameters.
    boolean keep = c.graph().values().size() % 2 == 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (round == 0 || !keep) {
        c.fill(parameters, round);
        c.store().changed();
      }
      float[] before = parameters.clone();
      Execution e = f.acquire();
      int number = 0;
      for (float[] x : c.inputs(round).values()) {
        e.set(number++, x, 0);
      }
      e.run();
      List<float[]> results = results(e);
      e.update();
      rounds.add(new Round(before, parameters.clone(), gradients.clone(), results));
      f.release(e);
    }
    return rounds;
  }

  private List<float[]> results(Execution e) {
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < c.graph().results().size(); i++) {
      results.add(e.result(i).data());
    }
    return results;
  }
}
