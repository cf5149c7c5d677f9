package dev.fovea.formats.tflite;

import com.google.flatbuffers.ByteBufferReadWriteBuf;
import com.google.flatbuffers.FlexBuffers;
import dev.fovea.formats.FormatException;
import dev.fovea.io.Json;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last operator of TensorFlow's detectors. The network gives what goes into it, codes of boxes
 * [N, boxes, 4] and probabilities of classes [N, boxes, classes], and its settings and anchors
 * become the text {@code detector} of the metadata: so boxes are found and drawn as those of every
 * detector, with any score and overlap. Boxes are suppressed class by class, as the operator's
 * {@code use_regular_nms} does; without it the operator tells only the surest class of a box.
 */
final class DetectionOperators {
  /** The network's name for how its outputs become boxes. */
  static final String DETECTOR = "detector";

  private static final int NUMBERS = 4;

  /** How sure a detector is where nothing else is asked for; files have nearly 0. */
  private static final double SCORE = 0.45;

  /** The divisors of the codes' middles and sides that boxes are read with. */
  private static final Map<String, Double> SCALES =
      Map.of("y_scale", 10.0, "x_scale", 10.0, "h_scale", 5.0, "w_scale", 5.0);

  private DetectionOperators() {}

  static void register(Map<String, TfliteOperator> to) {
    to.put("TFLite_Detection_PostProcess", DetectionOperators::detections);
  }

  private static void detections(TfliteCall c) {
    if (!c.translation().detects()) {
      throw new FormatException("a second list of boxes; one is read");
    }
    FlexBuffers.Map settings = settings(c.node().custom());
    TfliteTensor codes = c.ranked(0, 3);
    TfliteTensor scores = c.ranked(1, 3);
    SCALES.forEach((key, value) -> {
      if (number(settings, key) != value) {
        throw new FormatException(
            "%s %s is not read, only %s".formatted(key, number(settings, key), value));
      }
    });
    int classes = (int) number(settings, "num_classes");
    boolean fits =
        codes.extent(2) == NUMBERS
            && codes.extent(1) == scores.extent(1)
            && scores.extent(2) - classes >= 0
            && scores.extent(2) - classes <= 1;
    if (!fits) {
      throw new FormatException(classes + " classes do not fit its tensors");
    }
    int[] sides = c.translation().pictureSides();
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("kind", "priors");
    rule.put("score", Math.max(SCORE, number(settings, "nms_score_threshold")));
    rule.put("overlap", number(settings, "nms_iou_threshold"));
    rule.put("most", (long) number(settings, "max_detections"));
    rule.put("input", List.of((long) sides[0], (long) sides[1]));
    rule.put("priors", anchors(c, codes.extent(1)));
    rule.put("outputs", List.of(0L, 1L));
    rule.put("classes", (long) classes);
    rule.put("background", scores.extent(2) > classes);
    c.target().text(DETECTOR, Json.write(rule));
    c.translation().showInstead(c.node(), List.of(c.number(0), c.number(1)));
  }

  private static FlexBuffers.Map settings(ByteBuffer custom) {
    try {
      return FlexBuffers.getRoot(new ByteBufferReadWriteBuf(custom)).asMap();
    } catch (RuntimeException e) {
      throw new FormatException("its settings are damaged", e);
    }
  }

  private static double number(FlexBuffers.Map settings, String key) {
    try {
      FlexBuffers.Reference value = settings.get(key);
      if (value.isNumeric() && Double.isFinite(value.asFloat())) {
        return value.asFloat();
      }
    } catch (RuntimeException e) {
      throw new FormatException("its setting " + key + " is damaged", e);
    }
    throw new FormatException("its setting " + key + " is missing or no number");
  }

  /** Returns the middle and sides of each anchor as shares of the picture: y, x, height, width. */
  private static List<Double> anchors(TfliteCall c, int count) {
    TfliteTensor t = c.ranked(2, 2);
    if (t.extent(0) != count || t.extent(1) != NUMBERS || !c.isConstant(2)) {
      throw new FormatException("an anchor of four numbers for each box expected");
    }
    ByteBuffer data = t.data().orElseThrow();
    c.translation().take((long) Double.BYTES * NUMBERS * count);
    List<Double> all = new ArrayList<>();
    for (int i = 0; i < NUMBERS * count; i++) {
      double number = real(t, data, i);
      if (!Double.isFinite(number)) {
        throw new FormatException("%s: anchor %s is %s".formatted(t.name(), i / NUMBERS, number));
      }
      all.add(number);
    }
    return all;
  }

  private static double real(TfliteTensor t, ByteBuffer data, int i) {
    if (t.type() == ElementType.FLOAT32) {
      return data.getFloat(Float.BYTES * i);
    }
    if (!t.isRounded() || t.type().bytes() != 1 || !t.rounding().orElseThrow().isSingle()) {
      throw new FormatException("anchors of " + t.type() + " are not read");
    }
    Rounding r = t.rounding().orElseThrow();
    int step = t.type() == ElementType.UINT8 ? Byte.toUnsignedInt(data.get(i)) : data.get(i);
    return (step - r.zero(0)) * (double) r.scale(0);
  }
}
