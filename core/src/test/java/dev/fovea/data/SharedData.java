package dev.fovea.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds real data that lies in {@code shared/data} next to the project, outside of it. */
public final class SharedData {
  private SharedData() {}

  /** Returns the file or folder of this name, or says that a check did not run. */
  public static Optional<Path> find(String name) {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path data = p.resolve("shared/data").resolve(name);
      if (Files.exists(data)) {
        return Optional.of(data);
      }
    }
    System.out.println("not run: shared/data/" + name + " is not there");
    return Optional.empty();
  }
}
