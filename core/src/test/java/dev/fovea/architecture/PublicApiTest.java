package dev.fovea.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is public speaks of public types. */
final class PublicApiTest {
  private static final Set<String> PACKAGES =
      Set.of(
          "dev.fovea.tensor",
          "dev.fovea.op",
          "dev.fovea.engine",
          "dev.fovea.nn",
          "dev.fovea.data",
          "dev.fovea.io");

  @Test
  void internalTypesStandInNoDeclaration() {
    Path classes = Path.of(System.getProperty("fovea.classes"));
    assertThat(new PublicApi(classes, PACKAGES).internalDoors()).isEmpty();
  }
}
