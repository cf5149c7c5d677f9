package dev.fovea.compile.testing;

import dev.fovea.compile.Compiler;
import dev.fovea.compile.Program;
import dev.fovea.runtime.Device;
import dev.fovea.runtime.Execution;
import dev.fovea.runtime.Plan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
    this.parameters = new float[c.size()];
    this.gradients = new float[c.size()];
    Arrays.fill(gradients, UNTOUCHED);
  }

  /**
   * What a round left behind.
   *
   * @param before the parameters before it
   * @param parameters the parameters after it
   * @param gradients the array of gradients after it
   * @param outputs the outputs by name
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by what is in them
  record Round(
      float[] before, float[] parameters, float[] gradients, Map<String, float[]> outputs) {
    boolean sameBits(Round other) {
      return Arrays.equals(parameters, other.parameters)
          && Arrays.equals(gradients, other.gradients)
          && outputs.keySet().stream()
              .allMatch(n -> Arrays.equals(outputs.get(n), other.outputs.get(n)));
    }
  }

  static List<Round> of(FuzzCase c, Program program, Device device) {
    return new FuzzRun(c).run(program, device);
  }

  private List<Round> run(Program program, Device device) {
    long[] version = {0};
    Plan plan = new Plan(program, device, parameters, gradients, () -> version[0]);
    List<Round> rounds = new ArrayList<>();
    // The second round finds what the first left in memory; every other case keeps its parameters.
    boolean keep = c.graph().values().size() % 2 == 0;
    for (int round = 0; round < ROUNDS; round++) {
      if (round == 0 || !keep) {
        c.fill(parameters, round);
        version[0]++;
      }
      float[] before = parameters.clone();
      Execution e = plan.acquire();
      c.inputs(round)
          .forEach((name, x) -> {
            if (e.hasInput(name)) {
              e.set(name, x, 0);
            }
          });
      e.run();
      rounds.add(new Round(before, parameters.clone(), gradients.clone(), outputs(e)));
      plan.release(e);
    }
    return rounds;
  }

  private Map<String, float[]> outputs(Execution e) {
    Map<String, float[]> outputs = new LinkedHashMap<>();
    c.graph()
        .outputs()
        .forEach((name, v) -> {
          // Gradients and updates are looked up where they must be: in the arrays.
          if (!name.startsWith(Compiler.GRADIENT) && !name.startsWith(Compiler.UPDATE)) {
            float[] y = new float[v.shape().elements()];
            e.get(name, y, 0);
            outputs.put(name, y);
          }
        });
    return outputs;
  }
}
