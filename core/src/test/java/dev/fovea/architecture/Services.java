package dev.fovea.architecture;

import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The providers of services that a module has, by the name of the service. */
public final class Services {

  private Services() {}

  /** Returns those on the module path. */
  public static Map<String, List<String>> ofModule(ModuleDescriptor module) {
    Map<String, List<String>> services = new TreeMap<>();
    module.provides().forEach(entry -> services.put(entry.service(), entry.providers()));
    return services;
  }

  /** Returns those on the class path, from the files in {@code META-INF/services}. */
  public static Map<String, List<String>> ofFiles(Path classes) throws IOException {
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
