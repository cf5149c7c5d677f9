package dev.fovea.formats.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.management.ThreadMXBean;
import dev.fovea.formats.Formats;
import dev.fovea.formats.onnx.proto.Onnx.TensorProto;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.nn.Model;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What it takes to read a network: the file is mapped and each weight is held once. */
final class LoadingTest {
  private static final int CHANNELS = 512;
  private static final int LAYERS = 2;

  /** What a network takes beside its weights, and what classes take that are loaded meanwhile. */
  private static final long REST = 6_000_000;

  @TempDir private Path folder;

  /** Returns a file of convolutions with 9.4 MB of weights each. */
  private Path write(boolean raw) {
    Protos p = Protos.opset(13).input("x", DataType.FLOAT, -1, CHANNELS, 4, 4);
    int count = CHANNELS * CHANNELS * 9;
    for (int i = 0; i < LAYERS; i++) {
      TensorProto.Builder w = TensorProto.newBuilder().setName("w" + i).setDataType(1);
      List.of(CHANNELS, CHANNELS, 3, 3).forEach(w::addDims);
      if (raw) {
        w.setRawData(ByteString.copyFrom(new byte[4 * count]));
      } else {
        for (int k = 0; k < count; k++) {
          w.addFloatData(0);
        }
      }
      String from = i == 0 ? "x" : "y" + (i - 1);
      p.initializer(w)
          .node("Conv", List.of(from, "w" + i), "y" + i, Protos.ints("pads", 1, 1, 1, 1));
    }
    return p.output("y" + (LAYERS - 1)).write(folder.resolve(raw + ".onnx"));
  }

  /** Returns the bytes that reading the file reserves, from the second time on. */
  private static long allocated(Path file) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    assertThat(Formats.read(file).model().parameters().count(false)).isPositive();
    long before = threads.getCurrentThreadAllocatedBytes();
    Model model = Formats.read(file).model();
    long taken = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(model.parameters().count(false)).isEqualTo(LAYERS * CHANNELS * CHANNELS * 9L);
    return taken;
  }

  @Test
  void weightsOfBytesAreTakenOnce() throws IOException {
    Path file = write(true);
    assertThat(allocated(file)).isLessThan(Files.size(file) + REST);
  }

  /** The parser's lists grow by half each time, so what they leave behind is twice their end. */
  @Test
  void weightsInListsAreTakenFromTheParser() throws IOException {
    Path file = write(false);
    assertThat(allocated(file)).isLessThan(9 * Files.size(file) / 2 + REST);
  }
}
