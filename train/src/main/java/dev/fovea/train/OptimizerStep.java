package dev.fovea.train;

import dev.fovea.engine.kernel.Job;
import dev.fovea.engine.runtime.Workers;
import dev.fovea.nn.Model;
import dev.fovea.optim.Muon;
import dev.fovea.optim.OptimizerState;

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

  /** Clips the gradients by value; returns whether their norm is finite. Allocates nothing. */
  boolean prepare() {
    model.engine().unwrap(Workers.class).execute(clip);
    return state.measure();
  }

  /** Changes the parameters; allocates nothing. */
  void apply(double rate) {
    state.begin(rate);
    if (products) {
      for (int i = 0; i < state.chunks(); i++) {
        state.update(i);
      }
    } else {
      model.engine().unwrap(Workers.class).execute(update);
    }
    model.parameters().changed();
  }
}
