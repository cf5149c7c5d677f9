package dev.fovea.serve.picture;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.nn.Output;
import dev.fovea.nn.Prediction;
import dev.fovea.systems.DetectionJson;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.detect.RegionDecoder;
import dev.fovea.systems.mask.RunLengths;
import dev.fovea.systems.measure.PanopticMap.Segment;
import dev.fovea.systems.panoptic.PanopticScene;
import dev.fovea.systems.panoptic.PanopticSegmenter;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.segment.SegmentationMap;
import dev.fovea.systems.segment.Segmenter;
import dev.fovea.systems.upscale.Upscaler;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ClassMap;
import dev.fovea.vision.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the answer about a picture, as JSON values, of what a network has said of it.
 *
 * <p>The answer names the task: {@code classes} and {@code labels} with {@code predictions}, {@code
 * boxes} and {@code key points} with {@code detections}, {@code mask} with {@code classes}, {@code
 * segments} with {@code segments}. Masks are run lengths in COCO's form.
 */
@FunctionalInterface
public interface PictureTask {
  /**
   * Returns the answer.
   *
   * @param outputs the outputs for a batch of the picture alone
   * @param placement where in the input the picture lies
   */
  Map<String, Object> answer(List<Tensor> outputs, Placement placement, PictureOptions options);

  /**
   * Returns the task of a model.
   *
   * @throws FoveaException if it has none about pictures
   */
  static PictureTask of(Model model) {
    if (PoseEstimator.isPoseEstimator(model)) {
      return poses(PoseEstimator.of(model));
    }
    if (PanopticSegmenter.isPanoptic(model)) {
      return segments(PanopticSegmenter.of(model));
    }
    if (Detector.isDetector(model)) {
      return boxes(Detector.of(model));
    }
    Output output = model.output(0);
    boolean alone = model.outputs().size() == 1 && !Upscaler.isUpscaler(model);
    if (alone && output.task() == Task.MASK) {
      return classesOfPixels(Segmenter.of(model));
    }
    if (alone && (output.task() == Task.CLASSES || output.task() == Task.LABELS)) {
      return classes(output, model.labels());
    }
    throw new FoveaException(
        "the model answers with %s, which is not told of pictures; ask for its tensors by infer"
            .formatted(model.outputs()));
  }

  /**
   * Returns whether the answers of a model with a task are about each pixel: they take memory by
   * the size of the picture, not of the input.
   */
  static boolean isOfPixels(Model model) {
    if (PanopticSegmenter.isPanoptic(model)) {
      return true;
    }
    return Detector.isDetector(model)
        ? Detector.of(model).rule().decoder() instanceof RegionDecoder r && r.masks()
        : model.output(0).task() == Task.MASK;
  }

  private static PictureTask classes(Output output, List<String> labels) {
    return (outputs, placement, options) -> {
      Prediction prediction = Prediction.ofBatch(outputs.get(0), output, labels).get(0);
      List<Object> all = new ArrayList<>();
      for (Prediction.Guess g : prediction.top(options.top())) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("index", g.index());
        one.put("label", g.label());
        one.put("probability", finite(g.probability()));
        all.add(one);
      }
      return answer(output.task().text(), placement, "predictions", all);
    };
  }

  private static float finite(float probability) {
    if (!Float.isFinite(probability)) {
      throw new FoveaException(
          "the network gives a probability that is no finite number; its weights are damaged or too"
              + " large");
    }
    return probability;
  }

  private static PictureTask poses(PoseEstimator usual) {
    return (outputs, placement, options) -> {
      PoseEstimator estimator =
          options.score().isPresent() ? usual.score(options.score().getAsDouble()) : usual;
      List<Object> found =
          estimator.reader().read(outputs, 0, placement).stream()
              .flatMap(p -> p.detection().stream())
              .map(d -> (Object) DetectionJson.of(d))
              .toList();
      Map<String, Object> answer = answer(Task.KEY_POINTS.text(), placement, "detections", found);
      answer.put("joints", usual.skeleton().joints());
      return answer;
    };
  }

  private static PictureTask boxes(Detector usual) {
    return (outputs, placement, options) -> {
      Detector detector =
          options.score().isPresent() ? usual.score(options.score().getAsDouble()) : usual;
      Placement.Size size = placement.picture();
      List<Object> found =
          detector.reader().read(outputs, 0, placement).stream()
              .map(d -> (Object) DetectionJson.of(d, size.height(), size.width()))
              .toList();
      return answer(Task.BOXES.text(), placement, "detections", found);
    };
  }

  private static PictureTask classesOfPixels(Segmenter segmenter) {
    return (outputs, placement, options) -> {
      SegmentationMap found = segmenter.read(outputs, 0, placement);
      ClassMap map = found.map();
      List<Object> all = new ArrayList<>();
      for (int c : map.byShare()) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("index", c);
        one.put("label", found.label(c));
        one.put("share", map.share(c));
        one.put("mask", RunLengths.of(map.numbers(), c).toJson());
        all.add(one);
      }
      return answer(Task.MASK.text(), placement, "classes", all);
    };
  }

  private static PictureTask segments(PanopticSegmenter usual) {
    return (outputs, placement, options) -> {
      PanopticSegmenter segmenter =
          options.score().isPresent() ? usual.score(options.score().getAsDouble()) : usual;
      PanopticScene scene = segmenter.reader().read(outputs, 0, placement);
      List<Object> all = new ArrayList<>();
      for (Segment s : scene.map().segments()) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("label", scene.label(s));
        one.put("share", scene.share(s));
        if (s.number() <= scene.objects().size()) {
          one.put("score", scene.objects().get(s.number() - 1).score());
        }
        one.put("mask", RunLengths.of(scene.map().numbers(), s.number()).toJson());
        all.add(one);
      }
      return answer("segments", placement, "segments", all);
    };
  }

  private static Map<String, Object> answer(
      String task, Placement placement, String name, List<Object> found) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("task", task);
    answer.put("width", placement.picture().width());
    answer.put("height", placement.picture().height());
    answer.put(name, found);
    return answer;
  }
}
