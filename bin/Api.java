import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares the public API with that of the last release, whose types lie in {@code api.txt} with a hash of all that users can
 * see of each. A type that has changed, come or gone must be named in the first section of {@code CHANGELOG.md}.
 *
 * <pre>
 *   java bin/Api.java check LIB api.txt CHANGELOG.md    exit code 1 if a change is not told
 *   java bin/Api.java write LIB api.txt                 after a release
 * </pre>
 */
final class Api {
  private static final int HASH_BYTES = 6;

  private Api() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> now = types(Path.of(args[1]));
    if (now.isEmpty()) {
      throw new IllegalArgumentException(args[1] + ": no modules of Fovea are here");
    }
    Path file = Path.of(args[2]);
    if (args[0].equals("write")) {
      List<String> lines = new ArrayList<>();
      now.forEach((type, hash) -> lines.add(type + " " + hash));
      Files.write(file, lines);
      System.out.println(now.size() + " types written to " + file);
      return;
    }
    Map<String, String> before = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      before.put(line.substring(0, line.indexOf(' ')), line.substring(line.indexOf(' ') + 1));
    }
    List<String> untold = untold(before, now, Files.readString(Path.of(args[3])));
    untold.forEach(line -> System.err.println("api: " + line));
    System.out.println(now.size() + " public types, " + untold.size() + " changes that CHANGELOG.md does not tell");
    System.exit(untold.isEmpty() ? 0 : 1);
  }

  private static List<String> untold(Map<String, String> before, Map<String, String> now, String log) {
    String section = log.split("(?m)^## ", -1).length > 1 ? log.split("(?m)^## ", -1)[1] : "";
    List<String> told = List.of(section.split("[^A-Za-z0-9.]+"));
    TreeSet<String> all = new TreeSet<>(before.keySet());
    all.addAll(now.keySet());
    List<String> untold = new ArrayList<>();
    for (String type : all) {
      String was = before.get(type);
      String is = now.get(type);
      String name = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
      if (!Objects.equals(was, is) && told.stream().noneMatch(t -> ("." + t + ".").contains("." + name + "."))) {
        String what = was == null ? "is new" : is == null ? "has gone" : "has changed";
        untold.add(type + " " + what + ": name " + name + " in the first section of CHANGELOG.md");
      }
    }
    return untold;
  }

  /** Returns a hash for each type that users of the modules in a folder can name. */
  private static Map<String, String> types(Path lib) throws IOException {
    List<URL> jars = new ArrayList<>();
    try (Stream<Path> files = Files.list(lib)) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
        jars.add(jar.toUri().toURL());
      }
    }
    Map<String, String> types = new TreeMap<>();
    ClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new));
    for (ModuleReference module : ModuleFinder.of(lib).findAll()) {
      if (module.descriptor().name().startsWith("dev.fovea.")) {
        add(module, loader, types);
      }
    }
    return types;
  }

  private static void add(ModuleReference module, ClassLoader loader, Map<String, String> types) throws IOException {
    List<String> packages =
        module.descriptor().exports().stream().filter(e -> !e.isQualified()).map(e -> e.source()).toList();
    try (ModuleReader reader = module.open(); Stream<String> files = reader.list()) {
      for (String file : files.filter(f -> f.endsWith(".class")).toList()) {
        String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
        if (packages.contains(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
          Class<?> type = load(name, loader);
          if (isSeen(type)) {
            types.put(name, hash(String.join("\n", describe(type))));
          }
        }
      }
    }
  }

  private static Class<?> load(String name, ClassLoader loader) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isSeen(Class<?> type) {
    boolean open = Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
    return open && !type.isSynthetic() && (type.getEnclosingClass() == null || isSeen(type.getEnclosingClass()));
  }

  private static List<String> describe(Class<?> type) {
    List<String> lines = new ArrayList<>();
    lines.add(type.toGenericString() + " " + type.getGenericSuperclass());
    lines.add(Arrays.toString(type.getGenericInterfaces()));
    if (type.isSealed()) {
      lines.add(Arrays.stream(type.getPermittedSubclasses()).map(Class::getName).sorted().toList().toString());
    }
    for (Field f : type.getDeclaredFields()) {
      add(f, f.toGenericString(), f, lines);
    }
    for (Constructor<?> c : type.getDeclaredConstructors()) {
      add(c, c.toGenericString(), c, lines);
    }
    for (Method m : type.getDeclaredMethods()) {
      add(m, m.toGenericString() + (m.isDefault() ? " default" : ""), m, lines);
    }
    lines.subList(2, lines.size()).sort(null);
    return lines;
  }

  private static void add(Member member, String text, AnnotatedElement annotated, List<String> lines) {
    int modifiers = member.getModifiers();
    if (!member.isSynthetic() && (Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers))) {
      lines.add(text + (annotated.isAnnotationPresent(Deprecated.class) ? " deprecated" : ""));
    }
  }

  private static String hash(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
