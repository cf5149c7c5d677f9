package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MedMnistTest {
  private static final List<String> CLASSES = List.of("ill", "well");

  @TempDir private Path folder;

  /** Returns an array as numpy.save writes it: the header padded with spaces and a line's end. */
  private static byte[] array(int version, String type, String shape, int... values)
      throws IOException {
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }\n".formatted(type, shape);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    out.write(text.length());
    out.write(new byte[version == 1 ? 1 : 3]);
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    for (int v : values) {
      out.write(v);
    }
    return out.toByteArray();
  }

  private static Map<String, byte[]> arrays() throws IOException {
    Map<String, byte[]> all = new LinkedHashMap<>();
    all.put("train_images", array(1, "|u1", "3, 1, 2", 0, 255, 2, 3, 4, 5));
    all.put("train_labels", array(1, "|u1", "3, 1", 0, 1, 1));
    all.put("val_images", array(2, "|u1", "1, 1, 2", 7, 8));
    all.put("val_labels", array(1, "|u1", "1,", 1));
    all.put("test_images", array(1, "<u1", "1, 1, 2", 9, 10));
    all.put("test_labels", array(1, "|u1", "1,", 0));
    return all;
  }

  private Path file(Map<String, byte[]> arrays) throws IOException {
    Path file = folder.resolve("set.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> e : new ArrayList<>(arrays.entrySet())) {
        zip.putNextEntry(new ZipEntry(e.getKey() + ".npy"));
        zip.write(e.getValue());
      }
    }
    return file;
  }

  private String problem(String array, byte[] other) throws IOException {
    Map<String, byte[]> all = arrays();
    all.put(array, other);
    Path file = file(all);
    try {
      MedMnist _ = MedMnist.read(file, CLASSES);
      return "none";
    } catch (FoveaException e) {
      return String.valueOf(e.getMessage()).replace(file.toString(), "FILE");
    }
  }

  @Test
  void theThreePartsAreRead() throws IOException {
    MedMnist set = MedMnist.read(file(arrays()), CLASSES);
    assertThat(set.train().size()).isEqualTo(3);
    assertThat(set.train().inputShape()).isEqualTo(Shape.of(1, 2, 1));
    assertThat(set.train().picture(0).data()).containsExactly(0, 255);
    assertThat(set.train().label(2)).isEqualTo(1);
    assertThat(set.validation().picture(0).data()).containsExactly(7, 8);
    assertThat(set.test().classes()).isEqualTo(CLASSES);
    assertThat(set.test().label(0)).isZero();
  }

  @Test
  void whatIsNoSuchSetIsTold() throws IOException {
    assertThat(problem("train_labels", array(1, "|u1", "3,", 0, 1, 2)))
        .isEqualTo("FILE: train: label 2 of picture 2: the classes are 0 to 1");
    assertThat(problem("val_labels", array(1, "|u1", "2,", 0, 1)))
        .startsWith("FILE: val pictures [1, 1, 2] with labels [2]; [N, H, W]");
    assertThat(problem("val_images", array(1, "<f4", "1, 1, 2", 0)))
        .startsWith("FILE: array val_images: bytes (uint8) in row-major order expected");
    assertThat(problem("val_images", array(1, "|u1", "1, 1, 2", 1)))
        .isEqualTo("FILE: array val_images: has 1 values of 2");
    assertThat(problem("val_images", array(1, "|u1", "90000, 90000, 9")))
        .isEqualTo("FILE: array val_images: of [90000, 90000, 9] is too large");
    assertThat(problem("val_images", new byte[3])).isEqualTo("FILE: array val_images: damaged");
    assertThatThrownBy(() -> MedMnist.read(folder.resolve("no.npz"), CLASSES))
        .hasMessageEndingWith("no.npz: no such file, expected an archive of NumPy (.npz)");
    Path text = Files.writeString(folder.resolve("text.npz"), "text");
    assertThatThrownBy(() -> MedMnist.read(text, CLASSES))
        .hasMessageContaining("text.npz: not an archive of NumPy (.npz): ");
  }
}
