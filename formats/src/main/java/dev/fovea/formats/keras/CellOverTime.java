package dev.fovea.formats.keras;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Signal;
import dev.fovea.nn.Trace;
import dev.fovea.op.Scan;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.Collections;
import java.util.List;

/**
 * A cell applied along a sequence: [N, T, F] ↦ [N, units], or all states [N, T, units].
 *
 * <p>Parameters: {@code weight} [F, gates · units], {@code recurrent} [units, gates · units],
 * {@code bias} [gates · units], and {@code recurrent_bias} of a cell that resets after its product.
 *
 * @param cell what makes the next state
 * @param all whether all states are returned, each at its place, else the last
 * @param backwards whether the sequence is read from its end
 */
record CellOverTime(KerasCell cell, boolean all, boolean backwards) implements Layer {
  @Override
  public Signal forward(Signal x) {
    KerasSteps.require(kind(), x, 3);
    Trace trace = x.trace();
    Shape wide = Shape.of(cell.wide());
    Shape in = x.shape();
    Value weight = trace.parameter("weight", wide.prepend(in.dim(2)), Initializer.glorotUniform());
    Value recurrent =
        trace.parameter("recurrent", wide.prepend(cell.units()), Initializer.orthogonal());
    Value inputs =
        x.value().matmul(weight).plus(trace.parameter("bias", wide, Initializer.zeros()));
    Value bias =
        cell.resetAfter()
            ? trace.parameter("recurrent_bias", wide, Initializer.zeros())
            : Value.constant(0);
    Shape state = Shape.of(in.dim(0), cell.units());
    List<Value> states = Collections.nCopies(cell.states(), Value.constant(0).broadcastTo(state));
    Scan.Results read =
        Scan.over(
            1,
            backwards,
            states,
            List.of(inputs),
            (carries, parts) -> {
              List<Value> next = cell.next(x, parts.get(0), carries, recurrent, bias);
              return new Scan.Next(next, List.of(next.get(0)));
            });
    return x.with(all ? read.outputs().get(0) : read.carries().get(0));
  }

  @Override
  public String kind() {
    return "recurrent";
  }
}
