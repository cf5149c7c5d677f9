package dev.fovea.apps.text;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.concat;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;

import dev.fovea.apps.Features;
import dev.fovea.data.ClassSampling;
import dev.fovea.data.Dataset;
import dev.fovea.data.Mark;
import dev.fovea.data.Preprocessing;
import dev.fovea.data.Sample;
import dev.fovea.data.Target;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Losses;
import dev.fovea.nn.Model;
import dev.fovea.optim.Optimizers;
import dev.fovea.systems.label.LabelOptions;
import dev.fovea.systems.label.LabelSplit;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.systems.label.Shapes;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.Epochs;
import dev.fovea.train.ProgressListener;
import dev.fovea.train.Trainer;
import dev.fovea.vision.InputRule;
import java.util.ArrayList;
import java.util.List;

/**
 * Drawn scenes of one to three things, with what a network sees of them and what is said about
 * them.
 *
 * <p>The network learns from the scenes to tell what is in the middle of each of 12 × 12 places: a
 * thing, sky or ground. Its features of a place are its last maps and the mean colour there.
 *
 * @param pictures the scenes [96, 96, 3], values 0 … 255
 * @param captions their features [144, 67] and sentences
 */
public record SeenScenes(List<Tensor> pictures, CaptionedPictures captions) {
  private static final Preprocessing SCENE = Preprocessing.scaled(Shape.of(96, 96, 3));
  private static final SceneCast CAST = new SceneCast(1, 3, 0, 1);
  private static final String PLACES = "places";
  private static final int ACROSS = 12;
  private static final int SIDE = 8;
  private static final int BATCH = 32;
  private static final double RATE = 3e-3;

  /** Copies the list. */
  public SeenScenes {
    pictures = List.copyOf(pictures);
  }

  /**
   * Draws scenes and lets a network learn from the first what is where in them.
   *
   * @param train the number of scenes from which it learns
   * @param test the number of further ones
   * @param epochs how long it learns
   * @param listeners are told of its training
   */
  public static SeenScenes of(
      Seed seed, int train, int test, Epochs epochs, ProgressListener... listeners) {
    LabelSplit split = Shapes.load(seed, train, test, CAST, LabelOptions.of(SCENE, Marking.MASK));
    Model model = Model.build(network(split.train().classes().size()), SCENE.shape(), seed);
    Dataset places =
        split.train().marked(List.of(Target.numbers(ACROSS, ACROSS)), SeenScenes::middles);
    Trainer.of(model, Losses.crossEntropy(), Optimizers.adam(RATE))
        .seed(seed)
        .listeners(listeners)
        .fit(ClassSampling.cached(places).shuffled().batches(BATCH), epochs);
    List<Tensor> pictures = new ArrayList<>();
    List<List<String>> texts = new ArrayList<>();
    for (LabelledData part : List.of(split.train(), split.test())) {
      for (int i = 0; i < part.size(); i++) {
        pictures.add(part.read(i, seed).picture());
        texts.add(part.labels(i).texts());
      }
    }
    InputRule rule = new InputRule(SCENE, false);
    List<Tensor> inputs = pictures.stream().map(rule::input).toList();
    return new SeenScenes(
        pictures, new CaptionedPictures(Features.of(model, PLACES).places(inputs), texts));
  }

  private static Layer network(int classes) {
    Layer what =
        sequence(
            conv2d(16, 3).stride(2).same(),
            batchNorm(),
            relu(),
            conv2d(32, 3).same(),
            batchNorm(),
            relu(),
            maxPool(2),
            conv2d(64, 3).same(),
            batchNorm(),
            relu(),
            maxPool(2),
            conv2d(64, 3).same(),
            batchNorm(),
            relu());
    return sequence(concat(what, avgPool(SIDE)).named(PLACES), conv2d(classes, 1));
  }

  /** Returns the class of what is in the middle of each place. */
  private static List<Mark> middles(Sample scene) {
    Tensor all = scene.mark(Mark.Mask.class).orElseThrow().classes();
    Tensor classes = Tensor.zeros(Shape.of(ACROSS, ACROSS));
    for (int i = 0; i < classes.data().length; i++) {
      int y = i / ACROSS * SIDE + SIDE / 2;
      int x = i % ACROSS * SIDE + SIDE / 2;
      classes.data()[i] = all.get(y, x);
    }
    return List.of(new Mark.Numbers(classes));
  }
}
