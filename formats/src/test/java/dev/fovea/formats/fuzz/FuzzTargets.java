package dev.fovea.formats.fuzz;

import dev.fovea.engine.Engine;
import dev.fovea.formats.Formats;
import dev.fovea.formats.ReferenceCheck;
import dev.fovea.formats.onnx.ShapedGraph;
import dev.fovea.formats.testing.CaffeFiles;
import dev.fovea.formats.testing.DarknetFiles;
import dev.fovea.formats.testing.KerasFiles;
import dev.fovea.formats.testing.Models;
import dev.fovea.formats.testing.OnnxFiles;
import dev.fovea.formats.testing.RandomTensors;
import dev.fovea.formats.testing.TfliteFiles;
import dev.fovea.formats.testing.TorchFiles;
import dev.fovea.io.Json;
import dev.fovea.io.Safetensors;
import dev.fovea.io.testing.Fuzz;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.quantize.Quantizer;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Idx;
import dev.fovea.vision.ImageFolder;
import dev.fovea.vision.ImageList;
import dev.fovea.vision.Images;
import dev.fovea.vision.MedMnist;
import dev.fovea.vision.PictureArchive;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** All readers with small files to begin with. */
final class FuzzTargets {
  private FuzzTargets() {}

  /**
   * A reader with files that it reads.
   *
   * @param fuzz the reader
   * @param seeds whole files
   */
  record Target(Fuzz fuzz, List<byte[]> seeds) {}

  /** Returns all readers, each with a folder of its own. */
  static Map<String, Target> all(Path folder) {
    Map<String, Target> all = new LinkedHashMap<>();
    byte[] weights = KerasFiles.weightsFile(KerasFiles.holdersWeights());
    put(all, folder, "safetensors", "x.safetensors", Safetensors::read, safetensors(folder));
    put(all, folder, "torch-zip", "x.pt", Formats::tensors, List.of(TorchFiles.zip(tensors())));
    put(
        all,
        folder,
        "torch-legacy",
        "x.th",
        Formats::tensors,
        List.of(TorchFiles.legacy(tensors())));
    put(
        all,
        folder,
        "torch-pickle",
        "x.pt",
        pickled(folder),
        List.of(TorchFiles.dictionary(tensors())));
    put(all, folder, "onnx", "x.onnx", FuzzTargets::load, onnx(folder));
    put(all, folder, "keras", "x.h5", FuzzTargets::load, List.of(keras(folder)));
    put(
        all,
        folder,
        "keras-archive",
        "x.keras",
        FuzzTargets::load,
        List.of(bytes(archived(folder, utf8(KerasFiles.holders()), weights))));
    put(
        all,
        folder,
        "keras-config",
        "x.json",
        file -> load(archived(folder, bytes(file), weights)),
        List.of(utf8(KerasFiles.holders())));
    put(
        all,
        folder,
        "prototxt",
        "x.prototxt",
        FuzzTargets::load,
        List.of(utf8(CaffeFiles.prototxt())));
    beside(folder, "prototxt", "x.caffemodel", CaffeFiles.caffemodel(CaffeFiles.weights()));
    put(
        all,
        folder,
        "caffemodel",
        "x.caffemodel",
        FuzzTargets::load,
        List.of(
            CaffeFiles.caffemodel(CaffeFiles.weights()),
            CaffeFiles.firstVersion(CaffeFiles.weights())));
    beside(folder, "caffemodel", "x.prototxt", utf8(CaffeFiles.prototxt()));
    put(all, folder, "darknet-cfg", "x.cfg", FuzzTargets::load, List.of(utf8(DarknetFiles.cfg())));
    beside(folder, "darknet-cfg", "x.weights", DarknetFiles.weights());
    put(
        all,
        folder,
        "darknet-weights",
        "x.weights",
        FuzzTargets::load,
        List.of(DarknetFiles.weights()));
    beside(folder, "darknet-weights", "x.cfg", utf8(DarknetFiles.cfg()));
    put(all, folder, "tflite", "x.tflite", FuzzTargets::load, tflite());
    put(all, folder, "json", "x.json", FuzzTargets::json, List.of(utf8(KerasFiles.config())));
    put(
        all,
        folder,
        "reference",
        "r.json",
        f -> ReferenceCheck.read(f).input(),
        List.of(reference()));
    put(all, folder, "image", "x.png", Images::read, images());
    put(
        all,
        folder,
        "image-list",
        "x.csv",
        f -> ImageList.open(f, ImageFolder.Options.standard()),
        List.of(
            utf8("file,class\n\"a.png\",cat\na.png,cat\na.png,dog\na,dog\n"),
            "id;split;label\na.png;train;cat\na.png;train;dog\na.png;test;cat\n"
                .getBytes(StandardCharsets.UTF_16)));
    beside(folder, "image-list", "a.png", images().getFirst());
    put(all, folder, "idx-images", "x-idx3-ubyte", Idx::pictures, List.of(idx(3, 4, 4)));
    put(all, folder, "idx-labels", "x-idx1-ubyte", Idx::labels, List.of(idx(9)));
    put(
        all,
        folder,
        "medmnist",
        "x.npz",
        f -> MedMnist.read(f, List.of("ill", "well")),
        List.of(arrays()));
    put(
        all,
        folder,
        "picture-archive",
        "x.zip",
        FuzzTargets::allPictures,
        List.of(zip(Map.of("a.png", images().getFirst()))));
    return all;
  }

  private static void put(
      Map<String, Target> all,
      Path folder,
      String name,
      String file,
      Fuzz.Reader reader,
      List<byte[]> seeds) {
    try {
      Path own = Files.createDirectories(folder.resolve(name)).resolve(file);
      all.put(name, new Target(new Fuzz(name, own, reader), seeds));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void beside(Path folder, String name, String file, byte[] content) {
    Models.write(folder.resolve(name).resolve(file), content);
  }

  /** Reads a network and takes its weights; nothing is computed. */
  private static void load(Path file) {
    Formats.read(file).model(Engine.idle());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, Tensor> tensors() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    all.put("conv.weight", RandomTensors.random(1, 2, 1, 3, 3));
    all.put("conv.bias", RandomTensors.random(2, 2));
    all.put("fc.weight", RandomTensors.random(3, 2, 4));
    return all;
  }

  private static List<byte[]> safetensors(Path folder) {
    Model model =
        Model.build(
            Layers.sequence(Layers.conv2d(2, 3), Layers.batchNorm()),
            Shape.of(4, 4, 1),
            Seed.of(1));
    Path file = folder.resolve("seed.safetensors");
    model.withMetadata(Map.of("labels", "a\nb")).save(file);
    Path sparse = folder.resolve("sparse.safetensors");
    Map<String, Tensor> zeros = Map.of("w", Tensor.zeros(Shape.of(5, 41)));
    new Safetensors(zeros, Map.of()).writeSparse(sparse);
    return List.of(bytes(file), bytes(sparse));
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pickle is damaged and the zip around it whole, which otherwise guards it by a checksum. */
  private static Fuzz.Reader pickled(Path folder) {
    Path zip = folder.resolve("pickled.pt");
    return file -> Formats.tensors(Models.write(zip, TorchFiles.zip(bytes(file), tensors())));
  }

  /** A network of an exporter, one that Fovea wrote, and one whose operands decide shapes. */
  private static List<byte[]> onnx(Path folder) {
    Model model =
        Model.build(
            Layers.sequence(
                Layers.conv2d(2, 3),
                Layers.batchNorm(),
                Layers.upsample(2),
                Layers.flatten(),
                Layers.dense(3),
                Layers.softmax()),
            Shape.of(5, 6, 1),
            Seed.of(1));
    Path file = folder.resolve("seed.onnx");
    model.withMetadata(Map.of("labels", "a\nb\nc")).save(file);
    Quantizer quantizer = new Quantizer(model);
    quantizer.observe(List.of(RandomTensors.random(1, 5, 6, 1)));
    Path int8 = folder.resolve("int8.onnx");
    quantizer.finish().model().save(int8);
    return List.of(OnnxFiles.model(), bytes(file), ShapedGraph.bytes(), bytes(int8));
  }

  /** A network of floats, and one of bytes. */
  private static List<byte[]> tflite() {
    return List.of(tflite(TfliteFiles.FLOAT32, 0), tflite(TfliteFiles.INT8, 0.1));
  }

  private static byte[] tflite(int type, double scale) {
    TfliteFiles f = new TfliteFiles();
    int x = f.tensor(type, scale, 3, 0, 1, 4, 4, 2);
    int y = f.tensor(type, scale, 0, 0, 1, 4, 4, 3);
    int z = f.tensor(type, scale, 0, 0, 1, 48);
    int weights =
        scale == 0
            ? f.floats(RandomTensors.random(1, 12 * 2).data(), 3, 2, 2, 2)
            : f.bytes(type, new byte[24], new float[] {1, 2, 3}, new long[3], 0, 3, 2, 2, 2);
    TfliteFiles.Fields options =
        b -> {
          b.addInt(1, 1, 0);
          b.addInt(2, 1, 0);
        };
    f.node(3, 6, options, new int[] {x, weights, f.integers(0, new int[] {1, 2, 3}, 3)}, y);
    f.node(22, new int[] {y, f.list(1, 48)}, z);
    return f.bytes(new int[] {x}, z);
  }

  private static byte[] keras(Path folder) {
    Path file = folder.resolve("seed.h5");
    KerasFiles.write(file, KerasFiles.config(), KerasFiles.weights());
    return bytes(file);
  }

  /** Writes an archive whose configuration may be damaged and whose zip is whole. */
  private static Path archived(Path folder, byte[] config, byte[] weights) {
    Path file = folder.resolve("archived.keras");
    KerasFiles.archive(file, config, weights);
    return file;
  }

  private static byte[] reference() {
    return utf8(
        """
        {"how": "test", "preprocess": {"scale": 0.5, "mean": [0.1, 2], "std": [1, 2.5]},
         "input_shape": [1, 2, 3, 4], "outputs": {"y": {"shape": [1, 3], "first16": [1, 2e-3, -3],
         "sum": 1.5, "l2": 3.25, "min": -3, "max": 1, "argmax": 0}}}
        """);
  }

  private static void json(Path file) {
    // A damaged text may be no UTF-8; that is the matter of who reads the file.
    Json.parse(new String(bytes(file), StandardCharsets.ISO_8859_1), "x.json");
  }

  private static byte[] idx(int... dims) {
    int elements = 1;
    ByteBuffer out = ByteBuffer.allocate(4 + 4 * dims.length + product(dims));
    out.put((byte) 0).put((byte) 0).put((byte) 8).put((byte) dims.length);
    for (int d : dims) {
      out.putInt(d);
      elements *= d;
    }
    for (int i = 0; i < elements; i++) {
      out.put((byte) (i % 10));
    }
    return out.array();
  }

  private static int product(int... dims) {
    int n = 1;
    for (int d : dims) {
      n *= d;
    }
    return n;
  }

  private static List<byte[]> images() {
    List<byte[]> all = new ArrayList<>();
    BufferedImage image = new BufferedImage(9, 7, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 63; i++) {
      image.setRGB(i % 9, i / 9, i * 0x030507);
    }
    for (String format : List.of("png", "jpg", "gif", "bmp", "tiff")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        if (!ImageIO.write(image, format, out)) {
          throw new IllegalStateException("no writer for " + format);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      all.add(out.toByteArray());
      if (format.equals("jpg")) {
        all.add(marked(out.toByteArray()));
      }
    }
    all.add("P5 3 2 255\nabcdef".getBytes(StandardCharsets.US_ASCII));
    all.add("P6 # a\n1 2 65535 abcdefghijkl".getBytes(StandardCharsets.US_ASCII));
    return all;
  }

  /** Returns a JPEG with Exif's orientation, a piece of a profile and Adobe's mark in front. */
  private static byte[] marked(byte[] jpeg) {
    String marks =
        "FFE1 0022 457869660000 4D4D002A00000008 0001 0112 0003 00000001 00060000 00000000"
            + " FFE2 0012 4943435F50524F46494C4500 0101 AAAA"
            + " FFEE 000E 41646F6265 0064 0000 0000 01";
    byte[] bytes = HexFormat.of().parseHex(marks.replace(" ", ""));
    return ByteBuffer.allocate(jpeg.length + bytes.length)
        .put(jpeg, 0, 2)
        .put(bytes)
        .put(jpeg, 2, jpeg.length - 2)
        .array();
  }

  private static List<Tensor> allPictures(Path file) {
    try (PictureArchive archive = PictureArchive.open(file)) {
      return archive.names().stream().map(archive::picture).toList();
    }
  }

  /** Returns an archive of NumPy with one picture of 2 × 2 and its label in each part. */
  private static byte[] arrays() {
    Map<String, byte[]> all = new LinkedHashMap<>();
    for (String part : List.of("train", "val", "test")) {
      all.put(part + "_images.npy", array("1, 2, 2", 4));
      all.put(part + "_labels.npy", array("1,", 1));
    }
    return zip(all);
  }

  private static byte[] array(String shape, int count) {
    byte[] header = utf8("{'descr': '|u1', 'fortran_order': False, 'shape': (" + shape + "), }\n");
    return ByteBuffer.allocate(10 + header.length + count)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0})
        .put(header)
        .array();
  }

  private static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> e : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(e.getKey()));
        zip.write(e.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
