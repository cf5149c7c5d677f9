package dev.fovea.spark;

import dev.fovea.data.Preprocessing;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.PictureDecoder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/**
 * A model that predicts in executors: a broadcast value, of which Spark keeps one in each. Its
 * network and parameters travel as a recipe and a file; the model is made of them where it is first
 * used, and any number of tasks share it.
 */
final class Predictor implements Serializable {
  private static final long serialVersionUID = 1;

  private final ModelFactory factory;
  private final byte[] file;
  private transient @Nullable Loaded loaded;
  private transient @Nullable Sent sent;

  private record Loaded(Model model, InputRule rule, PictureDecoder decoder) {}

  /** This predictor as a cluster has it. */
  private record Sent(SparkContext context, Broadcast<Predictor> value) {}

  /**
   * Creates a predictor.
   *
   * @param file the model's file, which says how pictures become inputs
   */
  Predictor(ModelFactory factory, byte[] file) {
    this.factory = factory;
    this.file = file;
  }

  private synchronized Loaded loaded() {
    Loaded l = loaded;
    if (l == null) {
      Model model = factory.model(Engine.shared()).load(new ByteArrayInputStream(file));
      InputRule rule = InputRule.of(model.metadata(), "model").orElseThrow();
      l = new Loaded(model, rule, new PictureDecoder(Images.MAX_PIXELS));
      loaded = l;
    }
    return l;
  }

  /**
   * Returns this predictor as the executors of a cluster have it: sent once, however many tables
   * use it. Spark drops it from the executors once nothing uses it any more.
   */
  synchronized Broadcast<Predictor> sentTo(SparkContext context) {
    Sent s = sent;
    if (s == null || !s.context.equals(context)) {
      s = new Sent(context, new JavaSparkContext(context).broadcast(this));
      sent = s;
    }
    return s.value;
  }

  /** Writes the model's file. */
  void writeTo(OutputStream out) throws IOException {
    out.write(file);
  }

  /** Returns the model. */
  Model model() {
    return loaded().model;
  }

  /**
   * Returns the predictions for encoded pictures, computed together.
   *
   * @throws dev.fovea.tensor.FoveaException if one is not a picture, or a damaged one
   */
  List<Prediction> predict(List<byte[]> pictures) {
    Loaded l = loaded();
    Preprocessing size = l.rule.preprocessing();
    int each = size.shape().elements();
    Shape shape = size.shape().prepend(pictures.size());
    float[] inputs = new float[shape.elements()];
    for (int i = 0; i < pictures.size(); i++) {
      Tensor placed = l.decoder.place(pictures.get(i), "picture", size).input();
      System.arraycopy(l.rule.input(placed).data(), 0, inputs, i * each, each);
    }
    return l.model.predictAll(Tensor.of(shape, inputs));
  }
}
