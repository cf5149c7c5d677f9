import static dev.fovea.nn.Layers.*;
import static dev.fovea.optim.Optimizers.adam;

import dev.fovea.apps.*;
import dev.fovea.apps.drive.*;
import dev.fovea.data.*;
import dev.fovea.insight.explain.*;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.*;
import dev.fovea.optim.Schedules;
import dev.fovea.tensor.*;
import dev.fovea.train.Trainer;
import dev.fovea.vision.*;
import dev.fovea.vision.augment.Augmentations;
import java.util.function.ToDoubleFunction;
import java.util.stream.*;

/**
 * A car steers by what its camera sees: a small PilotNet predicts the angle of the wheel.
 *
 * <p>It learns from frames of a driver. Whole stretches of fifty are for the test, for neighbouring
 * frames are nearly the same. Where the network looks is drawn on the road. Bojarski et al., End to
 * End Learning for Self-Driving Cars (2016).
 */
static final Preprocessing CAMERA = Preprocessing.scaled(Shape.of(60, 80, 3));

/** What the network sees: the rows above the road are cut off. */
static final Preprocessing RULE = Preprocessing.scaled(Shape.of(34, 80, 3));

/** So many frames of the test are shown, at least. */
static final int SHOWN = 8;

/** Small weights: behind a batch norm their size does not count, but a step turns them further. */
static final Initializer SMALL = Initializer.fanInUniform();

Layer convolution(int filters, int kernel, int stride) {
  return sequence(conv2d(filters, kernel).stride(stride).padding(kernel / 2).init(SMALL), batchNorm());
}

Layer network() {
  return sequence(
      convolution(24, 5, 2), relu(), convolution(36, 5, 2), relu(),
      convolution(48, 3, 2), relu().named("maps"), convolution(64, 3, 1), relu(),
      flatten(), dropout(0.5), dense(100).init(SMALL), relu(), dense(50).init(SMALL), relu(),
      dense(1).init(SMALL));
}

Dataset samples(List<Frame> frames) {
  return new InMemorySamples(RULE, List.of(dev.fovea.data.Target.numbers(1)),
      frames.stream().map(Frame::sample).toList());
}

/** The last 50 of each 250 frames are for the test; ten beside them are left out. */
List<Frame> part(List<Frame> frames, boolean test) {
  return IntStream.range(0, frames.size())
      .filter(i -> test ? i % 250 >= 200 : i % 250 >= (i < 250 ? 0 : 10) && i % 250 < 190)
      .mapToObj(frames::get).toList();
}

double tell(Model model, Frame frame) {
  return model.run(Images.apply(RULE, frame.picture()).reshape(RULE.shape().prepend(1))).data()[0];
}

<T> double mean(List<T> all, ToDoubleFunction<T> number) {
  return all.stream().mapToDouble(number).average().orElse(0);
}

Model learn(Example steering, Dataset data, Seed seed) {
  Model model = Model.build(network(), RULE.shape(), seed);
  Trainer.of(model, Losses.meanSquaredError(), adam(1e-3)).seed(seed)
      .schedule(Schedules.cosine()).listeners(steering.listener())
      .fit(data.shuffled().batches(32), steering.epochs(15));
  return model;
}

void main(String[] args) {
  Example steering = Example.start("steering", args);
  Seed seed = steering.seed();
  int drawn = steering.isShort() ? 250 : 1_000;
  List<Frame> frames = steering.data("donkey-steering").map(f -> DonkeyTub.read(f, CAMERA))
      .orElseGet(() -> IntStream.range(0, drawn)
          .mapToObj(i -> DrawnRoads.draw(60, 80, seed.split("road").split(i).rng())).toList())
      .stream().map(f -> f.below(26)).toList();
  List<Frame> train = part(frames, false);
  List<Frame> test = part(frames, true);
  if (test.size() < SHOWN) {
    throw new FoveaException("steering: of %s frames %s are for the test, at least %s are needed"
        .formatted(frames.size(), test.size(), SHOWN));
  }
  List<Frame> both = Stream.concat(train.stream(), train.stream().map(Frame::mirrored)).toList();

  Dataset data = samples(steering.isShort() ? both.subList(0, 64) : both)
      .augment(Augmentations.parse("brightness:0.3,contrast:0.3"));
  List<Model> models = IntStream.range(0, steering.isShort() ? 1 : 3)
      .mapToObj(i -> learn(steering, data, seed.split(i))).toList();
  double usual = mean(train, Frame::angle);
  steering.measure("mean error of the angle, always the mean", mean(test, f -> Math.abs(f.angle() - usual)));
  steering.measure("mean error of the angle, network, mean of three trainings",
      mean(models, m -> mean(test, f -> Math.abs(f.angle() - tell(m, f)))), 0.1792);
  steering.measure("root of the mean square, always the mean",
      Math.sqrt(mean(test, f -> Math.pow(f.angle() - usual, 2))));
  steering.measure("root of the mean square, network, mean of three trainings",
      mean(models, m -> Math.sqrt(mean(test, f -> Math.pow(f.angle() - tell(m, f), 2)))), 0.2620);

  Model model = models.getFirst();
  ContactSheet sheet = new ContactSheet(102, 240).columns(4);
  for (int i = 0; i < test.size(); i += test.size() / SHOWN) {
    Frame frame = test.get(i);
    double angle = tell(model, frame);
    // What speaks for the side to which it steers.
    Explainer why = Explainer.of(model,
        Target.weighted(0, Tensor.of(Shape.of(1), (float) Math.signum(angle)))).at("maps");
    Explanation map = why.explain(Method.HIRES_CAM, Images.apply(RULE, frame.picture()));
    sheet.add(frame.picture(), "driver %.2f".formatted(frame.angle()));
    sheet.add(ExplanationPicture.of(map, frame.picture()), "network %.2f".formatted(angle));
  }
  steering.picture("road.jpg", sheet.toImage());
  steering.end();
}
