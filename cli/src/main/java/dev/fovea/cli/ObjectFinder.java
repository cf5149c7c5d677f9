package dev.fovea.cli;

import dev.fovea.engine.Engine;
import dev.fovea.systems.Detection;
import dev.fovea.systems.detect.Detector;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.pose.PoseEstimator;
import dev.fovea.systems.published.Mtcnn;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Finds objects in pictures.
 *
 * @param find finds them in the file of a picture and the picture [H, W, C], its values 0 … 255
 * @param skeleton the key points that objects have
 */
record ObjectFinder(BiFunction<Path, Tensor, List<Detection>> find, Skeleton skeleton) {

  /** Returns one that asks a detector, about tiles of a picture if there are any. */
  static ObjectFinder ofBoxes(NetworkFile network, PredictOptions options) {
    Optional<Tiles> parts = options.tiles().ofObjects();
    Detector usual = Detector.of(network.model());
    OptionalDouble least = options.score();
    Detector detector = least.isPresent() ? usual.score(least.getAsDouble()) : usual;
    return new ObjectFinder(
        (path, picture) ->
            parts.map(t -> t.detect(detector, picture)).orElseGet(() -> detector.detect(picture)),
        detector.rule().decoder().skeleton());
  }

  /** Returns one that asks the three networks for faces. */
  static ObjectFinder ofFaces(Path file, Engine engine, PredictOptions options) {
    Mtcnn cascade = MtcnnFiles.read(file, engine);
    double least = options.score().orElse(0);
    return new ObjectFinder(
        (path, picture) ->
            cascade.detect(picture).stream().filter(d -> d.score() >= least).toList(),
        Mtcnn.SKELETON);
  }

  /** Returns one that asks for key points, of whole pictures or of boxes in them. */
  static ObjectFinder ofPoses(NetworkFile network, Engine engine, PredictOptions options) {
    PoseEstimator usual = PoseEstimator.of(network.model());
    OptionalDouble least = options.score();
    PoseEstimator sure = least.isPresent() ? usual.score(least.getAsDouble()) : usual;
    PoseEstimator estimator = isFlipped(options) ? sure.flipped() : sure;
    Optional<BoxSource> source =
        options.boxes().map(from -> BoxSource.of(from, estimator.label(), engine));
    return new ObjectFinder(
        (path, picture) ->
            source
                .map(s -> estimator.estimate(picture, s.in(path, picture)))
                .orElseGet(() -> estimator.estimate(picture))
                .stream()
                .flatMap(p -> p.detection().stream())
                .toList(),
        estimator.skeleton());
  }

  private static boolean isFlipped(PredictOptions options) {
    Optional<String> other = options.views().filter(views -> !views.equals("flip"));
    if (other.isPresent()) {
      throw new FoveaException("--tta " + other.get() + ": flip expected, for key points");
    }
    return options.views().isPresent();
  }

  /** Returns one that asks a classifier about windows of a picture. */
  static ObjectFinder ofWindows(NetworkFile network, PredictOptions options) {
    double least = options.score().orElse(WindowOptions.SCORE);
    Function<Tensor, List<Detection>> finder = options.windows().finder(network, least);
    return new ObjectFinder((path, picture) -> finder.apply(picture), Skeleton.NONE);
  }
}
