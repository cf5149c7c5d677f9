package dev.fovea.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of core depend on each other in the order in which data passes them. */
final class PackageOrderTest {

  private static final String ROOT = "dev.fovea.";

  /**
   * The packages of core in order, each with those it may use besides the JDK, itself and the
   * packages within it that are not listed, which belong to it alone.
   */
  private static final List<Map.Entry<String, Set<String>>> ORDER =
      List.of(
          Map.entry("tensor", Set.of()),
          Map.entry("op", Set.of("tensor")),
          Map.entry("engine.graph", Set.of("op", "tensor")),
          Map.entry("engine.autodiff", Set.of("engine.graph", "op", "tensor")),
          Map.entry("engine.kernel", Set.of("op", "tensor")),
          Map.entry("engine.compile", Set.of("engine.graph", "engine.kernel", "op", "tensor")),
          Map.entry(
              "engine.runtime",
              Set.of("engine.compile", "engine.kernel", "engine.graph", "op", "tensor")),
          Map.entry(
              "engine",
              Set.of(
                  "engine.runtime",
                  "engine.compile",
                  "engine.kernel",
                  "engine.graph",
                  "op",
                  "tensor")),
          Map.entry("io", Set.of("tensor")),
          Map.entry("data", Set.of("io", "tensor")),
          Map.entry(
              "nn",
              Set.of(
                  "data",
                  "io",
                  "engine",
                  "engine.runtime",
                  "engine.compile",
                  "engine.kernel",
                  "engine.graph",
                  "op",
                  "tensor")));

  private static final JavaClasses CORE =
      new ClassFileImporter().importPath(Path.of(System.getProperty("fovea.classes")));

  static List<String> packages() {
    return ORDER.stream().map(Map.Entry::getKey).toList();
  }

  /** Returns the package in the order that a package is, or that it lies within. */
  private static String owner(String name) {
    return packages().stream()
        .filter(p -> name.equals(p) || name.startsWith(p + "."))
        .max(Comparator.comparingInt(String::length))
        .orElse(name);
  }

  private static DescribedPredicate<JavaClass> of(Set<String> packages) {
    return describe(
        "of " + packages,
        c ->
            c.getPackageName().startsWith(ROOT)
                && packages.contains(owner(c.getPackageName().substring(ROOT.length()))));
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    Set<String> found =
        CORE.stream()
            .map(c -> owner(c.getPackageName().substring(ROOT.length())))
            .collect(Collectors.toSet());
    assertThat(packages()).containsExactlyInAnyOrderElementsOf(found);
  }

  /** So that packages form no cycle. */
  @Test
  void packagesMayUseOnlyEarlierOnes() {
    for (int i = 0; i < ORDER.size(); i++) {
      assertThat(packages().subList(0, i)).containsAll(ORDER.get(i).getValue());
    }
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packageUsesOnlyWhatItMay(String name) {
    Set<String> others = new TreeSet<>(packages());
    others.remove(name);
    ORDER.stream()
        .filter(e -> e.getKey().equals(name))
        .forEach(e -> others.removeAll(e.getValue()));
    noClasses().that(of(Set.of(name))).should().dependOnClassesThat(of(others)).check(CORE);
  }

  @Test
  void coreUsesNothingButTheJdk() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("dev.fovea..", "java..", "org.jspecify.annotations"))
        .check(CORE);
  }

  @Test
  void staticFieldsAreFinal() {
    fields()
        .that()
        .areStatic()
        .and(
            DescribedPredicate.not(
                describe(
                    "made by the compiler",
                    field -> field.getModifiers().contains(JavaModifier.SYNTHETIC))))
        .should()
        .beFinal()
        .allowEmptyShould(true)
        .check(CORE);
  }
}
