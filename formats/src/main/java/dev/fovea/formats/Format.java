package dev.fovea.formats;

/** A file format for trained networks or weights. */
public enum Format {
  /** A graph of operators with weights, as protobuf. */
  ONNX("ONNX"),
  /** Named tensors with a JSON header. */
  SAFETENSORS("safetensors"),
  /** A pickled dictionary of tensors. */
  PYTORCH("PyTorch"),
  /** HDF5 with weights and the network's configuration. */
  KERAS("Keras HDF5"),
  /** A network as protobuf text with its weights as protobuf. */
  CAFFE("Caffe"),
  /** A network as sections of text with its weights as plain floats. */
  DARKNET("Darknet"),
  /** A graph of operators with weights, as FlatBuffers, for small devices. */
  TFLITE("TensorFlow Lite");

  private final String title;

  Format(String title) {
    this.title = title;
  }

  /** Returns the usual name of the format. */
  public String title() {
    return title;
  }
}
