package dev.fovea.serve;

import dev.fovea.nn.Model;
import dev.fovea.serve.batch.Batcher;
import dev.fovea.serve.picture.PictureTask;
import dev.fovea.serve.protocol.Ports;
import dev.fovea.tensor.FoveaException;
import dev.fovea.vision.InputRule;

/**
 * A model that is ready to answer.
 *
 * @param served what it is
 * @param ports its inputs and outputs
 * @param batcher what computes its requests
 */
record LoadedModel(ServedModel served, Ports ports, Batcher batcher) {
  /**
   * What is known of pictures: how they become inputs, and outputs an answer.
   *
   * @param ofPixels whether an answer is about each pixel of the picture
   */
  record Pictures(InputRule rule, PictureTask task, boolean ofPixels) {}

  static LoadedModel of(ServedModel served, ServerMetrics metrics) {
    return new LoadedModel(
        served,
        new Ports(served.inputs(), served.outputs()),
        Batcher.of(served.model(), served.batching(), metrics.observer(served)));
  }

  /**
   * Returns how pictures are answered.
   *
   * @throws FoveaException if the model is none of pictures
   */
  Pictures pictures() {
    Model model = served.model();
    if (model.inputs().size() != 1) {
      throw new FoveaException(
          "the model takes %s inputs, a picture is one".formatted(model.inputs().size()));
    }
    InputRule rule =
        InputRule.of(model.metadata(), served.name())
            .orElseThrow(() ->
                new FoveaException(
                    "the model does not say how pictures become inputs (no \"preprocessing\" in its"
                        + " metadata); ask for its tensors by infer"));
    return new Pictures(rule, PictureTask.of(model), PictureTask.isOfPixels(model));
  }

  /** Returns whether a request is for this version. */
  boolean isVersion(int version) {
    return served.version() == version;
  }
}
