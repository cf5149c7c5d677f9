package dev.fovea.io;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads safetensors files, whose every claim is checked before memory is reserved. */
final class SafetensorsReader {
  private static final String METADATA = "__metadata__";
  private static final int CHUNK = 1 << 16;
  private static final long MOST_ELEMENTS = Long.MAX_VALUE / Double.BYTES;

  private final String file;
  private final FileChannel channel;
  private final long size;

  private SafetensorsReader(String file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  /** A tensor's numbers, or why they are not read. */
  private sealed interface Content {
    /** Numbers of a type that is read. */
    record Numbers(Dtype dtype, Shape shape) implements Content {
      long floats() {
        return (long) Float.BYTES * shape.elements();
      }
    }

    /** Numbers that are not read. */
    record Unread(String reason) implements Content {}
  }

  /** A tensor and where it lies: bytes {@code begin} to {@code end} after the header. */
  private record Entry(String name, Content content, long begin, long end) {}

  /**
   * The header.
   *
   * @param fields its entries by name; of names that occur several times the last
   * @param repeated the entries before the last of such names
   */
  private record Header(Map<String, Object> fields, Map<String, List<Object>> repeated) {}

  /** What is done with an open file. */
  private interface Body<T> {
    T apply(SafetensorsReader reader) throws IOException;
  }

  /**
   * Reads a file.
   *
   * @param name what messages call it
   */
  static Safetensors read(Path file, String name) {
    return open(file, name, SafetensorsReader::readAll);
  }

  static Map<String, String> readMetadata(Path file) {
    Map<String, String> metadata = open(file, file.toString(), r -> r.metadata(r.header()));
    metadata.remove(SparseTensors.KEY);
    return metadata;
  }

  private static <T> T open(Path file, String name, Body<T> body) {
    if (Files.isDirectory(file)) {
      throw new FoveaException(file + ": a folder, expected a safetensors file");
    }
    try {
      return Uninterrupted.finish(() -> {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
          return body.apply(new SafetensorsReader(name, channel));
        }
      });
    } catch (IOException e) {
      throw new FoveaException(file + ": cannot be read: " + AtomicFiles.reason(e), e);
    }
  }

  private Safetensors readAll() throws IOException {
    Header header = header();
    Map<String, String> metadata = metadata(header);
    List<Entry> entries = entries(header.fields);
    long dataStart = channel.position();
    checkCover(entries, repeated(header), size - dataStart);
    SparseTensors sparse = SparseTensors.of(file, metadata);
    checkMemory(entries, sparse);
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<String, String> unread = new LinkedHashMap<>();
    for (Entry e : entries) {
      Optional<String> problem = read(e, dataStart, tensors);
      problem.ifPresent(p -> unread.put(e.name, p));
    }
    metadata.remove(SparseTensors.KEY);
    return new Safetensors(sparse.whole(tensors), metadata, unread);
  }

  /** Numbers of a byte or two become floats of four bytes: the file's size says too little. */
  private void checkMemory(List<Entry> entries, SparseTensors sparse) {
    long bytes = sparse.bytes();
    for (Entry e : entries) {
      bytes += e.content instanceof Content.Numbers n ? n.floats() : 0;
    }
    HeapBound.ofThisProcess().check(file + ": its " + entries.size() + " tensors", bytes);
  }

  private Header header() throws IOException {
    if (size < 8) {
      throw bad("has " + size + " bytes, a safetensors file at least 8");
    }
    long length = fill(ByteBuffer.allocate(8)).getLong();
    if (length < 2 || length > size - 8) {
      throw bad(
          "no safetensors file or cut short: its header claims %s bytes, the file has %s"
              .formatted(Long.toUnsignedString(length), size));
    }
    if (length > Safetensors.MAX_HEADER) {
      throw bad(
          "has a header of %s bytes, at most %s are read"
              .formatted(length, Safetensors.MAX_HEADER));
    }
    ByteBuffer bytes = fill(ByteBuffer.allocate((int) length));
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      Map<String, List<Object>> repeated = new LinkedHashMap<>();
      Object fields = new JsonParser(text, file + ": header", repeated).parse();
      return new Header(Json.object(fields, file + ": header"), repeated);
    } catch (CharacterCodingException e) {
      throw new FoveaException(file + ": the header is not valid UTF-8", e);
    }
  }

  private ByteBuffer fill(ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException();
      }
    }
    return buffer.flip().order(ByteOrder.LITTLE_ENDIAN);
  }

  private Map<String, String> metadata(Header header) {
    Map<String, String> metadata = new LinkedHashMap<>();
    Object value = header.fields.get(METADATA);
    if (value != null && value != Json.Null.NULL) {
      String where = file + ": " + METADATA;
      Json.object(value, where)
          .forEach((name, text) ->
              metadata.put(name, Json.string(text, where + " " + Text.shown(name))));
    }
    return metadata;
  }

  private List<Entry> entries(Map<String, Object> header) {
    List<Entry> entries = new ArrayList<>();
    header.forEach((name, value) -> {
      if (!name.equals(METADATA)) {
        entries.add(entry(name, value));
      }
    });
    return entries;
  }

  /** Returns the entries that later ones of the same name replace: their bytes are there too. */
  private List<Entry> repeated(Header header) {
    List<Entry> entries = new ArrayList<>();
    header.repeated.forEach((name, values) -> {
      if (!name.equals(METADATA)) {
        values.forEach(v -> entries.add(entry(name, v)));
      }
    });
    return entries;
  }

  private Entry entry(String name, Object value) {
    String where = file + ": tensor \"" + Text.shown(name) + "\"";
    Map<String, Object> fields = Json.object(value, where);
    for (String field : fields.keySet()) {
      if (!List.of("dtype", "shape", "data_offsets").contains(field)) {
        throw new FoveaException(where + ": unknown field \"" + Text.shown(field) + "\"");
      }
    }
    String typeName = Json.string(Json.member(fields, "dtype", where), where + " dtype");
    Optional<Dtype> dtype = Dtype.named(typeName);
    List<Object> dims = Json.array(Json.member(fields, "shape", where), where);
    long elements = elements(dims, where);
    List<Object> offsets = Json.array(Json.member(fields, "data_offsets", where), where);
    if (offsets.size() != 2) {
      throw new FoveaException(
          where + ": data_offsets " + Text.shown(Json.write(offsets)) + " are not two");
    }
    long begin = Json.integer(offsets.get(0), where + " data_offsets");
    long end = Json.integer(offsets.get(1), where + " data_offsets");
    long needed = dtype.map(d -> elements * d.bytes()).orElse(end - begin);
    if (begin < 0 || end < begin || end - begin != needed) {
      throw new FoveaException(
          where
              + ": data_offsets [%s,%s] do not hold the %s bytes of %s %s"
                  .formatted(begin, end, needed, Text.shown(typeName), shown(dims)));
    }
    return new Entry(name, content(dtype, Text.shown(typeName), dims), begin, end);
  }

  private static String shown(List<Object> dims) {
    return Text.shown(Json.write(dims));
  }

  /** Returns the product of a shape's extents, of which the bytes can be counted. */
  private static long elements(List<Object> dims, String where) {
    long elements = 1;
    for (Object dim : dims) {
      long extent = Json.integer(dim, where + " shape");
      if (extent < 0) {
        throw new FoveaException(
            where + ": shape %s has the extent %s".formatted(shown(dims), extent));
      }
      if (extent > 0 && elements > MOST_ELEMENTS / extent) {
        throw new FoveaException(
            where + ": shape %s has more elements than any file".formatted(shown(dims)));
      }
      elements *= extent;
    }
    return elements;
  }

  /** Returns how a tensor is read, or that its type or shape is beyond what is. */
  private static Content content(Optional<Dtype> dtype, String typeName, List<Object> dims) {
    if (dtype.isEmpty()) {
      return new Content.Unread(
          "of type " + typeName + ", which is not read; read are " + Dtype.names());
    }
    if (dims.size() > Shape.MAX_RANK) {
      return new Content.Unread(
          "has %s axes; read are at most %s".formatted(dims.size(), Shape.MAX_RANK));
    }
    int[] extents = new int[dims.size()];
    for (int i = 0; i < extents.length; i++) {
      long extent = Json.integer(dims.get(i), "shape");
      if (extent > Integer.MAX_VALUE) {
        return new Content.Unread(
            "has the extent %s; read are at most %s".formatted(extent, Integer.MAX_VALUE));
      }
      extents[i] = (int) extent;
    }
    try {
      return new Content.Numbers(dtype.get(), Shape.of(extents));
    } catch (FoveaException e) {
      return new Content.Unread(String.valueOf(e.getMessage()));
    }
  }

  /** Checks that the tensors lie inside the file, one after another, without gap or overlap. */
  private void checkCover(List<Entry> entries, List<Entry> repeated, long available) {
    List<Entry> sorted = new ArrayList<>(entries);
    Set<List<Long>> ranges = new HashSet<>();
    entries.forEach(e -> ranges.add(List.of(e.begin, e.end)));
    // Repeated with the same bytes it is the same tensor.
    repeated.stream().filter(r -> ranges.add(List.of(r.begin, r.end))).forEach(sorted::add);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long at = 0;
    for (Entry e : sorted) {
      if (e.end > available) {
        throw bad(
            "cut short: tensor \"%s\" ends at byte %s of the data, the file has %s"
                .formatted(Text.shown(e.name), e.end, available));
      }
      if (e.begin != at) {
        throw bad(
            "tensor \"%s\" begins at byte %s of the data, expected %s (%s)"
                .formatted(Text.shown(e.name), e.begin, at, e.begin < at ? "overlap" : "gap"));
      }
      at = e.end;
    }
    if (at != available) {
      throw bad("has " + (available - at) + " bytes behind its last tensor");
    }
  }

  /** Reads a tensor, or returns why it is not read. */
  private Optional<String> read(Entry e, long dataStart, Map<String, Tensor> into)
      throws IOException {
    return switch (e.content) {
      case Content.Unread u -> Optional.of(u.reason);
      case Content.Numbers n -> {
        float[] values = new float[n.shape.elements()];
        channel.position(dataStart + e.begin);
        Optional<String> problem = read(n, values);
        if (problem.isEmpty()) {
          into.put(e.name, Tensor.of(n.shape, values));
        }
        yield problem;
      }
    };
  }

  private Optional<String> read(Content.Numbers numbers, float[] values) throws IOException {
    Dtype dtype = numbers.dtype;
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    int perChunk = CHUNK / dtype.bytes();
    for (int from = 0; from < values.length; from += perChunk) {
      int n = Math.min(perChunk, values.length - from);
      fill(chunk.clear().limit(n * dtype.bytes()));
      int bad = dtype.read(chunk, values, from, n);
      if (bad >= 0) {
        return Optional.of(
            "of type %s: value %s of %s does not fit a 32-bit float"
                .formatted(dtype, bad, numbers.shape));
      }
    }
    return Optional.empty();
  }

  private FoveaException bad(String what) {
    return new FoveaException(file + ": " + what);
  }
}
