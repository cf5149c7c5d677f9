package dev.fovea.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Provides;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What this module provides on the module path, it provides on the class path too. */
final class ServicesTest {

  private final Path classes = Path.of(System.getProperty("fovea.classes"));

  @Test
  void moduleAndServiceFilesNameTheSameProviders() throws IOException {
    Map<String, List<String>> ofModule = new TreeMap<>();
    ModuleFinder.of(classes)
        .find("dev.fovea.simd")
        .orElseThrow()
        .descriptor()
        .provides()
        .forEach((Provides provides) -> ofModule.put(provides.service(), provides.providers()));
    assertThat(servicesOnClassPath()).isEqualTo(ofModule);
  }

  private Map<String, List<String>> servicesOnClassPath() throws IOException {
    Path folder = classes.resolve("META-INF/services");
    if (!Files.exists(folder)) {
      return Map.of();
    }
    Map<String, List<String>> services = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        services.put(file.getFileName().toString(), Files.readAllLines(file));
      }
    }
    return services;
  }
}
