package dev.fovea.formats.tflite;

/** Tells one operator of TensorFlow Lite in those of ONNX. */
@FunctionalInterface
interface TfliteOperator {
  /**
   * Adds the nodes and names their results.
   *
   * @throws dev.fovea.formats.FormatException if the node has settings that are not known
   */
  void translate(TfliteCall call);
}
