/** Optimisers, schedules, the training loop, metrics and checkpoints. */
module dev.fovea.train {
  requires static org.jspecify;
  requires transitive dev.fovea.core;

  exports dev.fovea.optim;
  exports dev.fovea.train;
}
