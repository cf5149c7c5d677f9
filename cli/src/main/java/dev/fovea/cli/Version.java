package dev.fovea.cli;

import picocli.CommandLine;

/** The version of Fovea. */
final class Version implements CommandLine.IVersionProvider {
  /** The version that the build gives to the jars. */
  static final String TEXT = "0.1.0-SNAPSHOT";

  @Override
  public String[] getVersion() {
    return new String[] {"fovea " + TEXT};
  }
}
