package dev.fovea.train;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The module of training: what it exports and needs, and the order of its packages. */
final class ModuleTest {

  private static final Path CLASSES = Path.of(System.getProperty("fovea.classes"));

  private static ModuleDescriptor descriptor() {
    return ModuleFinder.of(CLASSES).find("dev.fovea.train").orElseThrow().descriptor();
  }

  @Test
  void exportsItsPackagesToAll() {
    assertThat(descriptor().exports())
        .noneMatch(Exports::isQualified)
        .extracting(Exports::source)
        .containsExactlyInAnyOrder("dev.fovea.optim", "dev.fovea.train");
  }

  @Test
  void needsNothingButCoreAtRunTime() {
    assertThat(descriptor().requires())
        .filteredOn(module -> !module.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactlyInAnyOrder("java.base", "dev.fovea.core");
  }

  @Test
  void optimisersKnowNothingOfTheLoop() {
    JavaClasses train = new ClassFileImporter().importPath(CLASSES);
    noClasses()
        .that()
        .resideInAPackage("dev.fovea.optim")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.fovea.train")
        .check(train);
  }
}
