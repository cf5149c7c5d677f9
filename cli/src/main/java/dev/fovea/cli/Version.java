package dev.fovea.cli;

import java.util.Optional;
import picocli.CommandLine;

/** The version of Fovea. */
final class Version implements CommandLine.IVersionProvider {
  /** The version that the build has given to the jar; classes in no jar, as in tests, have none. */
  static final String TEXT =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
          .orElse("development");

  @Override
  public String[] getVersion() {
    return new String[] {"fovea " + TEXT};
  }
}
