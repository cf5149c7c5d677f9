package dev.fovea.bench.peers;

import java.util.Optional;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks of PyTorch's script as Deeplearning4j's graphs, all but U-Net. */
final class Dl4jNets {
  private static final int CLASSES = 1000;
  private static final int[][] MOBILE = {
    {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1},
    {512, 1}, {512, 1}, {1024, 2}, {1024, 1}
  };

  private final GraphBuilder graph;
  private String last = "in";
  private int count;

  private Dl4jNets(int... input) {
    this.graph =
        new NeuralNetConfiguration.Builder()
            .updater(new Nesterovs(1e-3, 0.9))
            .weightInit(WeightInit.RELU)
            .convolutionMode(ConvolutionMode.Truncate)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(input[0], input[1], input[2]));
  }

  /** Returns the input [H, W, C] of a network. */
  static int[] input(String net) {
    return switch (net) {
      case "lenet5" -> new int[] {28, 28, 1};
      case "alexnet" -> new int[] {227, 227, 3};
      default -> new int[] {224, 224, 3};
    };
  }

  /** Returns the network of a name, if there is one. */
  static Optional<ComputationGraphConfiguration> of(String net) {
    Dl4jNets n = new Dl4jNets(input(net));
    switch (net) {
      case "lenet5" -> n.lenet();
      case "alexnet" -> n.alexnet();
      case "vgg16" -> n.vgg(2, 2, 3, 3, 3);
      case "resnet18" -> n.resnet(false, 2, 2, 2, 2);
      case "resnet50" -> n.resnet(true, 3, 4, 6, 3);
      case "mobilenet" -> n.mobilenet();
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(n.graph.setOutputs(n.last).build());
  }

  private String add(Layer layer) {
    return add(layer, last);
  }

  private String add(Layer layer, String from) {
    String name = "layer" + count++;
    graph.addLayer(name, layer, from);
    last = name;
    return name;
  }

  private void conv(int filters, int kernel, int stride, int padding, Activation activation) {
    add(
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .padding(padding, padding)
            .nOut(filters)
            .activation(activation)
            .build());
  }

  private void pool(PoolingType type, int kernel, int stride, int padding) {
    add(
        new SubsamplingLayer.Builder(type)
            .kernelSize(kernel, kernel)
            .stride(stride, stride)
            .padding(padding, padding)
            .build());
  }

  private void dense(int units, Activation activation, double keep) {
    DenseLayer.Builder layer = new DenseLayer.Builder().nOut(units).activation(activation);
    add(keep < 1 ? layer.dropOut(keep).build() : layer.build());
  }

  private void output(int classes, double keep) {
    OutputLayer.Builder layer =
        new OutputLayer.Builder(LossFunction.MCXENT).nOut(classes).activation(Activation.SOFTMAX);
    add(keep < 1 ? layer.dropOut(keep).build() : layer.build());
  }

  private void lenet() {
    conv(6, 5, 1, 2, Activation.TANH);
    pool(PoolingType.AVG, 2, 2, 0);
    conv(16, 5, 1, 0, Activation.TANH);
    pool(PoolingType.AVG, 2, 2, 0);
    dense(120, Activation.TANH, 1);
    dense(84, Activation.TANH, 1);
    output(10, 1);
  }

  private void alexnet() {
    conv(96, 11, 4, 0, Activation.RELU);
    add(new LocalResponseNormalization.Builder().n(5).k(1).alpha(1e-4 / 5).beta(0.75).build());
    pool(PoolingType.MAX, 3, 2, 0);
    conv(256, 5, 1, 2, Activation.RELU);
    add(new LocalResponseNormalization.Builder().n(5).k(1).alpha(1e-4 / 5).beta(0.75).build());
    pool(PoolingType.MAX, 3, 2, 0);
    conv(384, 3, 1, 1, Activation.RELU);
    conv(384, 3, 1, 1, Activation.RELU);
    conv(256, 3, 1, 1, Activation.RELU);
    pool(PoolingType.MAX, 3, 2, 0);
    classifier();
  }

  private void vgg(int... depths) {
    for (int stage = 0; stage < depths.length; stage++) {
      for (int i = 0; i < depths[stage]; i++) {
        conv(Math.min(512, 64 << stage), 3, 1, 1, Activation.RELU);
      }
      pool(PoolingType.MAX, 2, 2, 0);
    }
    classifier();
  }

  /** Dropout stands before the layer whose input it thins. */
  private void classifier() {
    dense(4096, Activation.RELU, 1);
    dense(4096, Activation.RELU, 0.5);
    output(CLASSES, 0.5);
  }

  private void plain(int filters, int kernel, int stride) {
    add(
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .padding(kernel / 2, kernel / 2)
            .nOut(filters)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build());
  }

  private void norm(Activation activation) {
    add(new BatchNormalization.Builder().activation(activation).build());
  }

  private void head() {
    add(new GlobalPoolingLayer.Builder(PoolingType.AVG).build());
    output(CLASSES, 1);
  }

  private void resnet(boolean bottleneck, int... depths) {
    plain(64, 7, 2);
    norm(Activation.RELU);
    pool(PoolingType.MAX, 3, 2, 1);
    int channels = 64;
    for (int stage = 0; stage < depths.length; stage++) {
      for (int i = 0; i < depths[stage]; i++) {
        int filters = 64 << stage;
        int out = bottleneck ? 4 * filters : filters;
        block(bottleneck, filters, out, stage > 0 && i == 0 ? 2 : 1, channels != out);
        channels = out;
      }
    }
    head();
  }

  private void block(boolean bottleneck, int filters, int out, int stride, boolean project) {
    String shortcut = last;
    if (bottleneck) {
      plain(filters, 1, 1);
      norm(Activation.RELU);
    }
    plain(filters, 3, stride);
    norm(Activation.RELU);
    plain(out, bottleneck ? 1 : 3, 1);
    norm(Activation.IDENTITY);
    String body = last;
    if (project) {
      last = shortcut;
      plain(out, 1, stride);
      norm(Activation.IDENTITY);
      shortcut = last;
    }
    String sum = "sum" + count++;
    graph.addVertex(sum, new ElementWiseVertex(ElementWiseVertex.Op.Add), body, shortcut);
    add(new ActivationLayer(Activation.RELU), sum);
  }

  private void mobilenet() {
    plain(32, 3, 2);
    norm(Activation.RELU);
    for (int[] pair : MOBILE) {
      add(
          new DepthwiseConvolution2D.Builder(3, 3)
              .depthMultiplier(1)
              .stride(pair[1], pair[1])
              .padding(1, 1)
              .hasBias(false)
              .activation(Activation.IDENTITY)
              .build());
      norm(Activation.RELU);
      plain(pair[0], 1, 1);
      norm(Activation.RELU);
    }
    head();
  }
}
