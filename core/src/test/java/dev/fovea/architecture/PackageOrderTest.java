package dev.fovea.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The packages of core depend on each other in the order in which data passes them. */
final class PackageOrderTest {

  private static final String ROOT = "dev.fovea.";

  /**
   * Each package of core with those it may use, besides the JDK, itself and the packages within it,
   * which belong to it alone.
   */
  private static final Map<String, Set<String>> MAY_USE =
      Map.ofEntries(
          Map.entry("tensor", Set.of()),
          Map.entry("op", Set.of("tensor")),
          Map.entry("graph", Set.of("op", "tensor")),
          Map.entry("autodiff", Set.of("graph", "op", "tensor")),
          Map.entry("kernel", Set.of("op", "tensor")),
          Map.entry("compile", Set.of("autodiff", "graph", "kernel", "op", "tensor")),
          Map.entry("runtime", Set.of("compile", "kernel", "graph", "op", "tensor")),
          Map.entry("io", Set.of("tensor")),
          Map.entry(
              "nn",
              Set.of(
                  "data",
                  "io",
                  "runtime",
                  "compile",
                  "kernel",
                  "autodiff",
                  "graph",
                  "op",
                  "tensor")),
          Map.entry("quantize", Set.of("nn", "runtime", "compile", "graph", "op", "tensor")),
          Map.entry("data", Set.of("io", "tensor")));

  private static final JavaClasses CORE =
      new ClassFileImporter().importPath(Path.of(System.getProperty("fovea.classes")));

  static Set<String> packages() {
    return MAY_USE.keySet();
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    Set<String> found =
        CORE.stream()
            .map(JavaClass::getPackageName)
            .map(name -> name.substring(ROOT.length()).replaceFirst("\\..*", ""))
            .collect(Collectors.toSet());
    assertThat(MAY_USE.keySet()).containsExactlyInAnyOrderElementsOf(found);
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packageUsesOnlyWhatComesBeforeIt(String name) {
    String[] allowed =
        MAY_USE.getOrDefault(name, Set.of()).stream().map(ROOT::concat).toArray(String[]::new);
    String own = ROOT + name + "..";
    DescribedPredicate<JavaClass> ours = resideInAPackage("dev.fovea..");
    DescribedPredicate<JavaClass> permitted = resideInAnyPackage(allowed).or(resideInAPackage(own));
    classes()
        .that()
        .resideInAPackage(own)
        .should()
        .onlyDependOnClassesThat(permitted.or(DescribedPredicate.not(ours)))
        .as("dev.fovea." + name + " uses only " + Arrays.toString(allowed))
        .check(CORE);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.fovea.(*)..").should().beFreeOfCycles().check(CORE);
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
                DescribedPredicate.describe(
                    "made by the compiler",
                    field -> field.getModifiers().contains(JavaModifier.SYNTHETIC))))
        .should()
        .beFinal()
        .allowEmptyShould(true)
        .check(CORE);
  }
}
