/** Smaller networks from trained ones: of 8 bits, and pruned. */
module dev.fovea.quantize {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.train;

  exports dev.fovea.quantize;
  exports dev.fovea.quantize.prune;
}
