package dev.fovea.serve.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.fovea.formats.Port;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class InferReaderTest {
  /** The file's input x is [N, 2, 1, 3], channels first: two channels of three pixels. */
  private static final Ports PORTS =
      new Ports(
          List.of(Port.image("x", Shape.of(1, 3, 2))),
          List.of(Port.plain("y", Shape.of(4)), Port.plain("z", Shape.of(1))));

  /** Memory of which any amount may be taken. */
  private static void any(long bytes) {}

  private static InferRequest read(String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    return InferReader.read(body, body.length, PORTS, InferReaderTest::any);
  }

  private static InferRequest read(String json, byte[] behind) {
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    byte[] body = ByteBuffer.allocate(head.length + behind.length).put(head).put(behind).array();
    return InferReader.read(body, head.length, PORTS, InferReaderTest::any);
  }

  private static String input(String rest) {
    return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2,1,3]," + rest + "}]}";
  }

  /** Channels 1 2 3 and 4 5 6 become pixels (1, 4), (2, 5), (3, 6). */
  private static void isRead(InferRequest request) {
    assertThat(request.inputs().get(0).shape()).isEqualTo(Shape.of(1, 1, 3, 2));
    assertThat(request.inputs().get(0).data()).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void readsFlatAndNestedNumbers() {
    isRead(read(input("\"datatype\":\"FP32\",\"data\":[1,2,3,4.0,5e0,6]")));
    isRead(read(input("\"datatype\":\"INT64\",\"data\":[[[[1,2,3]],[[4,5,6]]]]")));
  }

  /** A body of bytes alone is the only input; the number of samples follows from its length. */
  @Test
  void readsBytesWithoutJson() {
    ByteBuffer body = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    body.asFloatBuffer().put(new float[] {1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 7});
    InferRequest request = read("", body.array());
    assertThat(request.inputs().get(0).shape()).isEqualTo(Shape.of(2, 1, 3, 2));
    assertThat(request.inputs().get(0).data()).containsExactly(1, 4, 2, 5, 3, 6, 0, 0, 0, 0, 0, 7);
    assertThat(request.outputs()).hasSize(2).allMatch(InferRequest.WantedOutput::binary);
    assertThatThrownBy(() -> read("", new byte[25]))
        .hasMessage("input \"x\": a multiple of 24 bytes expected, for [N,2,1,3] of FP32, got 25");
    Port port = PORTS.inputs().get(0);
    Ports two = new Ports(List.of(port, port), PORTS.outputs());
    assertThatThrownBy(() -> InferReader.read(new byte[24], 0, two, InferReaderTest::any))
        .hasMessage("request: without JSON its bytes are the only input, the model takes 2");
  }

  /** Images of more pixels than are copied at a time, two of them. */
  @Test
  void readsBytesOfLargeImages() {
    Port port = Port.image("x", Shape.of(70, 61, 3));
    Ports ports = new Ports(List.of(port), List.of(Port.plain("y", Shape.of(4))));
    Tensor sent = Tensor.zeros(Shape.of(2, 3, 70, 61));
    for (int i = 0; i < sent.data().length; i++) {
      sent.data()[i] = i + 0.5f;
    }
    byte[] head =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[2,3,70,61],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":102480}}]}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = ByteBuffer.allocate(head.length + 102_480).put(head);
    body.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(sent.data());
    Tensor read =
        InferReader.read(body.array(), head.length, ports, InferReaderTest::any).inputs().get(0);
    assertThat(read.shape()).isEqualTo(Shape.of(2, 70, 61, 3));
    assertThat(read.data()).isEqualTo(port.fromFile(sent).data());
    assertThat(read.get(1, 69, 60, 2)).isEqualTo(25_619.5f);
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8,1",
    "INT8,1",
    "UINT16,2",
    "UINT32,4",
    "UINT64,8",
    "INT16,2",
    "INT32,4",
    "INT64,8",
    "FP16,2",
    "BF16,2",
    "FP32,4",
    "FP64,8"
  })
  void readsBytes(DataType type, int size) {
    ByteBuffer bytes = ByteBuffer.allocate(6 * size).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= 6; i++) {
      switch (type) {
        case FP16 -> bytes.putShort(Float.floatToFloat16(i));
        case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(i) >>> 16));
        case FP32 -> bytes.putFloat(i);
        case FP64 -> bytes.putDouble(i);
        default ->
            bytes.put(
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(i).array(), 0, size);
      }
    }
    isRead(
        read(
            input(
                "\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%s}"
                    .formatted(type.name(), Integer.toString(6 * size))),
            bytes.array()));
  }

  /**
   * Of a number such as "0.5," the JSON takes 4 bytes, its text 12 while it is decoded, its place
   * among the others 8, a third of which may be copied again as the array grows, and the tensors 8:
   * well below 80. An object and a text each would take 72 more.
   */
  @Test
  void numbersAreNoObjects() {
    int count = 60_000;
    Ports ports =
        new Ports(List.of(Port.plain("x", Shape.of(count))), List.of(Port.plain("y", Shape.of(4))));
    String json =
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,60000],\"datatype\":\"FP32\",\"data\":[%s]}]}"
            .formatted("0.5,".repeat(count - 1) + "0.25");
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = bean.getCurrentThreadAllocatedBytes();
    InferRequest request = InferReader.read(body, body.length, ports, InferReaderTest::any);
    long taken = bean.getCurrentThreadAllocatedBytes() - before;
    assertThat(request.inputs().get(0).data()).hasSize(count).startsWith(0.5f).endsWith(0.25f);
    assertThat(taken / count).isLessThan(80);
  }

  @Test
  void readsWhatIsWanted() {
    String data = "\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]}]";
    String head = "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,2,1,3]," + data;
    InferRequest all =
        read(head + ",\"parameters\":{\"binary_data_output\":true,\"timeout\":1500}}");
    assertThat(all.id()).contains("7");
    assertThat(all.timeout()).contains(Duration.ofNanos(1_500_000));
    assertThat(all.outputs())
        .containsExactly(
            new InferRequest.WantedOutput(0, true, 0), new InferRequest.WantedOutput(1, true, 0));
    InferRequest one =
        read(head + ",\"outputs\":[{\"name\":\"z\",\"parameters\":{\"binary_data\":true}}]}");
    assertThat(one.outputs()).containsExactly(new InferRequest.WantedOutput(1, true, 0));
  }

  private static void refuses(String json, String message) {
    assertThatThrownBy(() -> read(json)).hasMessageContaining(message);
  }

  @Test
  void saysWhatIsWrong() {
    refuses("{", "request: not valid JSON");
    refuses("{\"inputs\":[]}", "inputs: the model takes 1, got 0");
    refuses(
        input("\"datatype\":\"FP32\",\"data\":[1,2]"),
        "input \"x\": 6 numbers expected, flat or nested as [1,2,1,3], got 2");
    refuses(
        input("\"datatype\":\"FP32\",\"data\":[[[[1,2,3,4,5,6]]]]"), "got 6 nested as [1,1,1,6]");
    refuses(
        input("\"datatype\":\"FP32\",\"data\":[[1,2,3],[4,5]]"),
        "got 5 in lists of different lengths");
    refuses(input("\"datatype\":\"FP32\",\"data\":[[[1,2,3],[4,5,6]]]"), "got 6 nested as [1,2,3]");
    refuses(input("\"datatype\":\"FP32\",\"data\":[1,2,[3,4],5,6]"), "got 6 in lists of diff");
    refuses(
        input("\"datatype\":\"FP32\""),
        "input \"x\": needs either data or the parameter binary_data_size");
    refuses(
        input("\"datatype\":\"FP23\",\"data\":[]"),
        "input \"x\": there is no datatype \"FP23\" of numbers; did you mean");
    refuses(
        input("\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":24}"),
        "input \"x\": 24 bytes for [1,2,1,3] of FP32, got binary_data_size 24 with 0 bytes left");
    refuses(
        input("\"datatype\":\"FP32\",\"parameters\":{\"shared_memory_region\":\"a\"}"),
        "parameter \"shared_memory_region\" is not supported");
    refuses(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2,3],\"datatype\":\"FP32\",\"data\":[]}]}",
        "input \"x\": shape [N,2,1,3] expected, got [1,2,3]");
    refuses(
        "{\"inputs\":[{\"name\":\"w\",\"shape\":[1,2,1,3],\"datatype\":\"FP32\",\"data\":[]}]}",
        "the model has no input \"w\"; did you mean x?");
    refuses(
        input(
            "\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]}],\"outputs\":[{\"name\":\"probabilities\""),
        "the model has no output \"probabilities\"; known: y, z");
    assertThatThrownBy(() -> InferReader.read(new byte[3], 4, PORTS, InferReaderTest::any))
        .hasMessage("request: JSON of 4 bytes announced, the body has 3");
    assertThatThrownBy(
            () -> read(input("\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]"), new byte[2]))
        .hasMessage("request: 2 bytes behind those of its inputs");
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8,256,whole numbers from 0 to 255",
    "UINT8,-5,whole numbers from 0 to 255",
    "UINT8,0.5,whole numbers from 0 to 255",
    "UINT8,true,whole numbers from 0 to 255",
    "INT8,1000,whole numbers from -128 to 127",
    "UINT16,65536,whole numbers from 0 to 65535",
    "INT16,-32769,whole numbers from -32768 to 32767",
    "UINT32,-1,whole numbers from 0 to 4294967295",
    "INT32,2147483648,whole numbers from -2147483648 to 2147483647",
    "UINT64,-1,whole numbers from 0 to 18446744073709551615",
    "INT64,1.0E19,whole numbers from -9223372036854775808 to 9223372036854775807",
    "BOOL,7,'true, false, 0 or 1'",
    "FP16,65520,numbers from -65504 to 65504",
    "BF16,3.4E38,numbers from -3.3895314E38 to 3.3895314E38",
    "FP32,1.0E39,numbers from -3.4028235E38 to 3.4028235E38",
    "FP64,-1.0E39,numbers from -3.4028235E38 to 3.4028235E38",
    "FP32,null,numbers from -3.4028235E38 to 3.4028235E38"
  })
  void onlyValuesOfTheTypeAreTaken(String type, String value, String range) {
    refuses(
        input("\"datatype\":\"%s\",\"data\":[1,%s,1,1,1,1]".formatted(type, value)),
        "input \"x\": %s takes %s, got %s (number 1)".formatted(type, range, value));
  }

  @ParameterizedTest
  @CsvSource({
    "UINT8,255",
    "INT8,-128",
    "UINT32,4294967295",
    "UINT64,18446744073709551615",
    "INT64,-9223372036854775808",
    "INT64,9223372036854775807",
    "BOOL,true",
    "FP16,65504",
    "BF16,3.3895314E38",
    "FP32,3.4028235E38",
    "FP64,-3.4028234663852886E38"
  })
  void theBoundsOfATypeAreTaken(String type, String value) {
    float[] read =
        read(input("\"datatype\":\"%s\",\"data\":[%s,0,0,0,0,0]".formatted(type, value)))
            .inputs()
            .get(0)
            .data();
    assertThat(read[0]).isEqualTo(type.equals("BOOL") ? 1 : Float.parseFloat(value));
  }

  @Test
  void bytesAreOfTheTypeToo() {
    String bool = input("\"datatype\":\"BOOL\",\"parameters\":{\"binary_data_size\":6}");
    assertThat(read(bool, new byte[] {1, 0, 0, 1, 1, 1}).inputs().get(0).data())
        .containsExactly(1, 1, 0, 1, 0, 1);
    assertThatThrownBy(() -> read(bool, new byte[] {1, 0, 7, 1, 1, 1}))
        .hasMessage("input \"x\": BOOL takes true, false, 0 or 1, got 7 (number 2)");
    String wide = input("\"datatype\":\"FP64\",\"parameters\":{\"binary_data_size\":48}");
    ByteBuffer numbers = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    numbers.putDouble(Double.POSITIVE_INFINITY).putDouble(Double.NaN);
    assertThat(read(wide, numbers.array()).inputs().get(0).data())
        .containsExactly(Float.POSITIVE_INFINITY, 0, Float.NaN, 0, 0, 0);
    numbers.putDouble(1e39);
    assertThatThrownBy(() -> read(wide, numbers.array()))
        .hasMessageEndingWith("3.4028235E38, got 1.0E39 (number 2)");
    String large = input("\"datatype\":\"UINT64\",\"parameters\":{\"binary_data_size\":48}");
    ByteBuffer bits = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    bits.putLong(-1).putLong(Long.MIN_VALUE);
    assertThat(read(large, bits.array()).inputs().get(0).data())
        .containsExactly(0x1p64f, 0, 0x1p63f, 0, 0, 0);
  }

  /** Clients of Triton send parameters of their own, which only its models can know. */
  @Test
  void parametersThatNobodyKnowsChangeNothing() {
    isRead(
        read(
            "{\"parameters\":{\"foo\":1,\"priority\":2,\"sequence_id\":0,\"sequence_start\":false},"
                + input(
                        "\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6],\"parameters\":{\"bar\":\"a\"}")
                    .substring(1)));
    refuses(
        "{\"parameters\":{\"sequence_id\":7}," + input("\"data\":[]").substring(1),
        "request: parameter \"sequence_id\" is not supported");
    refuses(
        input(
            "\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]}],\"outputs\":[{\"name\":\"y\","
                + "\"parameters\":{\"classification\":-1}"),
        "output \"y\": parameter classification: how many classes expected, got -1");
    refuses(
        "{\"parameters\":{\"binary_data_output\":1},"
            + input("\"datatype\":\"FP32\",\"data\":[1,2,3,4,5,6]").substring(1),
        "request: parameter \"binary_data_output\": true or false expected, got 1");
  }

  @Test
  void damagedRequestsAreReadOrRefusedInOneLine() {
    String json =
        "{\"id\":\"7\",\"inputs\":[{\"name\":\"x\",\"shape\":[1,2,1,3],\"datatype\":\"FP32\",\"parameters\":"
            + "{\"binary_data_size\":24}}],\"outputs\":[{\"name\":\"y\"}],\"parameters\":{\"timeout\":9}}";
    byte[] head = json.getBytes(StandardCharsets.UTF_8);
    byte[] whole = ByteBuffer.allocate(head.length + 24).put(head).array();
    Rng random = Seed.of(4).rng();
    int read = 0;
    for (int i = 0; i < 5_000; i++) {
      byte[] body = whole.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        body[random.nextInt(body.length)] =
            (byte) (n % 2 == 0 ? 32 + random.nextInt(96) : random.nextInt(256));
      }
      try {
        InferRequest _ =
            InferReader.read(
                body, head.length + random.nextInt(8) / 7, PORTS, InferReaderTest::any);
        read++;
      } catch (FoveaException e) {
        assertThat(e.getMessage()).doesNotContain("\n").isNotBlank();
      }
    }
    assertThat(read).isBetween(1, 4_999);
  }

  /** A few bytes that announce gigabytes take no memory. */
  @Test
  void announcedSizesTakeNoMemory() {
    refuses(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[300000000,2,1,3],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "1800000000 numbers expected");
    refuses(
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[9000000000,2,1,3],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "shape [N,2,1,3] expected");
    refuses( // 2^60 + 1 samples of 6 numbers, which are 2^62 + 2^61 + 6 in all, below 2^63
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1152921504606846977,2,1,3],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "shape [N,2,1,3] expected");
    refuses( // (2^64 + 2) / 6 samples: 2 numbers in all, if 64 bits had to hold how many
        "{\"inputs\":[{\"name\":\"x\",\"shape\":[3074457345618258603,2,1,3],\"datatype\":\"FP32\",\"data\":[1]}]}",
        "shape [N,2,1,3] expected");
  }

  /** Six bytes become six numbers of four bytes each, twice. */
  @Test
  void numbersBehindTheJsonTakeMemoryFirst() {
    byte[] json =
        input("\"datatype\":\"UINT8\",\"parameters\":{\"binary_data_size\":6}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] body = ByteBuffer.allocate(json.length + 6).put(json).array();
    List<Long> taken = new ArrayList<>();
    InferRequest _ = InferReader.read(body, json.length, PORTS, taken::add);
    assertThat(taken).containsExactly(48L);
  }
}
