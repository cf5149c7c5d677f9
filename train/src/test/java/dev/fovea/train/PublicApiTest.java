package dev.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.architecture.PublicApi;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What is public speaks of public types. */
final class PublicApiTest {

  @Test
  void internalTypesStandInNoDeclaration() {
    Path classes = Path.of(System.getProperty("fovea.classes"));
    assertThat(new PublicApi(classes, Set.of("dev.fovea.optim", "dev.fovea.train")).internalDoors())
        .isEmpty();
  }
}
