package dev.fovea.formats.torch;

import dev.fovea.formats.torch.PickleValue.Int;
import dev.fovea.formats.torch.PickleValue.Items;
import dev.fovea.formats.torch.PickleValue.Storage;
import dev.fovea.formats.torch.PickleValue.Str;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.formats.weights.NamedTensors;
import dev.fovea.io.HeapAccount;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a file that {@code torch.save} wrote: a zip archive of a pickle and raw storages
 * or, before version 1.6, a sequence of pickles followed by the storages.
 */
final class TorchFile {
  /** The low 64 bits of 0x1950a86a20f9469cfc6c. */
  private static final long LEGACY_MAGIC = 0xa86a20f9469cfc6cL;

  private static final int PROTOCOL = 1001;
  private static final int MAX_PICKLE = 64_000_000;
  private static final int MAX_STORAGES = 1_000_000;

  private TorchFile() {}

  /**
   * Returns the tensors by name.
   *
   * @throws dev.fovea.formats.FormatException if the file is damaged or holds no tensors
   */
  static NamedTensors read(Path file) {
    return ModelFiles.reading(file, () -> isZip(file) ? zip(file) : legacy(file));
  }

  static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(4);
      return head.length == 4 && head[0] == 'P' && head[1] == 'K' && head[2] == 3 && head[3] == 4;
    }
  }

  private static NamedTensors zip(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String pickle = null;
      for (ZipEntry e : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
        if (e.getName().endsWith("/data.pkl") || e.getName().equals("data.pkl")) {
          pickle = e.getName();
        }
      }
      if (pickle == null) {
        throw new FoveaException("a zip file of torch.save expected, got one without data.pkl");
      }
      String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
      boolean big = isBigEndian(zip, folder);
      ByteBuffer program = entry(zip, pickle, MAX_PICKLE);
      HeapAccount account = HeapAccount.ofThisProcess();
      ZipStorages source = new ZipStorages(zip, folder + "data/", big, account);
      return new Storages(source, account).tensors(stateDict(new Unpickler(program)));
    } catch (ZipException | IllegalArgumentException e) {
      throw new FoveaException("a damaged zip file: " + e.getMessage(), e);
    }
  }

  private static StateDict stateDict(Unpickler pickle) {
    PickleValue root = pickle.read();
    return StateDict.of(root, pickle.unknown());
  }

  private static boolean isBigEndian(ZipFile zip, String folder) throws IOException {
    if (zip.getEntry(folder + "byteorder") == null) {
      return false;
    }
    ByteBuffer text = entry(zip, folder + "byteorder", 16);
    return StandardCharsets.US_ASCII.decode(text).toString().strip().equals("big");
  }

  /** Returns the bytes of an entry, whatever it claims to unpack to. */
  private static ByteBuffer entry(ZipFile zip, String name, long most) throws IOException {
    ZipEntry e = zip.getEntry(name);
    if (e == null) {
      throw new FoveaException("has no entry " + Text.shown(name));
    }
    long size = e.getSize();
    boolean unpacks = e.getMethod() != ZipEntry.STORED;
    if (size < 0 || size > most || (!unpacks && size != e.getCompressedSize())) {
      throw new FoveaException(
          "its entry %s claims %s bytes, at most %s fit".formatted(Text.shown(name), size, most));
    }
    try (InputStream in = zip.getInputStream(e)) {
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length != size) {
        throw new FoveaException("its entry " + Text.shown(name) + " is cut short");
      }
      return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** The storages of a zip file, each unpacked when the first tensor in it is taken. */
  private static final class ZipStorages implements Storages.Source {
    private final ZipFile zip;
    private final String folder;
    private final ByteOrder order;
    private final Map<String, ByteBuffer> open = new HashMap<>();
    private final HeapAccount account;

    ZipStorages(ZipFile zip, String folder, boolean big, HeapAccount account) {
      this.account = account;
      this.zip = zip;
      this.folder = folder;
      this.order = big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public ByteBuffer bytes(Storage s) throws IOException {
      ByteBuffer known = open.get(s.key());
      long needed = TorchFile.bytes(s);
      if (known == null) {
        account.take("the storages of the file", needed);
        known = entry(zip, folder + s.key(), needed);
        open.put(s.key(), known);
      }
      if (known.limit() < needed) {
        throw tooShort(s, known.limit());
      }
      return known.order(order);
    }

    @Override
    public void done(Storage s) {
      @Nullable ByteBuffer bytes = open.remove(s.key());
      account.give(bytes == null ? 0 : bytes.limit());
    }
  }

  private static FoveaException tooShort(Storage s, long has) {
    return new FoveaException(
        "the storage %s of %s elements has %s bytes"
            .formatted(Text.shown(s.key()), s.elements(), has));
  }

  private static long bytes(Storage s) {
    if (s.elements() < 0 || s.elements() > Integer.MAX_VALUE / s.type().bytes()) {
      throw new FoveaException("a storage of " + s.elements() + " elements");
    }
    return s.elements() * s.type().bytes();
  }

  private static NamedTensors legacy(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > Integer.MAX_VALUE - 8) {
        throw new FoveaException("a file of " + size + " bytes, at most 2 GiB are read");
      }
      // Mapped: its storages take no heap beside the tensors that are copied from them.
      ByteBuffer in = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer();
      return legacy(in.order(ByteOrder.LITTLE_ENDIAN));
    }
  }

  private static NamedTensors legacy(ByteBuffer in) throws IOException {
    if (!in.hasRemaining()
        || !(new Unpickler(in).read() instanceof Int(long magic))
        || magic != LEGACY_MAGIC) {
      throw new FoveaException("no file of torch.save");
    }
    if (!(new Unpickler(in).read() instanceof Int(long version)) || version != PROTOCOL) {
      throw new FoveaException("is of a version of torch.save that is not known");
    }
    new Unpickler(in).read();
    Unpickler object = new Unpickler(in);
    StateDict dict = stateDict(object);
    Map<String, ByteBuffer> data = storages(in, new Unpickler(in).read(), object.storages());
    return new Storages(new StreamStorages(data), HeapAccount.ofThisProcess()).tensors(dict);
  }

  /** The storages of a stream, which lie in the file as it is mapped. */
  private record StreamStorages(Map<String, ByteBuffer> data) implements Storages.Source {
    @Override
    public ByteBuffer bytes(Storage s) {
      ByteBuffer bytes = data.get(s.key());
      if (bytes == null || bytes.limit() < TorchFile.bytes(s)) {
        throw tooShort(s, bytes == null ? 0 : bytes.limit());
      }
      return bytes;
    }

    @Override
    public void done(Storage s) {
      data.remove(s.key());
    }
  }

  /** Returns where the storages lie: each a 64-bit count of elements and the elements. */
  private static Map<String, ByteBuffer> storages(
      ByteBuffer in, PickleValue keys, Map<String, StorageType> types) {
    Map<String, ByteBuffer> data = new HashMap<>();
    if (!(keys instanceof Items list) || list.items().size() > MAX_STORAGES) {
      throw new FoveaException("a damaged file: the list of storages is missing");
    }
    for (PickleValue item : list.items()) {
      if (!(item instanceof Str(String key)) || in.remaining() < Long.BYTES) {
        throw new FoveaException("a damaged file: storages are missing");
      }
      StorageType type = types.get(key);
      if (type == null) {
        throw new FoveaException(
            "the storage " + Text.shown(key) + " belongs to no tensor, so its size is not known");
      }
      long count = in.getLong();
      if (count < 0 || count > in.remaining() / type.bytes()) {
        throw new FoveaException(
            "the storage %s of %s elements is cut short".formatted(Text.shown(key), count));
      }
      int length = (int) count * type.bytes();
      data.put(key, in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN));
      in.position(in.position() + length);
    }
    return data;
  }
}
