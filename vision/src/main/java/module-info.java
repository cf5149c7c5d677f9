/** Images, augmentation and image data sets. */
module dev.fovea.vision {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires transitive dev.fovea.train;
  requires transitive java.desktop;

  exports dev.fovea.vision;
  exports dev.fovea.vision.augment;
}
