import static dev.fovea.nn.Layers.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.face.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.nn.*;
import dev.fovea.optim.Schedules;
import dev.fovea.systems.draw.Drawing;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.measure.KeyPointAccuracy;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.*;
import dev.fovea.vision.augment.Augmentations;

/**
 * Landmarks of a face are found: pupils, corners of the eyes and of the mouth, chin.
 *
 * <p>A small network learns them from some hundred faces; a published one of 68 landmarks stands
 * beside it. Errors are in % of the pupils' distance, of persons who were not learned.
 */
static final int SIDE = 64;
/** The points among 189 that are learned: pupils, corners of the eyes and the mouth, chin. */
static final List<Integer> POINTS = List.of(0, 1, 18, 22, 23, 27, 87, 93, 129);
static final List<Integer> MIRRORED = List.of(1, 0, 5, 4, 3, 2, 7, 6, 8);

/** What are these points among the 68 of face-api.js; pupils it has none. */
static final List<Integer> OF_68 = List.of(36, 45, 36, 39, 42, 45, 48, 54, 8);

Layer network(int points) {
  Initializer small = Initializer.fanInUniform(); // as in PyTorch
  return sequence(
      conv2d(24, 3).same().init(small), batchNorm(), relu(), maxPool(2),
      conv2d(32, 3).same().init(small), batchNorm(), relu(), maxPool(2),
      conv2d(48, 3).same().init(small), batchNorm(), relu(), maxPool(2),
      conv2d(64, 3).same().init(small), batchNorm(), relu(), flatten(),
      dense(2 * points).init(Initializer.normal(0.001)));
}

List<KeyPoint> points(Sample face) {
  return face.mark(Mark.KeyPoints.class).orElseThrow().points();
}

/** Reads pictures in which all points lie, with their landmarks; every fifth is for the test. */
List<Sample> read(Path folder, String set, boolean test) {
  var lines = LandmarkTable.read(folder.resolve(set + "-landmarks.csv"), folder.resolve(set), POINTS);
  return IntStream.range(0, lines.size()).filter(i -> (i % 5 == 0) == test).mapToObj(lines::get)
      .filter(l -> l.points().stream().allMatch(p -> Math.min(p.x(), p.y()) >= 0 && Math.max(p.x(), p.y()) <= 256))
      .map(l -> Sample.of(Images.read(l.file()), new Mark.KeyPoints(l.points(), MIRRORED))).toList();
}

/** Makes a picture as small as the network takes it. */
Sample small(Sample face) {
  double scale = (double) SIDE / face.width();
  var points = points(face).stream().map(p -> p.at(p.x() * scale, p.y() * scale)).toList();
  return Sample.of(Images.resize(Images.toGrey(face.picture()), SIDE, SIDE),
      new Mark.KeyPoints(points, face.mark(Mark.KeyPoints.class).orElseThrow().mirrored()));
}

/** Points in the order of their kinds as numbers: from the middle in shares of the side. */
Tensor numbers(List<KeyPoint> points, double side) {
  Tensor all = Tensor.zeros(Shape.of(2 * points.size()));
  for (KeyPoint p : points) {
    all.data()[2 * p.label()] = (float) (p.x() / side - 0.5);
    all.data()[2 * p.label() + 1] = (float) (p.y() / side - 0.5);
  }
  return all;
}

/** Returns where numbers place the points of a face. */
List<KeyPoint> placed(Sample face, float[] told) {
  return points(face).stream().map(p -> p.at((told[2 * p.label()] + 0.5) * face.width(),
      (told[2 * p.label() + 1] + 0.5) * face.width())).toList();
}

/** Returns the mean error in % of the pupils' distance; networks tell of all faces, one by one. */
double error(List<Sample> faces, int first, List<List<KeyPoint>> told) {
  KeyPointAccuracy accuracy = KeyPointAccuracy.pck(POINTS.size(), 0.1);
  for (int i = 0; i < told.size(); i++) {
    List<KeyPoint> right = points(faces.get(i % faces.size()));
    double pupils = Math.hypot(right.get(0).x() - right.get(1).x(), right.get(0).y() - right.get(1).y());
    accuracy.add(right.subList(first, right.size()), told.get(i), pupils);
  }
  return told.isEmpty() ? Double.NaN : 100 * accuracy.result().normalizedMeanError();
}

/** Lets a network learn, and returns what it tells of each test picture. */
Stream<List<KeyPoint>> learn(Example landmarks, Dataset data, List<Sample> test, int epochs, Seed seed) {
  Model model = Model.build(network(points(test.getFirst()).size()), data.inputShape(), seed);
  Trainer.of(model, Losses.meanAbsoluteError(), adam(2e-3)).seed(seed)
      .schedule(Schedules.oneCycle()).listeners(landmarks.listener())
      .fit(data.shuffled().batches(16), landmarks.epochs(epochs));
  return test.stream().map(s -> placed(s, model.run(Images.apply(data.normalization().orElseThrow(),
      small(s).picture()).reshape(Shape.of(1, SIDE, SIDE, 1))).data()));
}

/** Draws points that were told on their face. */
Tensor drawn(Sample face, List<KeyPoint> told) {
  Skeleton names = Skeleton.of(Collections.nCopies(told.size(), "point"), List.of());
  return Images.of(Drawing.of(Images.toRgb(face.picture())).skeleton(told, names).image());
}

void main(String[] args) {
  Example landmarks = Example.start("landmarks", args);
  IntFunction<Sample> draw = i -> DrawnFaces.draw(
      i, landmarks.seed(), SIDE, landmarks.seed().split("picture").split(i).rng());
  int people = Math.max(10, landmarks.count(500));
  var folder = landmarks.data("london-faces");
  List<Sample> train = folder
      .map(f -> Stream.of("neutral", "canada").flatMap(s -> read(f, s, false).stream()).toList())
      .orElseGet(() -> IntStream.range(0, people).mapToObj(draw).toList());
  List<Sample> test = folder.map(f -> read(f, "neutral", true))
      .orElseGet(() -> IntStream.range(people, people * 6 / 5).mapToObj(draw).toList());
  int count = points(test.getFirst()).size();
  Dataset data = new InMemorySamples(Preprocessing.scaled(Shape.of(SIDE, SIDE, 1)),
          List.of(Target.keyPoints(count)), train.stream().map(this::small).toList())
      .augment(Augmentations.parse("flip,rotate:10,scale:0.15,shift:0.06,brightness:0.3,contrast:0.3"))
      .marked(List.of(Target.numbers(2 * count)),
          s -> List.of(new Mark.Numbers(numbers(points(s), SIDE))));
  int times = folder.isPresent() && !landmarks.isShort() ? 5 : 1;
  List<List<KeyPoint>> told = IntStream.range(0, times).boxed().flatMap(i -> learn(
      landmarks, data, test, folder.isPresent() ? 60 : 20, landmarks.seed().split(i))).toList();
  float[] mean = new float[2 * count];
  train.forEach(s -> IntStream.range(0, mean.length).forEach(
      k -> mean[k] += numbers(points(s), s.width()).data()[k] / train.size()));
  landmarks.measure("mean error in % of the pupils' distance, mean places",
      error(test, 0, test.stream().map(s -> placed(s, mean)).toList()));
  landmarks.measure("mean error, network", error(test, 0, told), 7.9785);
  landmarks.find("models/faceapi-landmarks-onnx/face_landmark_68.onnx").ifPresent(file -> {
    Model detector = Formats.read(file.resolveSibling("tiny_face_detector.onnx")).model();
    FaceAligner aligner = FaceAligner.of(detector, Formats.read(file).model());
    var poses = test.stream().map(s -> aligner.find(s.picture())).toList();
    int[] found = IntStream.range(0, test.size()).filter(i -> poses.get(i).isPresent()).toArray();
    List<Sample> seen = IntStream.of(found).mapToObj(test::get).toList();
    landmarks.measure("share of faces that face-api.js finds", (double) found.length / test.size());
    landmarks.measure("mean error of 7 points there, network",
        error(seen, 2, IntStream.range(0, times * found.length).mapToObj(
            i -> told.get(i / found.length * test.size() + found[i % found.length])).toList()), 8.2980);
    landmarks.measure("mean error of 7 points there, face-api.js",
        error(seen, 2, IntStream.of(found).mapToObj(i -> IntStream.range(0, count).mapToObj(
            k -> poses.get(i).get().points().get(OF_68.get(k)).withLabel(k)).toList()).toList()));
  });
  ContactSheet sheet = new ContactSheet(288, 288).columns(4);
  IntStream.range(0, Math.min(8, test.size())).forEach(i -> sheet.add(drawn(test.get(i), told.get(i)),
      "%.1f %%".formatted(error(test.subList(i, i + 1), 0, told.subList(i, i + 1)))));
  landmarks.picture("landmarks.jpg", sheet.toImage());
  landmarks.end();
}
