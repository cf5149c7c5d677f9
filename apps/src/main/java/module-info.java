/** What applications of convolutional networks need beyond training. */
module dev.fovea.apps {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.train;
  requires transitive dev.fovea.vision;
  requires transitive dev.fovea.systems;
  requires dev.fovea.zoo;
  requires java.logging;
  requires org.apache.lucene.core;

  exports dev.fovea.apps;
  exports dev.fovea.apps.drive;
  exports dev.fovea.apps.face;
  exports dev.fovea.apps.fewshot;
  exports dev.fovea.apps.play;
  exports dev.fovea.apps.quality;
  exports dev.fovea.apps.search;
  exports dev.fovea.apps.style;
  exports dev.fovea.apps.text;
  exports dev.fovea.apps.translate;
}
