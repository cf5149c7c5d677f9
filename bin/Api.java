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
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Compares the public API with that of the last release. {@code api.txt} has a line for each type: its name, a hash of all that
 * users could see of it in the release, and, if it has changed since, a hash of what the first section of {@code CHANGELOG.md}
 * was written for; {@code -} stands for a type that was or is not there. A type that has changed, come or gone must be named in
 * that section, and a mention counts for one hash only: who changes the type again looks at what is said of it, and says so by
 * {@code told}.
 *
 * <pre>
 *   java bin/Api.java check LIB api.txt CHANGELOG.md            exit code 1 if a change is not told
 *   java bin/Api.java told LIB api.txt CHANGELOG.md TYPE ...    after CHANGELOG.md tells how these types are now
 *   java bin/Api.java write LIB api.txt                         after a release
 * </pre>
 *
 * <p>LIB is a folder of jars, or one of classes that are no module; what these need is on the class path.
 */
final class Api {
  private static final int HASH_BYTES = 6;
  private static final String NONE = "-";

  /** Hashes of a type: in the last release, and what its mention was written for, if there is one. */
  private record Line(String released, String told) {
    static Line parse(String[] words) {
      return new Line(words[1], words.length > 2 ? words[2] : words[1]);
    }

    String text(String type) {
      return type + " " + released + (told.equals(released) ? "" : " " + told);
    }
  }

  private Api() {}

  public static void main(String[] args) throws IOException {
    Map<String, String> now = types(Path.of(args[1]));
    if (now.isEmpty()) {
      throw new IllegalArgumentException(args[1] + ": no types of Fovea are here");
    }
    Path file = Path.of(args[2]);
    if (args[0].equals("write")) {
      Map<String, Line> lines = new TreeMap<>();
      now.forEach((type, hash) -> lines.put(type, new Line(hash, hash)));
      write(file, lines);
      System.out.println(now.size() + " types written to " + file);
      return;
    }
    Map<String, Line> lines = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      lines.put(line.substring(0, line.indexOf(' ')), Line.parse(line.split(" ")));
    }
    List<String> told = named(Files.readString(Path.of(args[3])));
    if (args[0].equals("told")) {
      for (String type : List.of(args).subList(4, args.length)) {
        tell(type, now, told, lines);
      }
      write(file, lines);
      return;
    }
    List<String> untold = untold(lines, now, told);
    untold.forEach(line -> System.err.println("api: " + line));
    System.out.println(now.size() + " public types, " + untold.size() + " changes that CHANGELOG.md does not tell");
    System.exit(untold.isEmpty() ? 0 : 1);
  }

  private static void write(Path file, Map<String, Line> lines) throws IOException {
    List<String> texts = new ArrayList<>();
    lines.forEach((type, line) -> texts.add(line.text(type)));
    Files.write(file, texts);
  }

  /** Returns the words of the first section. */
  private static List<String> named(String log) {
    String[] sections = log.split("(?m)^## ", -1);
    return List.of((sections.length > 1 ? sections[1] : "").split("[^A-Za-z0-9.]+"));
  }

  private static boolean isNamed(String type, List<String> told) {
    return told.stream().anyMatch(t -> ("." + t + ".").contains("." + name(type) + "."));
  }

  private static String name(String type) {
    return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
  }

  /** Lets the mention of a type count for what the type is now. */
  private static void tell(String type, Map<String, String> now, List<String> told, Map<String, Line> lines) {
    Line line = lines.getOrDefault(type, new Line(NONE, NONE));
    String is = now.getOrDefault(type, NONE);
    if (line.released().equals(is) && line.told().equals(is)) {
      throw new IllegalArgumentException(type + ": no change of it is to be told");
    }
    if (!line.released().equals(is) && !isNamed(type, told)) {
      throw new IllegalArgumentException(type + ": name " + name(type) + " in the first section of CHANGELOG.md");
    }
    lines.put(type, new Line(line.released(), is));
    lines.values().remove(new Line(NONE, NONE)); // it came and went between two releases
  }

  private static List<String> untold(Map<String, Line> lines, Map<String, String> now, List<String> told) {
    TreeSet<String> all = new TreeSet<>(lines.keySet());
    all.addAll(now.keySet());
    List<String> untold = new ArrayList<>();
    for (String type : all) {
      Line line = lines.getOrDefault(type, new Line(NONE, NONE));
      String is = now.getOrDefault(type, NONE);
      String what = line.released().equals(NONE) ? "is new" : is.equals(NONE) ? "has gone" : "has changed";
      if (!line.told().equals(is)) {
        untold.add("%s %s: tell it in the first section of CHANGELOG.md, then java bin/Api.java told ... %s"
            .formatted(type, what, type.replace("$", "\\$")));
      } else if (!line.released().equals(is) && !isNamed(type, told)) {
        untold.add(type + " " + what + ": name " + name(type) + " in the first section of CHANGELOG.md");
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
    if (jars.isEmpty()) {
      jars.add(lib.toUri().toURL());
    }
    Map<String, String> types = new TreeMap<>();
    ClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new));
    if (jars.getFirst().getPath().endsWith("/")) { // all its packages can be used
      try (Stream<Path> files = Files.walk(lib)) {
        add(files.map(f -> lib.relativize(f).toString().replace('\\', '/')), p -> true, loader, types);
      }
      return types;
    }
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
      add(files, packages::contains, loader, types);
    }
  }

  private static void add(
      Stream<String> files, Predicate<String> isPublic, ClassLoader loader, Map<String, String> types) {
    for (String file : files.filter(f -> f.endsWith(".class")).toList()) {
      String name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
      if (isPublic.test(name.substring(0, Math.max(0, name.lastIndexOf('.'))))) {
        Class<?> type = load(name, loader);
        if (isSeen(type)) {
          types.put(name, hash(String.join("\n", describe(type))));
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
