import static dev.fovea.nn.Layers.*;
import static dev.fovea.nn.Losses.crossEntropy;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.face.*;
import dev.fovea.data.*;
import dev.fovea.formats.Formats;
import dev.fovea.nn.*;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.*;
import dev.fovea.train.*;
import dev.fovea.vision.*;
import dev.fovea.vision.augment.Augmentations;
import java.nio.file.*;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.knowm.xchart.*;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Persons are recognised by their faces and strangers refused, by a published embedding and by one
 * that learned from few persons.
 *
 * <p>Who is judged was never learned; one in three of these persons is a stranger. The embedding of
 * one's own is what a classifier of persons computes before its last layer. Chen et al. (2018).
 */
static final int SIDE = 56;

enum Role { LEARNED, ENROLLED, ASKED, STRANGER }

/** An aligned face. Every second person is learned, of the others every third is a stranger. */
record Photo(String set, int person, boolean first, Tensor face) {
  String name() {
    return set + person;
  }

  Role role() {
    return person % 2 == 0 ? Role.LEARNED
        : person % 6 == 1 ? Role.STRANGER : first ? Role.ENROLLED : Role.ASKED;
  }
}

Tensor small(Photo photo) {
  return Images.resize(Images.toGrey(photo.face()), SIDE, SIDE);
}

/** Reads persons by the names of their pictures, of which the first half is to be enrolled. */
List<Photo> read(Example faces, Function<Tensor, Optional<Tensor>> aligner, boolean portraits,
    String set, List<String> names) {
  Path folder = faces.need(set).orElseThrow();
  var persons = IntStream.rangeClosed(1, 200)
      .filter(n -> Files.exists(folder.resolve(names.getFirst().formatted(n))))
      .mapToObj(n -> names.stream()
          .map(name -> folder.resolve(name.formatted(n))).map(Images::read).map(aligner).toList()).toList();
  if (persons.isEmpty()) faces.need(set + "/" + names.getFirst().formatted(1)); // Some may be missing.
  long found = persons.stream().flatMap(List::stream).filter(Optional::isPresent).count();
  // A portrait in which no face is found counts as a face: there is nothing to measure.
  if (!portraits) {
    faces.measure(set + ": faces found", (double) found / persons.size() / names.size());
  }
  return IntStream.range(0, persons.size()).boxed()
      .filter(p -> persons.get(p).getFirst().isPresent()) // Others cannot be enrolled.
      .flatMap(p -> IntStream.range(0, names.size()).boxed().flatMap(i -> persons.get(p).get(i)
          .map(face -> new Photo(set, p, 2 * i < names.size(), face)).stream())).toList();
}

List<Photo> drawn(Example faces, int persons) {
  Seed seed = faces.seed();
  return IntStream.range(0, 6 * persons).mapToObj(i -> new Photo("drawn", i / 6, i % 6 < 3,
      DrawnFaces.aligned(i / 6, seed, seed.split("picture").split(i).rng()))).toList();
}

/** Learns to tell persons apart: the numbers before the last layer tell others too. */
Function<Photo, Tensor> learn(Example faces, List<Photo> photos) {
  List<String> persons = photos.stream().map(Photo::name).distinct().toList();
  Preprocessing rule = Preprocessing.scaled(Shape.of(SIDE, SIDE, 1));
  Dataset data = InMemoryImages.of(rule, photos.stream().map(this::small).toList(),
      photos.stream().mapToInt(p -> persons.indexOf(p.name())).toArray(), persons);
  Augmentation changes = Augmentations.parse("flip,shift:0.05,rotate:5,brightness:0.3,contrast:0.3");
  Layer network = sequence(
      conv2d(24, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(48, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(64, 3).same(), batchNorm(), relu(), maxPool(2),
      conv2d(96, 3).same(), batchNorm(), relu(), flatten(), dropout(0.4),
      dense(64).named("embedding"), batchNorm(), dense(persons.size()));
  Model model = Model.build(network, data.inputShape(), faces.seed());
  Trainer.of(model, crossEntropy().labelSmoothing(0.1), adam(2e-3)).seed(faces.seed())
      .schedule(Schedules.cosine()).listeners(faces.listener())
      .fit(data.augment(changes).shuffled().batches(32), faces.epochs(40));
  Features features = Features.of(model, "embedding");
  return p -> features.of(Images.apply(rule, small(p)).reshape(Shape.of(1, SIDE, SIDE, 1)));
}

Embeddings embed(List<Photo> photos, Role role, Function<Photo, Tensor> embedding) {
  List<Photo> some = photos.stream().filter(p -> p.role() == role).toList();
  return new Embeddings(some.stream().map(Photo::name).toList(),
      Pictures.batch(some.stream().map(embedding).toList()));
}

/** Judges an embedding by persons of whom none was learned; returns its curve. */
RocCurve judge(Example faces, String what, List<Photo> photos, Function<Photo, Tensor> embedding) {
  Identification door = new Identification(embed(photos, Role.ENROLLED, embedding));
  Embeddings asked = embed(photos, Role.ASKED, embedding);
  RocCurve roc = door.verification(asked);
  double least = door.threshold(0.05);
  faces.measure(what + ": rank-1", door.rankOne(asked));
  faces.measure(what + ": equal error rate", roc.equalErrorRate());
  faces.measure(what + ": told rightly, strangers being refused", door.identified(asked, least));
  Embeddings strangers = embed(photos, Role.STRANGER, embedding);
  faces.measure(what + ": strangers refused", door.refused(strangers, least));
  return roc;
}

void main(String[] args) {
  Example faces = Example.start("faces", args);
  Map<String, List<Photo>> sets = new LinkedHashMap<>();
  Map<String, Function<Photo, Tensor>> embeddings = new LinkedHashMap<>(Map.of("pixels", this::small));
  faces.need("models").ifPresentOrElse(folder -> {
    Function<String, Model> model = file -> Formats.read(folder.resolve(file)).model();
    FaceAligner aligner = FaceAligner.of(model.apply("faceapi-landmarks-onnx/tiny_face_detector.onnx"),
        model.apply("faceapi-landmarks-onnx/face_landmark_68.onnx"));
    sets.put("ORL", read(faces, aligner::alignPortrait, true, "orl-faces",
        IntStream.rangeClosed(1, 10).mapToObj(k -> "s%d/" + k + ".pgm").toList()));
    sets.put("London", read(faces, aligner::align, false, "london-faces",
        List.of("neutral/%03d_03.jpg", "smiling/%03d_08.jpg")));
    Model mobile = model.apply("mobilefacenet-onnx/mobilefacenet.onnx");
    Preprocessing rule = Preprocessing.unscaled(Shape.of(112, 112, 3))
        .withMeanAndStd(Collections.nCopies(3, 127.5f), Collections.nCopies(3, 128f));
    embeddings.put("MobileFaceNet", p -> mobile.run(Images.apply(rule, p.face()).reshape(Shape.of(1, 112, 112, 3))));
  }, () -> sets.put("drawn", drawn(faces, Math.max(12, faces.count(120)))));
  embeddings.put("learned here", learn(faces,
      sets.values().stream().flatMap(List::stream).filter(p -> p.role() == Role.LEARNED).toList()));
  sets.forEach((set, photos) -> {
    XYChart chart = new XYChartBuilder().width(640).height(420).title(set)
        .xAxisTitle("pairs of two persons taken for one").yAxisTitle("pairs of one found").build();
    // Curves do not run on the frame; ticks at 0, 0.2, … 1.
    chart.getStyler().setXAxisMin(-.02).setXAxisMax(1.02).setYAxisMin(-.02).setYAxisMax(1.02)
        .setXAxisTickMarkSpacingHint(90).setYAxisTickMarkSpacingHint(60).setDecimalPattern("0.#")
        .setChartBackgroundColor(java.awt.Color.WHITE).setLegendPosition(LegendPosition.InsideSE);
    embeddings.forEach((name, e) -> {
      var points = judge(faces, set + ", " + name, photos, e).points();
      chart.addSeries(name, points.stream().map(p -> p.falsePositives()).toList(),
          points.stream().map(p -> p.truePositives()).toList()).setMarker(SeriesMarkers.NONE);
    });
    faces.picture(set + "-roc.png", BitmapEncoder.getBufferedImage(chart));
  });
  faces.end();
}
