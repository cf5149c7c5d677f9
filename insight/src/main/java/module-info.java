/** What a network computes and why. */
module dev.fovea.insight {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.train;
  requires transitive dev.fovea.vision;
  requires transitive dev.fovea.systems;

  exports dev.fovea.insight.colour;
  exports dev.fovea.insight.convolution;
  exports dev.fovea.insight.draw;
  exports dev.fovea.insight.embed;
  exports dev.fovea.insight.explain;
  exports dev.fovea.insight.probe;
  exports dev.fovea.insight.unit;
}
