/** Networks and weights of other tools: ONNX, PyTorch, Keras, Caffe, Darknet, TensorFlow Lite. */
@SuppressWarnings("requires-automatic")
module dev.fovea.formats {
  requires static org.jspecify;
  requires transitive dev.fovea.core;
  requires com.google.protobuf;
  requires dev.fovea.quantize;
  requires dev.fovea.zoo;
  requires flatbuffers.java;
  requires io.jhdf;

  exports dev.fovea.formats;
  exports dev.fovea.formats.onnx;
  exports dev.fovea.formats.tensorboard;

  // It asks messages for their fields by reflection.
  opens dev.fovea.formats.onnx.proto to
      com.google.protobuf;

  provides dev.fovea.nn.ModelFormat with
      dev.fovea.formats.onnx.OnnxFormat;
}
