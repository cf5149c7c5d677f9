package dev.fovea.systems.published;

import dev.fovea.data.Task;
import dev.fovea.io.Json;
import dev.fovea.nn.Model;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.detect.BoxDecoder;
import dev.fovea.systems.detect.DetectionRule;
import dev.fovea.systems.detect.GridAnchors;
import dev.fovea.systems.detect.GridAnchors.Grid;
import dev.fovea.systems.detect.GridAnchors.Size;
import dev.fovea.systems.detect.PriorDecoder;
import dev.fovea.systems.detect.ScoreTable;
import dev.fovea.systems.detect.ShareDecoder;
import dev.fovea.systems.detect.YoloDecoder;
import dev.fovea.systems.detect.YoloxDecoder;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Boxes of objects.
 *
 * @param reading how the outputs of a network are read, with the number of its classes
 */
record BoxAnswer(Function<Model, Reading> reading) implements ModelCard.Answer {
  private static final int MOST = 1000;

  /** The text in which Darknet's reader tells anchors and classes. */
  static final String YOLO = "yolo";

  private static final double YOLO_SCORE = 0.4;
  private static final double YOLO_OVERLAP = 0.45;

  private static final List<Integer> YOLOX_STRIDES = List.of(8, 16, 32);
  private static final int BEFORE_CLASSES = 5;
  private static final double YOLOX_SCORE = 0.3;

  /** The overlap with which its authors measure. */
  private static final double YOLOX_MEASURED = 0.65;

  private static final int SSD_SIDE = 300;
  private static final int[] SSD_MAPS = {19, 10, 5, 3, 2, 1};
  private static final List<Double> SSD_SCALES = List.of(0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.0);
  private static final List<Double> SSD_RATIOS = List.of(1.0, 2.0, 1 / 2.0, 3.0, 1 / 3.0);
  private static final double SSD_LEAST = 0.1;
  private static final double SSD_SCORE = 0.45;
  private static final double SSD_OVERLAP = 0.6;

  /** The anchors of the network of 8 bits are whole multiples of this. */
  private static final double SSD_STEP = 1.64553 / 255;

  private static final double FACE_SCORE = 0.7;
  private static final double FACE_OVERLAP = 0.3;

  /** Width and height of the anchors in cells, of which there are 13 in a row. */
  private static final double[][] FACE_API_ANCHORS = {
    {1.603231, 2.094468},
    {6.041143, 7.080126},
    {2.882459, 3.518061},
    {4.266906, 5.178857},
    {9.041765, 10.66308}
  };

  private static final double FACE_API_SCORE = 0.5;
  private static final double FACE_API_OVERLAP = 0.4;

  /** How outputs are read, and how many classes there are. */
  record Reading(
      BoxDecoder decoder, double score, double overlap, double measuredOverlap, int classes) {
    Reading(BoxDecoder decoder, double score, double overlap, int classes) {
      this(decoder, score, overlap, overlap, classes);
    }

    private DetectionRule rule() {
      return new DetectionRule(decoder, score, overlap, MOST, measuredOverlap);
    }
  }

  @Override
  public Task task() {
    return Task.BOXES;
  }

  @Override
  public int classes(Model model) {
    return reading.apply(model).classes;
  }

  @Override
  public Map<String, String> texts(Model model) {
    return Map.of(DetectionRule.KEY, reading.apply(model).rule().toText());
  }

  /** Returns how rows of YOLO's cells are read whose anchors the model tells. */
  static Reading yolo(Model model) {
    String text = model.metadata().getOrDefault(YOLO, "");
    if (text.isEmpty()) {
      throw new FoveaException(
          "yolo: anchors expected in the metadata (\"yolo\"), as Darknet's cfg files tell them; the"
              + " model has none");
    }
    Map<String, Object> fields = Json.parseObject(text, YOLO);
    long classes = Json.integer(Json.member(fields, "classes", YOLO), "yolo classes");
    double stretch = Json.number(Json.member(fields, "stretch", YOLO), "yolo stretch");
    List<Object> anchors = Json.array(Json.member(fields, "anchors", YOLO), "yolo anchors");
    if (anchors.size() != model.outputs().size()) {
      throw new FoveaException(
          "yolo: anchors of %s maps, the network has %s outputs"
              .formatted(anchors.size(), model.outputs().size()));
    }
    Shape input = model.inputs().get(0);
    List<Grid> maps = new ArrayList<>();
    for (int i = 0; i < anchors.size(); i++) {
      Shape map = model.outputs().get(i);
      if (map.rank() != 3) {
        throw new FoveaException(
            "yolo: maps [H, W, numbers] expected, output %s is %s".formatted(i, map));
      }
      double stepY = (double) input.dim(0) / map.dim(0);
      double stepX = (double) input.dim(1) / map.dim(1);
      maps.add(new Grid(map.dim(0), map.dim(1), stepY, stepX, sizes(anchors.get(i))));
    }
    int count = Math.clamp(classes, 0, Integer.MAX_VALUE);
    GridAnchors all = new GridAnchors(input.dim(0), input.dim(1), maps);
    return new Reading(new YoloDecoder(all, count, stretch), YOLO_SCORE, YOLO_OVERLAP, count);
  }

  private static List<Size> sizes(Object json) {
    List<Size> sizes = new ArrayList<>();
    for (Object size : Json.array(json, "yolo anchors")) {
      List<Object> two = Json.array(size, "yolo anchors");
      if (two.size() != 2) {
        throw new FoveaException("yolo anchors: two numbers expected, got " + two.size());
      }
      sizes.add(
          new Size(
              Json.number(two.get(0), "yolo anchors"), Json.number(two.get(1), "yolo anchors")));
    }
    return sizes;
  }

  /** Returns how the rows of YOLOX are read: one output [cells, 5 + classes]. */
  static Reading yolox(Model model) {
    Shape input = model.inputs().get(0);
    Shape output = model.outputs().get(0);
    int classes = output.rank() == 2 ? output.dim(1) - BEFORE_CLASSES : 0;
    if (classes < 1 || model.outputs().size() != 1) {
      throw new FoveaException(
          "yolox: one output [cells, 5 + classes] expected, the network gives " + model.outputs());
    }
    YoloxDecoder decoder = new YoloxDecoder(input.dim(0), input.dim(1), YOLOX_STRIDES, classes);
    return new Reading(decoder, YOLOX_SCORE, YOLO_OVERLAP, YOLOX_MEASURED, classes);
  }

  /** Returns how codes of boxes and scores beside the anchors of TensorFlow's SSD are read. */
  static Reading ssdMobileNet(Model model) {
    ScoreTable table = ScoreTable.of(model.outputs(), true);
    PriorDecoder decoder = new PriorDecoder(ssdAnchors(), SSD_STEP, table);
    return new Reading(decoder, SSD_SCORE, SSD_OVERLAP, table.classes());
  }

  /** Returns the anchors of TensorFlow's SSD in pixels of its input. */
  static BoxArray ssdBoxes() {
    return new PriorDecoder(ssdAnchors(), SSD_STEP, new ScoreTable(0, 1, 1, true)).boxes();
  }

  /** Of the first map there are three anchors in a cell, of the others six. */
  private static GridAnchors ssdAnchors() {
    List<Grid> maps = new ArrayList<>();
    for (int k = 0; k < SSD_MAPS.length; k++) {
      List<Size> sizes = new ArrayList<>();
      double s = SSD_SCALES.get(k);
      if (k == 0) {
        sizes.add(size(SSD_LEAST, 1));
        sizes.add(size(s, SSD_RATIOS.get(1)));
        sizes.add(size(s, SSD_RATIOS.get(2)));
      } else {
        SSD_RATIOS.forEach(ratio -> sizes.add(size(s, ratio)));
        sizes.add(size(Math.sqrt(s * SSD_SCALES.get(k + 1)), 1));
      }
      double step = (double) SSD_SIDE / SSD_MAPS[k];
      maps.add(new Grid(SSD_MAPS[k], SSD_MAPS[k], step, step, sizes));
    }
    return new GridAnchors(SSD_SIDE, SSD_SIDE, maps);
  }

  private static Size size(double scale, double ratio) {
    double root = Math.sqrt(ratio);
    return new Size(SSD_SIDE * scale * root, SSD_SIDE * scale / root);
  }

  /** Returns how boxes of faces as shares of the picture are read, with their scores. */
  static Reading ultraFace(Model model) {
    Shape input = model.inputs().get(0);
    ScoreTable table = ScoreTable.of(model.outputs(), true);
    ShareDecoder decoder = new ShareDecoder(input.dim(0), input.dim(1), table);
    return new Reading(decoder, FACE_SCORE, FACE_OVERLAP, table.classes());
  }

  /** Returns how boxes of faces in the cells of one map are read, which have no classes. */
  static Reading faceApi(Model model) {
    Shape input = model.inputs().get(0);
    Shape map = model.outputs().get(0);
    int numbers = FACE_API_ANCHORS.length * BEFORE_CLASSES;
    if (model.outputs().size() != 1 || map.rank() != 3 || map.dim(2) != numbers) {
      throw new FoveaException(
          "faceapi-detector: one output [H, W, %s] expected, the network gives %s"
              .formatted(numbers, model.outputs()));
    }
    double stepY = (double) input.dim(0) / map.dim(0);
    double stepX = (double) input.dim(1) / map.dim(1);
    List<Size> sizes =
        Arrays.stream(FACE_API_ANCHORS).map(a -> new Size(a[0] * stepX, a[1] * stepY)).toList();
    GridAnchors anchors =
        new GridAnchors(
            input.dim(0),
            input.dim(1),
            List.of(new Grid(map.dim(0), map.dim(1), stepY, stepX, sizes)));
    return new Reading(new YoloDecoder(anchors, 0, 1), FACE_API_SCORE, FACE_API_OVERLAP, 1);
  }
}
