/** A studio in the browser: networks seen while they work, learn and are explained. */
module dev.fovea.studio {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.train;
  requires dev.fovea.formats;
  requires dev.fovea.insight;
  requires dev.fovea.quantize;
  requires dev.fovea.systems;
  requires dev.fovea.vision;
  requires dev.fovea.zoo;
  requires jdk.httpserver;

  exports dev.fovea.studio;
}
