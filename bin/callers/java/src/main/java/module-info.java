/** A caller on the module path. */
module app {
  requires dev.fovea.core;
}
