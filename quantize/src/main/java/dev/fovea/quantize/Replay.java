package dev.fovea.quantize;

import dev.fovea.nn.Initializer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Trace;
import dev.fovea.op.Source;
import dev.fovea.op.Value;
import dev.fovea.tensor.Tensor;

/** What networks that walk through another one's graph share. */
final class Replay {
  private Replay() {}

  /** Returns a parameter of a model in the trace of another, with its value as the first. */
  static Value parameter(Model model, Trace trace, Source.Parameter p) {
    Tensor t = model.parameters().tensor(p.name());
    Initializer values =
        (_, to, offset, _) -> System.arraycopy(t.data(), 0, to, offset, t.data().length);
    return model.parameters().get(p.name()).trainable()
        ? trace.parameter(p.name(), t.shape(), values)
        : trace.state(p.name(), t.shape(), values);
  }
}
