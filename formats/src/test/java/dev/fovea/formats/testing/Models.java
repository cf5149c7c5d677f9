package dev.fovea.formats.testing;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.formats.ImportedNetwork;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What tests of readers share. */
public final class Models {
  private Models() {}

  /** Writes a file. */
  public static Path write(Path file, byte[] content) {
    // In place: some file systems write to the disk at once when an emptied file is closed.
    try (FileChannel channel = FileChannel.open(file, CREATE, WRITE)) {
      channel.write(ByteBuffer.wrap(content));
      channel.truncate(content.length);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a file of text. */
  public static Path write(Path file, String content) {
    return write(file, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** Runs a network on a batch. */
  public static List<Tensor> run(ImportedNetwork network, Tensor batch) {
    Model model = network.model();
    return model.run(List.of(batch));
  }

  /** Returns the values that a parameter begins with. */
  public static Tensor weight(ImportedNetwork network, String name) {
    return network.model().parameters().tensor(name);
  }

  /** Requires a failure in one line that says something. */
  public static void fails(ThrowingCallable call, String... parts) {
    Throwable t = Assertions.catchThrowable(call);
    assertThat(t).isInstanceOf(FoveaException.class);
    assertThat(t.getMessage()).isNotNull().doesNotContain("\n").contains(parts);
  }
}
