package dev.fovea.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The module descriptor that was compiled from {@code module-info.java}. */
final class ModuleTest {

  /** What users call. */
  private static final List<String> PUBLIC =
      List.of(
          "dev.fovea.tensor",
          "dev.fovea.op",
          "dev.fovea.engine",
          "dev.fovea.nn",
          "dev.fovea.data",
          "dev.fovea.io");

  /** What is there for modules of Fovea. */
  private static final List<String> INTERNAL =
      List.of(
          "dev.fovea.engine.graph",
          "dev.fovea.engine.autodiff",
          "dev.fovea.engine.kernel",
          "dev.fovea.engine.compile",
          "dev.fovea.engine.runtime");

  private final Path classes = Path.of(System.getProperty("fovea.classes"));
  private final ModuleDescriptor core =
      ModuleFinder.of(classes).find("dev.fovea.core").orElseThrow().descriptor();

  @Test
  void exportsToAllWhatUsersCall() {
    assertThat(core.exports())
        .filteredOn(e -> !e.isQualified())
        .extracting(Exports::source)
        .containsExactlyInAnyOrderElementsOf(PUBLIC);
  }

  @Test
  void exportsTheRestToModulesOfFoveaAlone() {
    assertThat(core.exports())
        .filteredOn(Exports::isQualified)
        .allMatch(e -> e.targets().stream().allMatch(m -> m.startsWith("dev.fovea.")))
        .extracting(Exports::source)
        .containsExactlyInAnyOrderElementsOf(INTERNAL);
  }

  @Test
  void opensNothing() {
    assertThat(core.isOpen()).isFalse();
    assertThat(core.opens()).isEmpty();
  }

  @Test
  void needsNothingButTheJdkAtRunTime() {
    assertThat(core.requires())
        .filteredOn(module -> !module.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactly("java.base");
  }

  /** Otherwise who uses the module could not be compiled without them. */
  @Test
  void asksNobodyElseForItsAnnotations() {
    assertThat(core.requires())
        .noneMatch(module -> module.modifiers().contains(Requires.Modifier.TRANSITIVE));
  }

  @Test
  void usesKernelProvidersAndFormatsAlone() {
    assertThat(core.uses())
        .containsExactlyInAnyOrder(
            "dev.fovea.engine.kernel.KernelProvider", "dev.fovea.nn.ModelFormat");
  }

  /** So that no services file of core can replace, or be replaced by, that of another module. */
  @Test
  void providesNoService() throws IOException {
    assertThat(Services.ofFiles(classes)).isEmpty();
    assertThat(Services.ofModule(core)).isEmpty();
  }

  @Test
  void classPathOfTestsHasNoOtherModuleOfFovea() {
    Stream<String> entries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator));
    assertThat(entries).noneMatch(entry -> entry.matches(".*fovea-(train|simd|vision|zoo|cli).*"));
  }
}
