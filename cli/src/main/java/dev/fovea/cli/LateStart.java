package dev.fovea.cli;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Starts a program in a JVM that was not told to start with the Vector API.
 *
 * <p>A JVM that starts with an incubating module uses no archive of its module graph, and without
 * that no class that was linked ahead of time (JDK 25). So the module is added here, once the JVM
 * runs, by the JDK's own way to do so; it needs {@value #EXPORT}. Kernels in vectors are then as
 * fast as otherwise, and nothing warns.
 */
final class LateStart {
  /** What the JVM must be told for it. */
  static final String EXPORT = "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED";

  /** The module of the Vector API. */
  static final String VECTORS = "jdk.incubator.vector";

  /** The system property with the archive that the JVM was told to use, if it should be deleted. */
  private static final String ARCHIVE = "fovea.archive";

  private LateStart() {}

  /** Runs the main method of the class that the first argument names with the other arguments. */
  public static void main(String[] args) throws ReflectiveOperationException {
    dropIfRefused();
    addVectors();
    Method main = Class.forName(args[0]).getDeclaredMethod("main", String[].class);
    main.setAccessible(true);
    main.invoke(null, (Object) Arrays.copyOfRange(args, 1, args.length));
  }

  /** Adds the module of the Vector API to those of this process; returns whether it is there. */
  static boolean addVectors() {
    try {
      Class.forName("jdk.internal.module.Modules")
          .getMethod("loadModule", String.class)
          .invoke(null, VECTORS);
      return true;
    } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
      return false; // the engine says what that means
    }
  }

  /** Deletes the archive if the JVM did not take it, so that the next start makes another. */
  private static void dropIfRefused() {
    String archive = System.getProperty(ARCHIVE, "");
    if (!archive.isEmpty() && !System.getProperty("java.vm.info", "").contains("sharing")) {
      try {
        Files.deleteIfExists(Path.of(archive));
      } catch (IOException e) {
        // Then it stays, and starts are as slow as without one.
      }
    }
  }
}
