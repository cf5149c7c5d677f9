/** Architectures, one file each. */
module dev.fovea.zoo {
  requires static org.jspecify;
  requires transitive dev.fovea.core;

  exports dev.fovea.zoo;
}
