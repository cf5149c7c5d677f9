package dev.fovea.formats;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.architecture.Services;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What this module provides on the module path, it provides on the class path too. */
final class ServicesTest {
  private final Path classes = Path.of(System.getProperty("fovea.classes"));

  @Test
  void serviceFilesNameTheProvidersOfTheModule() throws IOException {
    ModuleDescriptor formats =
        ModuleFinder.of(classes).find("dev.fovea.formats").orElseThrow().descriptor();
    assertThat(Services.ofFiles(classes)).isEqualTo(Services.ofModule(formats));
  }
}
