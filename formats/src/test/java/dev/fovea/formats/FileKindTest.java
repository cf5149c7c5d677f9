package dev.fovea.formats;

import static dev.fovea.formats.testing.Models.fails;
import static dev.fovea.formats.testing.Models.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.formats.testing.DarknetFiles;
import dev.fovea.formats.testing.OnnxFiles;
import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are something else than their names say. */
final class FileKindTest {
  @TempDir private Path folder;

  private void isTold(String name, byte[] content, String... parts) {
    Path file = write(folder.resolve(name), content);
    fails(() -> Formats.read(file), name + ": ");
    fails(() -> Formats.read(file), parts);
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.h5",
        "a.onnx",
        "a.pth",
        "a.safetensors",
        "a.keras",
        "a.bin",
        "a.caffemodel",
        "a.cfg",
        "a"
      })
  void pointersAndPagesAreToldUnderEveryName(String name) {
    write(folder.resolve("a.prototxt"), "x");
    write(folder.resolve("a.weights"), "x");
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 46830571\n";
    isTold(name, bytes(pointer), "pointer of Git LFS", "git lfs pull");
    isTold(name, bytes("\n<!DOCTYPE html>\n<html>"), "page of a web server", "download it again");
    isTold(name, new byte[0], "empty");
    isTold(name, bytes("\u001f\u008b\b\0"), "packed with gzip", "unpack");
    isTold(name, bytes("\u0089PNG\r\n\u001a\n"), "a picture (PNG)");
  }

  /**
   * A safetensors file begins with the length of its header, low byte first, whatever that looks
   * like: 384 as a pickle, 19,778 as a BMP picture, 35,615 as gzip, 1,180,424 as ONNX.
   */
  @ParameterizedTest
  @ValueSource(ints = {128, 384, 1408, 19_778, 35_615, 1_180_424})
  void lengthsThatLookLikeOtherFilesAreLengths(int length) {
    String header = "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}";
    ByteBuffer all = ByteBuffer.allocate(8 + length + 1).order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(length).put(bytes(header + " ".repeat(length - header.length()))).put((byte) 7);
    Path file = write(folder.resolve("a.safetensors"), all.array());
    assertThat(Formats.tensors(file)).containsExactly(Map.entry("a", Shape.of(1)));
  }

  /** The file beside is looked at as well. */
  @Test
  void weightsBesideMayBeAPointerToo() {
    Path cfg = write(folder.resolve("n.cfg"), DarknetFiles.cfg());
    write(folder.resolve("n.weights"), "version https://git-lfs.github.com/spec/v1\n");
    fails(() -> Formats.read(cfg), "n.weights: a pointer of Git LFS");
  }

  @ParameterizedTest
  @CsvSource({
    "a.npy, '\u0093NUMPY\u0001', array of NumPy",
    "a.gguf, GGUF, language model",
    "a.pb, '\n\u0005x', tf2onnx",
    "a.mlmodel, '\b\u0001x', Core ML",
    "a.pt2, 'PK\u0003\u0004', torch.onnx.export",
    "a.npz, 'PK\u0003\u0004', archive of NumPy arrays",
    "a.tar, x, tar archive",
    "a.jpg, '\u00ff\u00d8\u00ff', picture (JPEG)"
  })
  void otherFormatsAreNamed(String name, String start, String meaning) {
    isTold(name, bytes(start), meaning);
  }

  @Test
  void wrongEndingsAreTold() {
    isTold("a.pth", OnnxFiles.model(), "an ONNX file by its content; name it .onnx");
    byte[] zip = TorchFiles.zip(Map.of());
    isTold("a.safetensors", zip, "a zip file by its content", ".pth");
    isTold("a.h5", bytes("some words"), "a text file, not an HDF5 file");
    isTold("a.pth", bytes("some words"), "a text file, not a file of torch.save");
    isTold("a.safetensors", bytes("some words"), "a text file, not a safetensors file");
    isTold(
        "a.safetensors",
        bytes("\u0089HDF\r\n\u001a\n"),
        "an HDF5 file by its content; name it .h5");
    isTold("a.h5", Arrays.copyOf(TorchFiles.legacy(Map.of()), 40), "a pickle by its content");
    byte[] arrays = bytes("PK\u0003\u0004" + "\0".repeat(22) + "\u0005\0\0\0a.npy");
    isTold("a.pth", arrays, "archive of NumPy arrays");
  }
}
