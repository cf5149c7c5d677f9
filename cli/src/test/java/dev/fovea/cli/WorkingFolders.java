package dev.fovea.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/** Fills the fields that are marked with {@link WorkingFolder}. */
final class WorkingFolders implements BeforeAllCallback, BeforeEachCallback {
  private static final Namespace OWN = Namespace.create(WorkingFolders.class);

  @Override
  public void beforeAll(ExtensionContext test) throws IllegalAccessException {
    fill(test, null);
  }

  @Override
  public void beforeEach(ExtensionContext test) throws IllegalAccessException {
    fill(test, test.getRequiredTestInstance());
  }

  private static void fill(ExtensionContext test, @Nullable Object instance)
      throws IllegalAccessException {
    for (Field field :
        AnnotationSupport.findAnnotatedFields(test.getRequiredTestClass(), WorkingFolder.class)) {
      if (Modifier.isStatic(field.getModifiers()) == (instance == null)) {
        WarmCommand command = WarmCommand.borrow();
        AutoCloseable end = () -> giveBack(command);
        test.getStore(OWN).put(field, end);
        field.setAccessible(true);
        field.set(instance, command.folder());
      }
    }
  }

  private static void giveBack(WarmCommand command) throws IOException {
    try (Stream<Path> all = Files.walk(command.folder())) {
      all.filter(p -> !p.equals(command.folder()))
          .sorted(Comparator.reverseOrder())
          .forEach(WorkingFolders::delete);
    }
    command.giveBack();
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
