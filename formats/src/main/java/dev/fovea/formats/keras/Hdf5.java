package dev.fovea.formats.keras;

import dev.fovea.io.FileBytes;
import dev.fovea.io.HeapAccount;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.exceptions.HdfException;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file, read through jHDF within bounds.
 *
 * <p>Links are not followed: nothing outside the file is read.
 */
final class Hdf5 implements AutoCloseable {
  private static final long MAX_ATTRIBUTE = 64_000_000;
  private static final int MAX_TEXTS = 100_000;
  private static final int MAX_PARTS = 16;

  private final HdfFile file;
  private final long size;
  private final HeapAccount account;

  private Hdf5(HdfFile file, long size, HeapAccount account) {
    this.file = file;
    this.size = size;
    this.account = account;
  }

  /**
   * Opens a file, which is read as a whole: of a file in memory the library reserves nothing by
   * lengths that the file claims.
   */
  static Hdf5 open(Path path) throws IOException {
    long size = Files.size(path);
    HeapAccount account = HeapAccount.ofThisProcess();
    account.take("the bytes of the file", size);
    if (size > Integer.MAX_VALUE - 8) {
      throw new FoveaException("a file of " + size + " bytes, at most 2 GiB are read");
    }
    return of(FileBytes.read(path, size), account);
  }

  /**
   * Opens a file whose bytes are in memory.
   *
   * @param account where what is read is noted
   */
  static Hdf5 of(byte[] bytes, HeapAccount account) {
    return guarded(() -> new Hdf5(HdfFile.fromBytes(bytes), bytes.length, account));
  }

  /**
   * Returns what the library gives; damage that it meets with exceptions of any kind becomes one
   * line.
   */
  static <T> T guarded(Supplier<T> body) {
    try {
      return body.get();
    } catch (FoveaException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      throw new FoveaException("no HDF5 file, or a damaged one: " + reason(e), e);
    }
  }

  /** Returns what the library says itself, or what its access beside the bytes means. */
  private static String reason(Throwable e) {
    return switch (e) {
      case HdfException h when h.getMessage() != null -> Text.shown(h.getMessage());
      case BufferUnderflowException _, IndexOutOfBoundsException _ ->
          "it ends early or points outside";
      default -> "its structure makes no sense";
    };
  }

  /** Returns the group at the root. */
  Group root() {
    return file;
  }

  /** Returns the node below a group by its path, if there is one. */
  Optional<Node> node(Group from, String path) {
    Node at = from;
    String[] parts = path.split("/", -1);
    if (parts.length > MAX_PARTS) {
      return Optional.empty();
    }
    for (String part : parts) {
      if (part.isEmpty()) {
        continue;
      }
      if (!(at instanceof Group g)) {
        return Optional.empty();
      }
      @Nullable Node child = guarded(() -> g.getChildren().get(part));
      if (child == null) {
        return Optional.empty();
      }
      if (child.isLink()) {
        throw new FoveaException("has a link at " + Text.shown(path) + ", which is not followed");
      }
      at = child;
    }
    return Optional.of(at);
  }

  /** Returns the group below a group by its name, if there is one. */
  Optional<Group> group(Group from, String path) {
    return node(from, path).filter(Group.class::isInstance).map(Group.class::cast);
  }

  /** Returns the text of an attribute, if there is one. */
  Optional<String> text(Node node, String name) {
    return texts(node, name).stream().findFirst();
  }

  /** Returns the texts of an attribute; long lists lie in several, numbered from 0. */
  List<String> texts(Node node, String name) {
    Optional<Attribute> whole = attribute(node, name);
    if (whole.isPresent()) {
      return texts(whole.get());
    }
    List<String> all = new ArrayList<>();
    for (int i = 0; i < MAX_TEXTS; i++) {
      Optional<Attribute> part = attribute(node, name + i);
      if (part.isEmpty()) {
        break;
      }
      all.addAll(texts(part.get()));
    }
    return all;
  }

  private static Optional<Attribute> attribute(Node node, String name) {
    @Nullable Attribute a = guarded(() -> node.getAttributes().get(name));
    return Optional.ofNullable(a);
  }

  private List<String> texts(Attribute a) {
    long bytes = guarded(() -> Math.max(a.getSize(), a.getSizeInBytes()));
    if (bytes < 0 || bytes > Math.min(MAX_ATTRIBUTE, size)) {
      throw new FoveaException(
          "an attribute %s of %s bytes".formatted(Text.shown(a.getName()), bytes));
    }
    Object data = guarded(() -> a.isEmpty() ? new String[0] : a.getData());
    return switch (data) {
      case String s -> List.of(s);
      case String[] all when all.length <= MAX_TEXTS -> notNull(all);
      default -> List.of();
    };
  }

  private static List<String> notNull(@Nullable String[] all) {
    List<String> texts = new ArrayList<>();
    for (@Nullable String s : all) {
      texts.add(s == null ? "" : s);
    }
    return texts;
  }

  /** Returns the numbers of a data set. */
  Tensor tensor(Dataset d) {
    long elements = guarded(d::getSize);
    long stored = guarded(d::getStorageInBytes);
    String name = Text.shown(d.getName());
    int[] dims = guarded(d::getDimensions);
    boolean bad = dims.length > Shape.MAX_RANK || elements < 0 || stored < 0 || stored > size;
    if (bad || elements > Math.max(64, 256 * stored)) {
      throw new FoveaException(
          "a data set %s of %s numbers in %s bytes".formatted(name, elements, stored));
    }
    boolean narrow = guarded(d::getJavaType).equals(float.class);
    account.take(
        "the data sets of the file", elements * (Float.BYTES + (narrow ? 0 : Double.BYTES)));
    Shape shape = Shape.of(dims);
    if (shape.elements() != elements) {
      throw new FoveaException("a data set %s of shape %s with other size".formatted(name, shape));
    }
    return Tensor.of(shape, floats(guarded(() -> d.isEmpty() ? new float[0] : flat(d)), name));
  }

  private static Object flat(Dataset d) {
    return d.isScalar() ? d.getData() : d.getDataFlat();
  }

  private static float[] floats(Object data, String name) {
    return switch (data) {
      case float[] f -> f;
      case Float f -> new float[] {f};
      case double[] d -> narrow(d);
      default ->
          throw new FoveaException("a data set " + name + " that is not of 32- or 64-bit floats");
    };
  }

  private static float[] narrow(double... d) {
    float[] f = new float[d.length];
    for (int i = 0; i < d.length; i++) {
      f[i] = (float) d[i];
    }
    return f;
  }

  @Override
  public void close() {
    guarded(() -> {
      file.close();
      return 0;
    });
  }
}
