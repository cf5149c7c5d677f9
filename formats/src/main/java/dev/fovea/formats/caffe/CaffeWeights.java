package dev.fovea.formats.caffe;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.fovea.io.HeapAccount;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a caffemodel by the name of their layer.
 *
 * <p>The file is a message {@code NetParameter}: 1 name; 2 layers of the first version (4 name, 6
 * blobs); 100 layers (1 name, 7 blobs). A blob has 1 to 4 num, channels, height, width; 5 data; 7
 * shape (1 extents); 8 data of type double.
 */
final class CaffeWeights {
  private static final int NAME = 1;
  private static final int FIRST_LAYERS = 2;
  private static final int LAYERS = 100;
  private static final int MAX_BLOBS = 1_000_000;
  private static final int MAX_DEPTH = 32;

  private final Map<String, List<Tensor>> blobs = new LinkedHashMap<>();
  private final CodedInputStream in;
  private final HeapAccount account = HeapAccount.ofThisProcess();
  private String name = "";
  private int count;

  private CaffeWeights(CodedInputStream in) {
    this.in = in;
  }

  /** Reads a file. */
  static CaffeWeights read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > Integer.MAX_VALUE) {
      throw new FoveaException("a file of " + size + " bytes, at most 2 GiB are read");
    }
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.setRecursionLimit(MAX_DEPTH);
      in.setSizeLimit(Integer.MAX_VALUE);
      CaffeWeights weights = new CaffeWeights(in);
      weights.net((int) size);
      return weights;
    } catch (InvalidProtocolBufferException e) {
      throw new FoveaException("no caffemodel, or a damaged one: " + e.getMessage(), e);
    }
  }

  /** Returns the name of the network. */
  String name() {
    return name;
  }

  /** Returns the names of the layers that have weights. */
  List<String> layers() {
    return List.copyOf(blobs.keySet());
  }

  /** Returns the weights of a layer in order; none where it has none. */
  List<Tensor> of(String layer) {
    return blobs.getOrDefault(layer, List.of());
  }

  private void net(int size) throws IOException {
    int old = in.pushLimit(size);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case NAME -> name = Text.shown(string(tag));
        case FIRST_LAYERS -> layer(tag, 4, 6);
        case LAYERS -> layer(tag, 1, 7);
        default -> skip(tag);
      }
    }
    in.popLimit(old);
  }

  private void layer(int tag, int nameField, int blobField) throws IOException {
    int old = begin(tag);
    String layer = "";
    List<Tensor> own = new ArrayList<>();
    for (int t = in.readTag(); t != 0; t = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(t);
      if (field == nameField) {
        layer = string(t);
      } else if (field == blobField) {
        own.add(blob(t));
      } else {
        skip(t);
      }
    }
    in.popLimit(old);
    if (!own.isEmpty()) {
      blobs.put(layer, List.copyOf(own));
    }
  }

  private Tensor blob(int tag) throws IOException {
    if (++count > MAX_BLOBS) {
      throw new FoveaException("more than " + MAX_BLOBS + " blobs");
    }
    int old = begin(tag);
    int[] legacy = {1, 1, 1, 1};
    boolean isLegacy = false;
    int[] dims = {};
    boolean shaped = false;
    float[] data = {};
    int filled = 0;
    for (int t = in.readTag(); t != 0; t = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(t);
      switch (field) {
        case 1, 2, 3, 4 -> {
          legacy[field - 1] = extent(varint(t));
          isLegacy = true;
        }
        case 5, 8 -> {
          int width = field == 5 ? Float.BYTES : Double.BYTES;
          int n = arriving(t, width);
          data = room(data, filled, n);
          numbers(t, data, filled, n, width == Double.BYTES);
          filled += n;
        }
        case 7 -> {
          dims = shape(t);
          shaped = true;
        }
        default -> skip(t);
      }
    }
    in.popLimit(old);
    Shape shape = shaped ? Shape.of(dims) : isLegacy ? Shape.of(legacy) : Shape.of(filled);
    if (shape.elements() != filled) {
      throw new FoveaException("a blob of shape " + shape + " holds " + filled + " numbers");
    }
    return Tensor.of(shape, data.length == filled ? data : Arrays.copyOf(data, filled));
  }

  /** Returns how many numbers a field brings; packed ones lie inside the limit already. */
  private int arriving(int tag, int width) throws IOException {
    int type = WireFormat.getTagWireType(tag);
    if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      return 1;
    }
    int bytes = in.readRawVarint32();
    if (bytes < 0 || bytes % width != 0 || bytes > in.getBytesUntilLimit()) {
      throw new FoveaException("numbers of %s bytes do not lie in the file".formatted(bytes));
    }
    return bytes / width;
  }

  private float[] room(float[] data, int filled, int n) {
    int needed = Math.addExact(filled, n);
    if (needed <= data.length) {
      return data;
    }
    // One by one they grow by doubling; a packed field comes whole and is taken exactly.
    int length = n == 1 ? Math.max(needed, Math.multiplyExact(2, data.length)) : needed;
    account.take("its numbers", (long) (length - data.length) * Float.BYTES);
    return Arrays.copyOf(data, length);
  }

  private void numbers(int tag, float[] to, int from, int n, boolean wide) throws IOException {
    int single = wide ? WireFormat.WIRETYPE_FIXED64 : WireFormat.WIRETYPE_FIXED32;
    int type = WireFormat.getTagWireType(tag);
    if (type != WireFormat.WIRETYPE_LENGTH_DELIMITED && type != single) {
      throw new FoveaException("numbers of another type than said");
    }
    for (int i = from; i < from + n; i++) {
      to[i] = wide ? (float) in.readDouble() : in.readFloat();
    }
  }

  private int[] shape(int tag) throws IOException {
    int old = begin(tag);
    List<Integer> dims = new ArrayList<>();
    for (int t = in.readTag(); t != 0; t = in.readTag()) {
      if (WireFormat.getTagFieldNumber(t) != 1) {
        skip(t);
      } else if (WireFormat.getTagWireType(t) == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
        int inner = begin(t);
        while (!in.isAtEnd()) {
          addExtent(dims, in.readRawVarint64());
        }
        in.popLimit(inner);
      } else {
        addExtent(dims, varint(t));
      }
    }
    in.popLimit(old);
    return dims.stream().mapToInt(Integer::intValue).toArray();
  }

  private static void addExtent(List<Integer> dims, long extent) {
    dims.add(extent(extent));
    if (dims.size() > Shape.MAX_RANK) {
      throw new FoveaException("a blob of more than " + Shape.MAX_RANK + " axes");
    }
  }

  private static int extent(long n) {
    if (n < 0 || n > Integer.MAX_VALUE) {
      throw new FoveaException("a blob with the extent " + n);
    }
    return (int) n;
  }

  private long varint(int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_VARINT) {
      throw new FoveaException("a size of another type than said");
    }
    return in.readRawVarint64();
  }

  private String string(int tag) throws IOException {
    int old = begin(tag);
    byte[] bytes = in.readRawBytes(in.getBytesUntilLimit());
    in.popLimit(old);
    return new String(bytes, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Begins a message or text, which must lie inside what is around it. */
  private int begin(int tag) throws IOException {
    if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
      throw new FoveaException(
          "no caffemodel: a message or text expected, got a field of another type");
    }
    int length = in.readRawVarint32();
    if (length < 0 || length > in.getBytesUntilLimit()) {
      throw new FoveaException(
          "cut short or damaged: a part of %s bytes expected, %s are left"
              .formatted(length, in.getBytesUntilLimit()));
    }
    return in.pushLimit(length);
  }

  private void skip(int tag) throws IOException {
    if (!in.skipField(tag)) {
      throw new FoveaException("no caffemodel: a group ends that has not begun");
    }
  }
}
