/** Vision systems: detection, segmentation and pose. */
@SuppressWarnings("requires-automatic")
module dev.fovea.systems {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.train;
  requires transitive dev.fovea.vision;
  requires transitive dev.fovea.zoo;
  requires liblinear;

  exports dev.fovea.systems;
  exports dev.fovea.systems.box;
  exports dev.fovea.systems.label;
  exports dev.fovea.systems.linear;
  exports dev.fovea.systems.loss;
  exports dev.fovea.systems.mask;
  exports dev.fovea.systems.measure;
  exports dev.fovea.systems.detect;
  exports dev.fovea.systems.draw;
  exports dev.fovea.systems.net;
  exports dev.fovea.systems.panoptic;
  exports dev.fovea.systems.pose;
  exports dev.fovea.systems.published;
  exports dev.fovea.systems.region;
  exports dev.fovea.systems.search;
  exports dev.fovea.systems.segment;
  exports dev.fovea.systems.upscale;
  exports dev.fovea.systems.window;
}
