package dev.fovea.systems.net;

import dev.fovea.data.Box;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters;
import dev.fovea.nn.Signal;
import dev.fovea.systems.box.BoxArray;
import dev.fovea.systems.box.BoxCode;
import dev.fovea.systems.box.Overlap;
import dev.fovea.systems.linear.HardNegatives;
import dev.fovea.systems.linear.LinearSvm;
import dev.fovea.systems.linear.Plane;
import dev.fovea.systems.linear.RidgeRegression;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What R-CNN fits to the last hidden layer once the network has learned (Girshick et al., 2014): a
 * support vector machine for each class, whose examples are the objects and whose others are
 * regions with an IoU below 0.3 with all objects of the class, and a ridge regression of the boxes
 * of objects from regions with an IoU above 0.6.
 *
 * <p>Features are scaled so that their norm is 20 on average, as is usual for the machine's cost of
 * 0.001; the scale is then put into the planes. R-CNN reads the map before the dense layers for the
 * regression; here both read the same layer.
 */
final class RcnnFitting {
  private static final double NEGATIVE = 0.3;
  private static final double NEAR = 0.6;
  private static final double LAMBDA = 1000;
  private static final double NORM = 20;
  private static final int AT_ONCE = 50;

  /** The margin of a class of which nothing was learned: it is not found anywhere. */
  private static final double NEVER = -100;

  private static final BoxCode CODE = BoxCode.plain();

  private final Model used;
  private final Dataset samples;
  private final Model places;
  private final Model describer;
  private final int units;
  private final List<OfClass> classes;

  /** What is fitted for one class. */
  private record OfClass(List<float[]> examples, RidgeRegression boxes) {}

  /**
   * Creates a fitting.
   *
   * @param used the model as it is used, whose machines and boxes are to be fitted
   * @param samples what they are fitted to, with boxes
   */
  RcnnFitting(RcnnNetwork network, Model used, Dataset samples) {
    this.used = used;
    this.samples = samples;
    Shape machines = used.parameters().get("machines.weight").shape();
    this.units = machines.dim(0);
    this.classes =
        IntStream.range(0, machines.dim(1))
            .mapToObj(c -> new OfClass(new ArrayList<>(), new RidgeRegression(units, 4)))
            .toList();
    Shape picture = used.inputs().get(0);
    this.places =
        Model.build(
            in -> List.of(network.first().of(in.get(0), List.of()).regions()),
            List.of(picture),
            Seed.of(0),
            used.engine());
    this.describer =
        Model.build(
            in -> List.of(rows(network.hidden(in.get(1), in.get(0)), in.get(1).shape())),
            List.of(picture, Shape.of(AT_ONCE, 4)),
            Seed.of(0),
            used.engine());
    RegionNetworkSetup.copy(used, describer);
  }

  private static Signal rows(Signal hidden, Shape regions) {
    Shape rows = Shape.of(regions.dim(0), regions.dim(1), hidden.shape().dim(1));
    return hidden.with(hidden.value().reshape(rows));
  }

  /** Fits machines and boxes, and writes them into the model as it is used. */
  void fit() {
    for (int i = 0; i < samples.size(); i++) {
      List<Box> objects = objects(i);
      List<float[]> features = describe(picture(i), BoxArray.of(objects));
      for (int k = 0; k < features.size(); k++) {
        classes.get(objects.get(k).label()).examples.add(features.get(k));
      }
    }
    double scale = NORM / norm();
    classes.forEach(c -> scale(c.examples, scale));
    List<HardNegatives> machines =
        classes.stream().map(c -> new HardNegatives(LinearSvm.ofRegions(), c.examples)).toList();
    for (int i = 0; i < samples.size(); i++) {
      Tensor picture = picture(i);
      BoxArray regions = regions(picture);
      List<float[]> features = describe(picture, regions);
      scale(features, scale);
      List<Box> objects = objects(i);
      for (int c = 0; c < classes.size(); c++) {
        int label = c;
        BoxArray own = BoxArray.of(objects.stream().filter(b -> b.label() == label).toList());
        meet(regions, features, own, machines.get(c), classes.get(c).boxes);
      }
    }
    write(machines, scale);
  }

  private List<Box> objects(int i) {
    return samples.read(i, Seed.of(0)).mark(Mark.Boxes.class).orElseThrow().boxes().stream()
        .filter(b -> b.label() >= 0)
        .toList();
  }

  private Tensor picture(int i) {
    Tensor picture = samples.input(i, Seed.of(0));
    return picture.reshape(picture.shape().prepend(1));
  }

  private BoxArray regions(Tensor picture) {
    Tensor rows = places.run(picture);
    BoxArray all = BoxArray.of(rows.reshape(Shape.of(rows.shape().dim(1), 4)));
    return all.pick(
        IntStream.range(0, all.size())
            .filter(i -> all.width(i) > 0 && all.height(i) > 0)
            .toArray());
  }

  /** Returns what the hidden layer says of each box. */
  private List<float[]> describe(Tensor picture, BoxArray boxes) {
    List<float[]> features = new ArrayList<>();
    for (int from = 0; from < boxes.size(); from += AT_ONCE) {
      Tensor some = Tensor.zeros(Shape.of(1, AT_ONCE, 4));
      int count = Math.min(AT_ONCE, boxes.size() - from);
      float[] numbers = boxes.pick(IntStream.range(from, from + count).toArray()).toTensor().data();
      System.arraycopy(numbers, 0, some.data(), 0, numbers.length);
      float[] rows = describer.run(List.of(picture, some)).get(0).data();
      for (int k = 0; k < count; k++) {
        features.add(Arrays.copyOfRange(rows, k * units, (k + 1) * units));
      }
    }
    return features;
  }

  /** Returns the mean norm of examples. */
  private double norm() {
    double sum = 0;
    int count = 0;
    for (OfClass c : classes) {
      for (float[] x : c.examples) {
        double squares = 0;
        for (float v : x) {
          squares += v * v;
        }
        sum += Math.sqrt(squares);
        count++;
      }
    }
    return sum > 0 ? sum / count : NORM;
  }

  private static void scale(List<float[]> features, double scale) {
    for (float[] x : features) {
      for (int i = 0; i < x.length; i++) {
        x[i] *= (float) scale;
      }
    }
  }

  /** Shows the regions of a picture to a class: far ones to the machine, near ones to its boxes. */
  private static void meet(
      BoxArray regions,
      List<float[]> features,
      BoxArray objects,
      HardNegatives machine,
      RidgeRegression boxes) {
    List<float[]> far = new ArrayList<>();
    for (int r = 0; r < regions.size(); r++) {
      int nearest = -1;
      double most = 0;
      for (int k = 0; k < objects.size(); k++) {
        double overlap = Overlap.IOU.of(objects, k, regions, r);
        if (overlap > most) {
          most = overlap;
          nearest = k;
        }
      }
      if (most < NEGATIVE) {
        far.add(features.get(r));
      } else if (most > NEAR) {
        float[] code = new float[4];
        CODE.encode(regions, r, objects, nearest, code, 0);
        boxes.add(features.get(r), code);
      }
    }
    machine.meet(far);
  }

  private void write(List<HardNegatives> machines, double scale) {
    for (int c = 0; c < classes.size(); c++) {
      HardNegatives machine = machines.get(c);
      put("machines", c, machine.hasPlane() ? machine.plane() : never(), scale);
      if (classes.get(c).boxes.count() > 0) {
        Plane[] four = classes.get(c).boxes.fit(LAMBDA);
        for (int k = 0; k < four.length; k++) {
          put("boxes", 4 * c + k, four[k], scale);
        }
      }
    }
  }

  private Plane never() {
    return new Plane(new double[units], NEVER);
  }

  /** Writes a plane into a column of a dense layer that reads features as they are. */
  private void put(String layer, int column, Plane plane, double scale) {
    Parameters all = used.parameters();
    Tensor weight = all.tensor(layer + ".weight");
    int columns = weight.shape().dim(1);
    for (int i = 0; i < units; i++) {
      weight.data()[i * columns + column] = (float) (plane.weights()[i] * scale);
    }
    Tensor bias = all.tensor(layer + ".bias");
    bias.data()[column] = (float) plane.bias();
    all.set(layer + ".weight", weight);
    all.set(layer + ".bias", bias);
  }
}
