package dev.fovea.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;

/** Takes what a compiler writes and keeps it in memory. */
final class MemoryClasses extends ForwardingJavaFileManager<JavaFileManager> {
  private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

  MemoryClasses(JavaFileManager files) {
    super(files);
  }

  /** Returns the names of the classes in the order in which they were written. */
  List<String> names() {
    return new ArrayList<>(written.keySet());
  }

  /** Returns a loader of these classes that asks the one of this class for all others. */
  ClassLoader loader() {
    return new Loader(written);
  }

  @Override
  public JavaFileObject getJavaFileForOutput(
      Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
    return new SimpleJavaFileObject(URI.create("memory:///" + name.replace('.', '/')), kind) {
      @Override
      public OutputStream openOutputStream() {
        return written.computeIfAbsent(name, n -> new ByteArrayOutputStream());
      }
    };
  }

  private static final class Loader extends ClassLoader {
    private final Map<String, ByteArrayOutputStream> written;

    Loader(Map<String, ByteArrayOutputStream> written) {
      super(MemoryClasses.class.getClassLoader());
      this.written = written;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      ByteArrayOutputStream bytes = written.get(name);
      if (bytes == null) {
        throw new ClassNotFoundException(name);
      }
      return defineClass(name, bytes.toByteArray(), 0, bytes.size());
    }
  }
}
