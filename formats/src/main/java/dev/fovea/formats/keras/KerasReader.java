package dev.fovea.formats.keras;

import dev.fovea.formats.Format;
import dev.fovea.formats.FormatReader;
import dev.fovea.formats.ImportedNetwork;
import dev.fovea.formats.weights.LayerGraph;
import dev.fovea.formats.weights.LayerImport;
import dev.fovea.formats.weights.ModelFiles;
import dev.fovea.io.HeapAccount;
import dev.fovea.io.Json;
import dev.fovea.io.Text;
import dev.fovea.tensor.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads Keras's models: whole models in HDF5, and the archives of Keras 3, zip files of a
 * configuration and weights in HDF5.
 */
public final class KerasReader implements FormatReader {
  private static final String SIGNATURE = "\u0089HDF\r\n\u001a\n";
  private static final int MOST_TEXT = 64_000_000;
  private static final String ATTRIBUTE = "model_config";
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  @Override
  public Format format() {
    return Format.KERAS;
  }

  @Override
  public boolean matches(String name, byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    boolean ending = name.endsWith(".h5") || name.endsWith(".hdf5") || name.endsWith(".keras");
    return start.startsWith(SIGNATURE) || ending || isArchive(start);
  }

  /** Returns whether the first entry of a zip file, whose name begins at byte 30, is of Keras. */
  private static boolean isArchive(String start) {
    boolean zip = start.startsWith("PK\u0003\u0004") && start.length() > 30;
    return zip
        && List.of(CONFIG, "metadata.json", WEIGHTS).stream()
            .anyMatch(entry -> start.startsWith(entry, 30));
  }

  @Override
  public ImportedNetwork read(Path file) {
    return ModelFiles.reading(file, () -> isZip(file) ? archive(file) : whole(file));
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(2);
      return head.length == 2 && head[0] == 'P' && head[1] == 'K';
    }
  }

  private static ImportedNetwork whole(Path file) throws IOException {
    try (Hdf5 content = Hdf5.open(file)) {
      String config =
          content
              .text(content.root(), ATTRIBUTE)
              .orElseThrow(() ->
                  new FoveaException(
                      "holds no "
                          + ATTRIBUTE
                          + ": weights alone, or no file of Keras; save the whole model"));
      String version = content.text(content.root(), "keras_version").orElse("");
      ModelConfig model = ModelConfig.parse(config, ATTRIBUTE);
      return network(model, new KerasWeights(content, false), version);
    }
  }

  /** Reads an archive: a configuration, the version that wrote it, and the weights. */
  private static ImportedNetwork archive(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      HeapAccount account = HeapAccount.ofThisProcess();
      String config = new String(entry(zip, CONFIG, account), StandardCharsets.UTF_8);
      ModelConfig model = ModelConfig.parse(config, CONFIG);
      String version = "3";
      if (zip.getEntry("metadata.json") != null) {
        String text = new String(entry(zip, "metadata.json", account), StandardCharsets.UTF_8);
        Object told = Json.parseObject(text, "metadata.json").get("keras_version");
        version = told instanceof String s ? s : version;
      }
      try (Hdf5 content = weights(entry(zip, WEIGHTS, account), account)) {
        return network(model, new KerasWeights(content, true), version);
      }
    } catch (ZipException | IllegalArgumentException e) {
      throw new FoveaException("a damaged zip file: " + e.getMessage(), e);
    }
  }

  private static Hdf5 weights(byte[] bytes, HeapAccount account) {
    try {
      return Hdf5.of(bytes, account);
    } catch (FoveaException e) {
      throw new FoveaException("its entry " + WEIGHTS + ": " + e.getMessage(), e);
    }
  }

  /** Returns the bytes of an entry, whatever it claims to unpack to. */
  private static byte[] entry(ZipFile zip, String name, HeapAccount account) throws IOException {
    @Nullable ZipEntry e = zip.getEntry(name);
    if (e == null) {
      throw new FoveaException("a zip file of Keras expected, got one without " + name);
    }
    boolean text = !name.equals(WEIGHTS);
    long size = e.getSize();
    if (size < 0 || size > (text ? MOST_TEXT : Integer.MAX_VALUE - 8)) {
      throw new FoveaException("its entry " + name + " claims " + size + " bytes");
    }
    account.take("its entries", size);
    try (InputStream in = zip.getInputStream(e)) {
      byte[] bytes = in.readNBytes((int) size);
      if (bytes.length != size) {
        throw new FoveaException("its entry " + name + " is cut short");
      }
      return bytes;
    }
  }

  /** Returns whether a version is 3 or later. */
  private static boolean isModern(String version) {
    char first = version.isEmpty() ? '0' : version.charAt(0);
    return (first >= '3' && first <= '9') || version.matches("[1-9]\\d{1,8}\\..{0,40}");
  }

  private static ImportedNetwork network(ModelConfig model, KerasWeights weights, String version) {
    LayerGraph graph = KerasNetwork.of(model, weights, isModern(version));
    return LayerImport.channelsLast(
        Format.KERAS, Text.shown(("Keras " + version).strip()), graph, graph.tensors());
  }
}
