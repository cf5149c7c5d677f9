package dev.fovea.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SafetensorsTest {
  @TempDir private Path dir;

  private Path raw(String header, byte[] data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer b = ByteBuffer.allocate(8 + json.length + data.length);
    b.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).put(data);
    return Files.write(dir.resolve("x.safetensors"), b.array());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Safetensors one(String dtype, int n, byte[] data) throws IOException {
    return Safetensors.read(
        raw(
            "{\"t\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
                .formatted(dtype, n, data.length),
            data));
  }

  private static Safetensors sample() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("z.weight", Tensor.of(Shape.of(2, 3), 1, -2, 3, Float.NaN, 0x1p-149f, 1e38f));
    tensors.put("a.bias", Tensor.of(Shape.of(1), 7));
    tensors.put("empty", Tensor.zeros(Shape.of(0, 4)));
    tensors.put("scalar", Tensor.scalar(5));
    tensors.put("large", Tensor.full(Shape.of(70_001), 0.5f));
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("net", "lenet5");
    metadata.put("é\"\n", "日本");
    return new Safetensors(tensors, metadata);
  }

  @Test
  void readsBackWhatItWrote() {
    Path file = dir.resolve("m.safetensors");
    sample().write(file);
    Safetensors back = Safetensors.read(file);
    assertThat(back.metadata()).containsExactlyEntriesOf(sample().metadata());
    assertThat(Safetensors.readMetadata(file)).isEqualTo(back.metadata());
    assertThat(back.tensors().keySet()).containsExactlyElementsOf(sample().tensors().keySet());
    sample()
        .tensors()
        .forEach((name, t) -> {
          assertThat(back.tensor(name).shape()).isEqualTo(t.shape());
          assertThat(back.tensor(name).data()).isEqualTo(t.data());
        });
    assertThatThrownBy(() -> back.tensor("a.bais"))
        .hasMessage("no tensor named \"a.bais\"; did you mean a.bias?");
  }

  @Test
  void sameContentGivesSameBytesWithAlignedHeader() throws IOException {
    Path file = dir.resolve("m.safetensors");
    sample().write(file);
    byte[] first = Files.readAllBytes(file);
    sample().write(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(first);
    long header = ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    assertThat(new String(first, 8, 60, StandardCharsets.UTF_8))
        .startsWith("{\"__metadata__\":{\"net\":\"lenet5\",");
    assertThat(first.length).isEqualTo((int) (8 + header + 4 * (6 + 1 + 1 + 70_001)));
  }

  /** Values from the definitions: 0x3E00 is 1.5 in half, 0xC020 is −2.5 in bfloat16. */
  @Test
  void readsOtherTypes() throws IOException {
    assertThat(
            one("F16", 2, little(4).putShort((short) 0x3E00).putShort((short) 1).array())
                .tensor("t")
                .data())
        .containsExactly(1.5f, 0x1p-24f);
    assertThat(one("BF16", 1, little(2).putShort((short) 0xC020).array()).tensor("t").data())
        .containsExactly(-2.5f);
    assertThat(
            one("F64", 2, little(16).putDouble(0.1).putDouble(Double.NaN).array())
                .tensor("t")
                .data())
        .containsExactly(0.1f, Float.NaN);
    assertThat(one("I64", 2, little(16).putLong(-5).putLong(1L << 40).array()).tensor("t").data())
        .containsExactly(-5f, 0x1p40f);
    assertThat(one("U64", 1, little(8).putLong(9).array()).tensor("t").data()).containsExactly(9f);
    assertThat(one("I32", 1, little(4).putInt(-3).array()).tensor("t").data()).containsExactly(-3f);
    assertThat(one("U32", 1, little(4).putInt(1 << 31).array()).tensor("t").data())
        .containsExactly(0x1p31f);
    assertThat(one("I16", 1, little(2).putShort((short) -1).array()).tensor("t").data())
        .containsExactly(-1f);
    assertThat(one("U16", 1, little(2).putShort((short) -1).array()).tensor("t").data())
        .containsExactly(65535f);
    assertThat(one("I8", 1, new byte[] {-1}).tensor("t").data()).containsExactly(-1f);
    assertThat(one("U8", 1, new byte[] {-1}).tensor("t").data()).containsExactly(255f);
    assertThat(one("BOOL", 2, new byte[] {0, 1}).tensor("t").data()).containsExactly(0f, 1f);
  }

  /** Bits of sign, exponent and mantissa: 0 0111 100 is 1.5 in E4M3, 0 01111 10 in E5M2. */
  @Test
  void readsTypesOfEightBits() throws IOException {
    assertThat(eight("F8_E4M3", 0x3c, 0xb4, 0x7e, 0x01, 0x7f))
        .containsExactly(1.5f, -0.75f, 448, 0x1p-9f, Float.NaN);
    assertThat(eight("F8_E5M2", 0x3e, 0x7b, 0x01, 0x7c, 0xfc))
        .containsExactly(1.5f, 57344, 0x1p-16f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY);
    assertThat(eight("F8_E4M3FNUZ", 0x44, 0x7f, 0x81, 0x80))
        .containsExactly(1.5f, 240, -0x1p-10f, Float.NaN);
    assertThat(eight("F8_E5M2FNUZ", 0x42, 0x7f, 0x81, 0x80))
        .containsExactly(1.5f, 57344, -0x1p-17f, Float.NaN);
    assertThat(eight("F8_E8M0", 0x7f, 0x00, 0x80, 0xff))
        .containsExactly(1, 0x1p-127f, 2, Float.NaN);
  }

  private float[] eight(String dtype, int... codes) throws IOException {
    byte[] bytes = new byte[codes.length];
    for (int i = 0; i < codes.length; i++) {
      bytes[i] = (byte) codes[i];
    }
    return one(dtype, bytes.length, bytes).tensor("t").data();
  }

  @Test
  void numbersThatNoFloatHoldsAreNotRead() throws IOException {
    for (long value : new long[] {(1L << 24) + 1, Long.MAX_VALUE, (1L << 60) + 1}) {
      Safetensors read = one("I64", 1, little(8).putLong(value).array());
      assertThat(read.tensors()).isEmpty();
      assertThat(read.unread())
          .containsEntry("t", "of type I64: value 0 of [1] does not fit a 32-bit float");
    }
    assertThatThrownBy(() -> Safetensors.readWhole(dir.resolve("x.safetensors")))
        .isInstanceOf(FoveaException.class)
        .hasMessageEndingWith(
            "x.safetensors: tensor \"t\" of type I64: value 0 of [1] does not fit a 32-bit float");
    assertThat(one("U64", 1, little(8).putLong(-1).array()).unread()).containsKey("t");
    assertThat(one("F64", 1, little(8).putDouble(1e300).array()).unread()).containsKey("t");
  }

  /** One odd tensor leaves the others readable. */
  @Test
  void whatIsNotReadIsListed() throws IOException {
    String odd = "\"a\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[0,8]},";
    String good = "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}";
    byte[] data = little(12).putFloat(8, 2.5f).array();
    Safetensors read = Safetensors.read(raw("{" + odd + good + "}", data));
    assertThat(read.tensors()).containsOnlyKeys("b");
    assertThat(read.tensor("b").data()).containsExactly(2.5f);
    assertThat(read.unread().get("a")).startsWith("of type C64, which is not read; read are F32");
  }

  /** 2¹⁶ · 2¹⁶ bytes are more numbers than an array holds, and nine axes more than a shape. */
  @Test
  void whatNoShapeHoldsIsListed() throws IOException {
    String header =
        """
        {"big": {"dtype": "U8", "shape": [65536, 65536], "data_offsets": [0, 4294967296]},
        "none": {"dtype": "F32", "shape": [0, 9999999999], "data_offsets": [4294967296, 4294967296]},
        "deep": {"dtype": "I8", "shape": [1,1,1,1,1,1,1,1,1], "data_offsets": [4294967296, 4294967297]},
        "good": {"dtype": "U8", "shape": [], "data_offsets": [4294967297, 4294967298]}}
        """;
    Path file = raw(header, new byte[0]);
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.seek(sparse.length() + (1L << 32) + 1);
      sparse.write(7);
    }
    Safetensors read = Safetensors.read(file);
    assertThat(read.tensors()).containsOnlyKeys("good");
    assertThat(read.tensor("good").data()).containsExactly(7);
    assertThat(read.unread())
        .containsOnlyKeys("big", "none", "deep")
        .containsEntry("deep", "has 9 axes; read are at most 8")
        .containsEntry("none", "has the extent 9999999999; read are at most 2147483647");
    assertThat(read.unread().get("big"))
        .contains("[65536, 65536]", "more than 2147483647 elements");
  }

  /** As Python's json, by which the files are read elsewhere, has it. */
  @Test
  void ofADoubledNameTheLastCounts() throws IOException {
    String first = "\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},";
    String second = "\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}";
    String texts = "\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"},";
    byte[] data = little(8).putFloat(1).putFloat(2).array();
    Safetensors read = Safetensors.read(raw("{" + texts + first + second + "}", data));
    assertThat(read.tensor("t").data()).containsExactly(2);
    assertThat(read.metadata()).containsEntry("a", "2");
    byte[] once = little(4).putFloat(7).array();
    String again = first + first.substring(0, first.length() - 1);
    assertThat(Safetensors.read(raw("{" + again + "}", once)).tensor("t").data())
        .containsExactly(7);
  }

  /** A sparse file of truth values: each byte becomes a float of four. */
  @Test
  void tensorsBeyondTheHeapAreRefusedBeforeMemoryIsReserved() throws IOException {
    long elements = Math.min(HeapBound.ofThisProcess().bytes() / 4 + 1, Integer.MAX_VALUE);
    long each = Math.min(elements, 1L << 28);
    StringBuilder header = new StringBuilder("{");
    long at = 0;
    for (int i = 0; at < elements; i++, at += each) {
      header
          .append(i == 0 ? "" : ",")
          .append(
              "\"t%d\":{\"dtype\":\"BOOL\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                  .formatted(i, each, at, at + each));
    }
    Path file = raw(header + "}", new byte[0]);
    long size = Files.size(file) + at;
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("half of Java's heap");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}}|cut short: tensor \"t\""
            + " ends at byte 12",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|has 4 bytes behind its"
            + " last tensor",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|begins at byte 4 of the"
            + " data, expected 0 (gap)",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}|do not hold the 8 bytes"
            + " of F32 [2]",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}|do not hold",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}|do not hold",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}|are not two",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}|has the extent -1",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[9999999999],\"data_offsets\":[0,4]}}|do not hold the"
            + " 39999999996 bytes",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[9999999999,9999999999],\"data_offsets\":[0,4]}}|has more"
            + " elements than any file",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}|1.5 is not a whole"
            + " number",
        "{\"t\":{\"dtype\":\"F8_E4M3\",\"shape\":[9],\"data_offsets\":[0,8]}}|do not hold the 9"
            + " bytes of F8_E4M3 [9]",
        "{\"t\":{\"dtype\":\"C64\",\"shape\":[1],\"data_offsets\":[8,0]}}|do not hold",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}|unknown field"
            + " \"x\"",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[2]}}|\"data_offsets\" is missing",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"u\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|(overlap)",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"t\":7}|7 is not an"
            + " object",
        "{\"t\":7,\"t\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}|7 is not an"
            + " object",
        "{\"t\":7}|7 is not an object",
        "{\"__metadata__\":{\"a\":1}}|1 is not a string",
        "[]|[] is not an object",
      })
  void hostileHeadersAreRefused(String header, String message) {
    assertThatThrownBy(() -> Safetensors.read(raw(header, new byte[8])))
        .isInstanceOf(FoveaException.class)
        .hasMessageStartingWith(dir.resolve("x.safetensors").toString())
        .hasMessageContaining(message)
        .hasMessageMatching("[^\n]*");
  }

  @Test
  void hostileSizesAreRefusedBeforeMemoryIsReserved() throws IOException {
    Path file = dir.resolve("x");
    for (long claim : new long[] {0, 1, 17, Long.MAX_VALUE, -1, Long.MIN_VALUE}) {
      Files.write(file, little(24).putLong(claim).array());
      assertThatThrownBy(() -> Safetensors.read(file))
          .isInstanceOf(FoveaException.class)
          .hasMessageContaining(
              "its header claims " + Long.toUnsignedString(claim) + " bytes, the file has 24");
    }
    Files.write(file, new byte[5]);
    assertThatThrownBy(() -> Safetensors.read(file))
        .hasMessage(file + ": has 5 bytes, a safetensors file at least 8");
    Files.write(file, little(10).putLong(2).put((byte) 0xC3).put((byte) 0x28).array());
    assertThatThrownBy(() -> Safetensors.read(file)).hasMessageContaining("not valid UTF-8");
    assertThatThrownBy(() -> Safetensors.read(dir.resolve("none")))
        .hasMessage(dir.resolve("none") + ": cannot be read: no such file or folder");
    assertThatThrownBy(() -> Safetensors.read(dir)).hasMessageContaining("a folder, expected");
  }

  @Test
  void longHeadersAreRefusedUnread() throws IOException {
    int most = Safetensors.MAX_HEADER;
    String start = "{\"a\":[[]";
    String longest = start + ",[]".repeat((most - start.length() - 2) / 3) + "]}";
    Path file = raw(longest + " ".repeat(most - longest.length()), new byte[8]);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("is not an object");
    Path longer = raw(" ".repeat(most + 1), new byte[8]);
    assertThatThrownBy(() -> Safetensors.read(longer))
        .hasMessage(longer + ": has a header of 10000001 bytes, at most 10000000 are read");
    // 25 characters around the value, padded to a multiple of 8
    Path unwritten = dir.resolve("unwritten");
    Safetensors wordy = new Safetensors(Map.of(), Map.of("k", " ".repeat(most)));
    assertThatThrownBy(() -> wordy.write(unwritten))
        .isInstanceOf(FoveaException.class)
        .hasMessage(
            unwritten
                + ": not written: a header of 10000032 bytes, at most 10000000 are read back");
    assertThat(unwritten).doesNotExist();
  }

  /** Any prefix of a good file is refused; none is taken for a shorter good file. */
  @Test
  void everyTruncationIsRefused() throws IOException {
    Path file = dir.resolve("m");
    new Safetensors(Map.of("w", Tensor.of(Shape.of(3), 1, 2, 3)), Map.of("k", "v")).write(file);
    byte[] whole = Files.readAllBytes(file);
    for (int n = 0; n < whole.length; n++) {
      Files.write(file, Arrays.copyOf(whole, n));
      assertThatThrownBy(() -> Safetensors.read(file)).isInstanceOf(FoveaException.class);
    }
  }
}
