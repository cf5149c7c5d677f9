/** A caller on the module path. */
module app {
  requires dev.fovea.formats;
  requires dev.fovea.train;
  requires dev.fovea.zoo;
}
