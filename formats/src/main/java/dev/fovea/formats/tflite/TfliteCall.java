package dev.fovea.formats.tflite;

import dev.fovea.formats.FormatException;
import dev.fovea.formats.tflite.OnnxTarget.Setting;
import java.util.Arrays;
import java.util.List;

/** A node while it is told: its tensors by their places, and the graph that it is told in. */
final class TfliteCall {
  private static final int MOST_NUMBERS = 64;

  /** About what a node takes in memory. */
  private static final int NODE_BYTES = 256;

  private final Translation translation;
  private final TfliteNode node;

  TfliteCall(Translation translation, TfliteNode node) {
    this.translation = translation;
    this.node = node;
  }

  TfliteNode node() {
    return node;
  }

  Translation translation() {
    return translation;
  }

  OnnxTarget target() {
    return translation.target();
  }

  /** Returns whether an input is given. */
  boolean has(int input) {
    return input < node.inputs().length && node.inputs()[input] >= 0;
  }

  /** Returns how many inputs there are. */
  int count() {
    return node.inputs().length;
  }

  /** Returns how many results there are. */
  int results() {
    return node.outputs().length;
  }

  /** Returns the number of the tensor of an input. */
  int number(int input) {
    if (!has(input)) {
      throw new FormatException("input " + input + " is missing");
    }
    return node.inputs()[input];
  }

  TfliteTensor input(int input) {
    return translation.tensor(number(input));
  }

  TfliteTensor output(int output) {
    return translation.tensor(resultNumber(output));
  }

  private int resultNumber(int output) {
    if (output >= node.outputs().length) {
      throw new FormatException("result " + output + " is missing");
    }
    return node.outputs()[output];
  }

  boolean isConstant(int input) {
    return translation.isConstant(number(input));
  }

  /** Returns the name of the real numbers of an input. */
  String real(int input) {
    return translation.real(number(input));
  }

  /** Returns the names of the real numbers of all inputs. */
  List<String> all() {
    return java.util.stream.IntStream.range(0, count()).mapToObj(this::real).toList();
  }

  /** Returns the name of an input with its axes in another order. */
  String weight(int input, int... order) {
    return translation.weight(number(input), order);
  }

  /** Returns the whole numbers of a constant input. */
  int[] integers(int input) {
    return input(input).integers(MOST_NUMBERS);
  }

  /** Returns an axis of an input that a constant input or a setting tells. */
  int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new FormatException("axis %s of %s axes".formatted(axis, rank));
    }
    return axis < 0 ? axis + rank : axis;
  }

  /**
   * Requires an input of a number of axes.
   *
   * @return the input
   */
  TfliteTensor ranked(int input, int rank) {
    TfliteTensor t = input(input);
    if (t.rank() != rank) {
      throw new FormatException(
          "%s: %s axes expected, got %s".formatted(t.name(), rank, Arrays.toString(t.shape())));
    }
    return t;
  }

  /** Adds a node of ONNX. */
  String onnx(String operator, List<String> inputs, Setting... settings) {
    translation.take(NODE_BYTES + (long) Long.BYTES * inputs.size());
    return target().node(operator, inputs, settings);
  }

  /** Names the result of this node. */
  void define(int output, String name) {
    translation.define(resultNumber(output), name);
  }

  /** Names the result of this node, after its activation. */
  void activated(String name, int activation) {
    define(0, Activations.of(this, name, activation));
  }

  /** Returns a value N, H, W, C as N, C, H, W. */
  String channelsFirst(String name) {
    return onnx("Transpose", List.of(name), Setting.of("perm", 0, 3, 1, 2));
  }

  /** Returns a value N, C, H, W as N, H, W, C. */
  String channelsLast(String name) {
    return onnx("Transpose", List.of(name), Setting.of("perm", 0, 2, 3, 1));
  }

  /** Adds a list of whole numbers. */
  String list(int... values) {
    return target().integers(node.operator() + "/list", values);
  }

  /** Adds one number. */
  String scalar(float value) {
    return target().number(node.operator() + "/number", value);
  }
}
