package dev.fovea.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a user can call of a module's public packages. */
public final class PublicApi {
  private static final Pattern INTERNAL = Pattern.compile("dev\\.fovea\\.engine\\.\\w+\\..*");

  private final Set<String> packages;
  private final JavaClasses classes;

  /**
   * Creates a view of compiled classes.
   *
   * @param packages those that are exported to all
   */
  public PublicApi(Path classes, Set<String> packages) {
    this.packages = packages;
    this.classes = new ClassFileImporter().importPath(classes);
  }

  /**
   * Returns the members in whose declarations types of internal packages stand, as {@code
   * Class.member}: doors that only modules of Fovea can go through.
   */
  public Set<String> internalDoors() {
    Set<String> doors = new TreeSet<>();
    for (JavaClass c : classes) {
      if (!isPublic(c)) {
        continue;
      }
      Stream.concat(c.getRawInterfaces().stream(), c.getRawSuperclass().stream())
          .filter(PublicApi::isInternal)
          .forEach(s -> doors.add(c.getSimpleName()));
      c.getCodeUnits().stream()
          .filter(m -> isCallable(m.getModifiers()) && signature(m).anyMatch(PublicApi::isInternal))
          .forEach(m -> doors.add(c.getSimpleName() + "." + m.getName()));
      c.getFields().stream()
          .filter(f -> isCallable(f.getModifiers()) && signature(f).anyMatch(PublicApi::isInternal))
          .forEach(f -> doors.add(c.getSimpleName() + "." + f.getName()));
    }
    return doors;
  }

  private boolean isPublic(JavaClass c) {
    Optional<JavaClass> outer = c.getEnclosingClass();
    return isCallable(c.getModifiers())
        && !c.getModifiers().contains(JavaModifier.SYNTHETIC)
        && packages.contains(c.getPackageName())
        && (outer.isEmpty() || isPublic(outer.get()));
  }

  private static boolean isCallable(Set<JavaModifier> modifiers) {
    return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
        && !modifiers.contains(JavaModifier.SYNTHETIC);
  }

  private static Stream<JavaClass> signature(JavaCodeUnit m) {
    return Stream.concat(Stream.of(m.getReturnType()), m.getParameterTypes().stream())
        .map(JavaType::getAllInvolvedRawTypes)
        .flatMap(Set::stream);
  }

  private static Stream<JavaClass> signature(JavaField f) {
    return f.getType().getAllInvolvedRawTypes().stream();
  }

  private static boolean isInternal(JavaClass c) {
    return INTERNAL.matcher(c.getName()).matches();
  }
}
