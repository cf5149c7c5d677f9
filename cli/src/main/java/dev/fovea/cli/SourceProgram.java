package dev.fovea.cli;

import dev.fovea.io.AtomicFiles;
import dev.fovea.tensor.FoveaException;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A program in one source file, compiled in memory against what this process has on its class path.
 *
 * <p>The file is a compact source file, which has methods and no class around them, or declares
 * classes of its own. Its {@code main} is chosen by the rules of the {@code java} launcher: one
 * with {@code String[]} before one without, of the class, or of an instance.
 */
final class SourceProgram {
  private static final int MOST_ERRORS = 10;

  private final String file;
  private final Class<?> program;
  private final Method main;

  private SourceProgram(String file, Class<?> program, Method main) {
    this.file = file;
    this.program = program;
    this.main = main;
  }

  /**
   * Compiles a file.
   *
   * @param err takes the compiler's messages
   * @throws FoveaException if there is no such file or compiler, the file does not compile, or has
   *     no {@code main}
   */
  static SourceProgram compile(Path file, PrintStream err) {
    if (!Files.isRegularFile(file)) {
      throw new FoveaException(
          file + (Files.isDirectory(file) ? ": a folder; give a .java file" : ": no such file"));
    }
    try {
      return compile(file.toString(), Files.readString(file), err);
    } catch (CharacterCodingException e) {
      throw new FoveaException(file + ": not Java source in UTF-8", e);
    } catch (IOException e) {
      throw new FoveaException(file + ": " + AtomicFiles.reason(e), e);
    }
  }

  /**
   * Compiles a source text.
   *
   * @param file what the file is called, as the compiler's messages name it
   * @param err takes the compiler's messages
   * @throws FoveaException if there is no compiler, or the text does not compile or has no {@code
   *     main}
   */
  static SourceProgram compile(String file, String source, PrintStream err) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (compiler == null) {
      throw new FoveaException(
          file
              + ": needs a JDK to be compiled; "
              + System.getProperty("java.home")
              + " is not one");
    }
    MemoryClasses classes = classes(compiler, new MemorySource(file, source), err);
    return program(classes, file)
        .orElseThrow(() -> new FoveaException(file + ": no method main to start with"));
  }

  private static MemoryClasses classes(JavaCompiler compiler, MemorySource file, PrintStream err) {
    DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
    StandardJavaFileManager files =
        compiler.getStandardFileManager(said, Locale.ROOT, StandardCharsets.UTF_8);
    try (MemoryClasses classes = new MemoryClasses(files)) {
      List<String> options =
          List.of("-proc:none", "-g", "-cp", System.getProperty("java.class.path", ""));
      boolean done = compiler.getTask(null, classes, said, options, null, List.of(file)).call();
      if (!done) {
        throw new FoveaException(file.getName() + ": does not compile (" + print(said, err) + ")");
      }
      return classes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints the errors with their places and returns how many there are. */
  private static String print(DiagnosticCollector<JavaFileObject> said, PrintStream err) {
    List<Diagnostic<? extends JavaFileObject>> errors =
        said.getDiagnostics().stream()
            .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
            .<Diagnostic<? extends JavaFileObject>>map(d -> d)
            .toList();
    errors.stream().limit(MOST_ERRORS).forEach(err::println);
    return errors.size() == 1 ? "1 error" : errors.size() + " errors";
  }

  /** Starts with the class that the file is named after, or else with the first that has a main. */
  private static Optional<SourceProgram> program(MemoryClasses classes, String file) {
    String stem =
        file.substring(file.lastIndexOf(File.separatorChar) + 1).replaceFirst("\\.java$", "");
    List<String> names = new ArrayList<>(classes.names());
    names.sort((a, b) -> Boolean.compare(simpleName(b).equals(stem), simpleName(a).equals(stem)));
    ClassLoader loader = classes.loader();
    for (String name : names) {
      Class<?> c = load(loader, name);
      Method main = c.getEnclosingClass() == null ? main(c) : null;
      if (main != null) {
        return Optional.of(new SourceProgram(file, c, main));
      }
    }
    return Optional.empty();
  }

  private static String simpleName(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static Class<?> load(ClassLoader loader, String name) {
    try {
      return Class.forName(name, false, loader);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Method main(Class<?> c) {
    Method with = method(c, String[].class);
    return with == null ? method(c) : with;
  }

  /** Returns the method main of a class, its own or one that it inherits. */
  private static @Nullable Method method(Class<?> program, Class<?>... parameters) {
    for (Class<?> c = program; c != null; c = c.getSuperclass()) {
      try {
        Method m = c.getDeclaredMethod("main", parameters);
        boolean fits = !Modifier.isPrivate(m.getModifiers()) && m.getReturnType() == void.class;
        return fits ? m : null;
      } catch (NoSuchMethodException e) {
        // The class above may have it.
      }
    }
    return null;
  }

  /**
   * Calls the program's main and waits until the threads have ended that it has left running, as a
   * JVM does before it ends.
   *
   * @param err takes the stack trace of an exception that the program does not catch
   * @return 0, or 1 after such an exception
   * @throws FoveaException if the program threw one
   */
  int start(List<String> args, PrintStream err) {
    Thread own = Thread.currentThread();
    ClassLoader usual = own.getContextClassLoader();
    own.setContextClassLoader(program.getClassLoader());
    try {
      return call(args, err);
    } finally {
      awaitThreads(own);
      own.setContextClassLoader(usual);
    }
  }

  private int call(List<String> args, PrintStream err) {
    try {
      main.setAccessible(true);
      Object instance = Modifier.isStatic(main.getModifiers()) ? null : instance();
      Object[] values =
          main.getParameterCount() == 0
              ? new Object[0]
              : new Object[] {args.toArray(new String[0])};
      main.invoke(instance, values);
      return 0;
    } catch (InvocationTargetException e) {
      return failed(Objects.requireNonNull(e.getCause()), err);
    } catch (ExceptionInInitializerError e) { // of the program's class, before its main
      return failed(Objects.requireNonNullElse(e.getCause(), e), err);
    } catch (ReflectiveOperationException e) {
      throw new FoveaException(file + ": cannot be started: " + e.getMessage(), e);
    }
  }

  /**
   * Waits for all threads of the program, which have its loader from the one that started them.
   *
   * <p>A thread that starts another and ends while threads are listed hides both: the one has
   * ended, the other came too late for the list, or was counted as started just before it and not
   * yet alive. So only two lists in a row without threads count, and only if no thread was started
   * meanwhile: what was not yet alive for the first is in the second, or has started another.
   */
  private static void awaitThreads(Thread own) {
    ClassLoader loader = own.getContextClassLoader();
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    try {
      boolean done = false;
      while (!done) {
        long started = threads.getTotalStartedThreadCount();
        Optional<Thread> left = running(own, loader).or(() -> running(own, loader));
        if (left.isPresent()) {
          left.get().join();
        } else {
          done = threads.getTotalStartedThreadCount() == started;
        }
      }
    } catch (InterruptedException e) {
      own.interrupt();
    }
  }

  private static Optional<Thread> running(Thread own, ClassLoader loader) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> !t.equals(own) && t.isAlive() && !t.isDaemon())
        .filter(t -> loader.equals(t.getContextClassLoader()))
        .findAny();
  }

  private Object instance() throws ReflectiveOperationException {
    try {
      Constructor<?> constructor = program.getDeclaredConstructor();
      constructor.setAccessible(true);
      return constructor.newInstance();
    } catch (NoSuchMethodException | InstantiationException e) {
      throw new FoveaException(
          "%s: main is not static, so that it needs an object, and class %s %s"
              .formatted(
                  file,
                  program.getSimpleName(),
                  Modifier.isAbstract(program.getModifiers())
                      ? "is abstract"
                      : "has no constructor without parameters"),
          e);
    }
  }

  /** Shows what the program itself did, without the frames of who called it. */
  private static int failed(Throwable thrown, PrintStream err) {
    if (thrown instanceof FoveaException told) {
      throw told;
    }
    if (thrown instanceof OutOfMemoryError error) {
      throw error;
    }
    StackTraceElement[] frames = thrown.getStackTrace();
    int own = frames.length;
    while (own > 0 && isCaller(frames[own - 1])) {
      own--;
    }
    thrown.setStackTrace(Arrays.copyOf(frames, own));
    thrown.printStackTrace(err);
    return Errors.FAILED;
  }

  private static boolean isCaller(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith("dev.fovea.cli.")
        || name.startsWith("picocli.")
        || name.startsWith("java.lang.reflect.")
        || name.startsWith("jdk.internal.reflect.")
        || name.startsWith("jdk.internal.misc.")
        || name.startsWith("java.lang.invoke.");
  }
}
