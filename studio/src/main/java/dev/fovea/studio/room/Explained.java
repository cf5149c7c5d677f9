package dev.fovea.studio.room;

import dev.fovea.insight.explain.DetectionTarget;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.nn.Prediction;
import dev.fovea.studio.state.OpenModel;
import dev.fovea.studio.web.Bundle;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placed;
import dev.fovea.vision.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What a network answers to a picture, as targets that can be explained, each with a number. */
sealed interface Explained {
  /** So many targets are offered at most, the surest first. */
  int MOST = 50;

  /** Returns whether there is something that a network of pictures answers and that is a target. */
  static boolean isPossible(OpenModel net) {
    if (net.classifiesPictures()) {
      return true;
    }
    boolean finds =
        DetectRoom.Kind.of(net.model())
            .filter(k -> k == DetectRoom.Kind.BOXES || k == DetectRoom.Kind.PIXELS)
            .isPresent();
    return finds && net.model().inputs().size() == 1 && net.input().rank() == 3;
  }

  /**
   * Runs a network.
   *
   * @param placed the picture in the size of the input
   * @param input the same as the network takes it
   * @param least of a detector, the least score of a box; below 0 for its own
   * @throws FoveaException if it answers with nothing that is a target
   */
  static Explained of(OpenModel net, Placed placed, Tensor input, double least) {
    if (!isPossible(net)) {
      throw new FoveaException(
          "explain: %s answers neither with classes, nor with boxes, nor with a class for each pixel"
              .formatted(net.name()));
    }
    if (net.classifiesPictures()) {
      return new Classes(net, net.model().predict(input));
    }
    Model model = net.model();
    if (!Detector.isDetector(model)) {
      return new Pixels(net, model.predictMask(input));
    }
    Detector usual = Detector.of(model);
    Detector detector = least < 0 ? usual : usual.score(least);
    List<Tensor> outputs = model.run(List.of(input.reshape(input.shape().prepend(1))));
    List<Detection> found = detector.reader().read(outputs, 0, placed.placement());
    return new Boxes(model, detector, input, placed.placement(), found);
  }

  /** Returns what it answers with: {@code classes}, {@code boxes} or {@code pixels}. */
  String kind();

  /** Tells the targets. */
  List<Map<String, Object>> choices();

  /**
   * Returns the target of a number.
   *
   * @throws FoveaException if there is none
   */
  Target target(int number);

  /** Adds arrays that show where targets lie. */
  default Bundle show(Bundle bundle) {
    return bundle;
  }

  private static Map<String, Object> choice(int number, String name, double share) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("number", number);
    fields.put("name", name);
    fields.put("share", share);
    return fields;
  }

  private static FoveaException none(String what, int number, int count) {
    return new FoveaException(
        "explain class: there are %s %s, asked for number %s".formatted(count, what, number));
  }

  /** The scores of classes before their softmax. */
  record Classes(OpenModel net, Prediction said) implements Explained {
    private static final int TOP = 5;

    @Override
    public String kind() {
      return "classes";
    }

    @Override
    public List<Map<String, Object>> choices() {
      return said.top(TOP).stream()
          .map(g -> choice(g.index(), net.label(g.index()), g.probability()))
          .toList();
    }

    @Override
    public Target target(int number) {
      int classes = net.model().output(0).classes();
      if (number >= classes) {
        throw none("classes", number, classes);
      }
      return Target.logit(net.model().output(0), number);
    }
  }

  /** The scores of boxes. */
  record Boxes(
      Model model, Detector detector, Tensor input, Placement placement, List<Detection> found)
      implements Explained {
    @Override
    public String kind() {
      return "boxes";
    }

    @Override
    public List<Map<String, Object>> choices() {
      List<Map<String, Object>> all = new ArrayList<>();
      for (int i = 0; i < Math.min(MOST, found.size()); i++) {
        Detection d = found.get(i);
        Map<String, Object> fields = choice(i, d.label(), d.score());
        fields.put(
            "box",
            List.of(
                placement.inputX(d.box().left()),
                placement.inputY(d.box().top()),
                placement.inputX(d.box().right()),
                placement.inputY(d.box().bottom())));
        all.add(fields);
      }
      return all;
    }

    @Override
    public Target target(int number) {
      if (number >= found.size()) {
        throw none("boxes", number, found.size());
      }
      return DetectionTarget.of(model, detector, input, placement, found.get(number));
    }
  }

  /**
   * The sums of the scores of a class over its pixels.
   *
   * @param classes the class of each pixel [H, W]
   */
  record Pixels(OpenModel net, Tensor classes) implements Explained {
    @Override
    public String kind() {
      return "pixels";
    }

    /** Returns the number of pixels of each class. */
    private long[] counts() {
      long[] counts = new long[net.model().output(0).classes()];
      for (float c : classes.data()) {
        counts[(int) c]++;
      }
      return counts;
    }

    @Override
    public List<Map<String, Object>> choices() {
      long[] counts = counts();
      return IntStream.range(0, counts.length)
          .filter(c -> counts[c] > 0)
          .boxed()
          .sorted(Comparator.comparingLong((Integer c) -> -counts[c]))
          .limit(MOST)
          .map(c -> choice(c, net.label(c), (double) counts[c] / classes.data().length))
          .toList();
    }

    @Override
    public Target target(int number) {
      long[] counts = counts();
      if (number >= counts.length || counts[number] == 0) {
        throw new FoveaException("explain class: no pixel is " + net.label(number));
      }
      Tensor mask = Tensor.zeros(classes.shape());
      for (int i = 0; i < mask.data().length; i++) {
        mask.data()[i] = (int) classes.data()[i] == number ? 1 : 0;
      }
      return Target.mask(0, number, mask);
    }

    /** Adds the class of each pixel and 1, in the size of the input. */
    @Override
    public Bundle show(Bundle bundle) {
      Shape own = classes.shape();
      int height = net.input().dim(0);
      int width = net.input().dim(1);
      byte[] regions = new byte[height * width];
      for (int i = 0; i < regions.length; i++) {
        int row = i / width * own.dim(0) / height;
        int column = i % width * own.dim(1) / width;
        regions[i] = (byte) Math.min(255, 1 + (int) classes.data()[row * own.dim(1) + column]);
      }
      return bundle.add("regions", List.of(height, width), regions);
    }
  }
}
