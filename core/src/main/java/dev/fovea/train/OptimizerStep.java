package dev.fovea.train;

import dev.fovea.kernel.Job;
import dev.fovea.nn.Model;
import dev.fovea.optim.Muon;
import dev.fovea.optim.OptimizerState;
import dev.fovea.runtime.Workers;

/** The optimiser's step over a model's parameters, shared among the engine's threads. */
final class OptimizerStep {
  private final Model model;
  private final OptimizerState state;
  private final Job clip;
  private final Job update;

  /** Whether threads share the products of each chunk instead of the chunks. */
  private final boolean products;

  OptimizerStep(Model model, OptimizerState state) {
    this.model = model;
    this.state = state;
    this.clip = Job.of(state.chunks(), state::clip);
    this.update = Job.of(state.chunks(), state::update);
    this.products = state.optimizer() instanceof Muon;
    if (products) {
      state.orthogonalizeWith(new EngineOrthogonalizer(model.engine()));
    }
  }

  /** Changes the parameters, unless the gradients are not finite; allocates nothing. */
  boolean run(double rate) {
    Workers workers = model.engine().workers();
    workers.run(clip);
    state.begin(rate);
    if (!Double.isFinite(state.gradientNorm())) {
      return false;
    }
    if (products) {
      for (int i = 0; i < state.chunks(); i++) {
        state.update(i);
      }
    } else {
      workers.run(update);
    }
    model.parameters().changed();
    return true;
  }
}
