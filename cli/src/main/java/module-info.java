/** The fovea command. */
@SuppressWarnings("requires-automatic")
module dev.fovea.cli {
  requires static org.jspecify;
  requires dev.fovea.apps;
  requires dev.fovea.core;
  requires dev.fovea.formats;
  requires dev.fovea.insight;
  requires dev.fovea.quantize;
  requires dev.fovea.serve;
  requires dev.fovea.studio;
  requires dev.fovea.systems;
  requires dev.fovea.train;
  requires dev.fovea.vision;
  requires dev.fovea.zoo;
  requires info.picocli;
  requires java.compiler;
  requires jdk.jshell;
  requires jdk.management;
  requires xchart;

  opens dev.fovea.cli to
      info.picocli;
}
