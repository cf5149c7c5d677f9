package dev.fovea.systems.net;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.engine.Engine;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.LabelledData;
import dev.fovea.systems.label.Marking;
import dev.fovea.systems.label.SceneCast;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.zoo.Recipe;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A network that finds things in pictures, together with what it learns from, how its outputs are
 * read and how it is trained when nothing else is asked for.
 */
public interface VisionSystem {
  /**
   * What is told of a system.
   *
   * @param name the name by which it is found, such as {@code yolo-tiny}
   * @param title the name its authors gave it
   * @param year the year of its paper
   * @param paper authors and title of its paper
   * @param task what it answers
   * @param input the usual input of one sample [H, W, C]
   * @param recipe how it is trained when nothing else is asked for
   */
  record Profile(
      String name, String title, int year, String paper, Task task, Shape input, Recipe recipe) {
    private static final float MEAN = 0.5f;
    private static final float STD = 0.25f;

    /**
     * Returns how pictures become inputs of a shape where nothing else is asked for: values of −2 …
     * 2.
     */
    public Preprocessing preprocessing(Shape shape) {
      int channels = shape.dim(2);
      return Preprocessing.scaled(shape)
          .withMeanAndStd(Collections.nCopies(channels, MEAN), Collections.nCopies(channels, STD));
    }
  }

  /** Returns what is told of this system. */
  Profile profile();

  /** Returns the name by which it is found. */
  default String name() {
    return profile().name();
  }

  /** Returns how pictures become inputs of a shape where nothing else is asked for. */
  default Preprocessing preprocessing(Shape shape) {
    return profile().preprocessing(shape);
  }

  /** Returns what of the labels it learns from; boxes by default. */
  default List<Marking> markings() {
    return List.of(Marking.BOXES);
  }

  /**
   * Returns what the drawn scenes show where this system learns from them; what they show to all by
   * default.
   */
  default SceneCast scenes() {
    return SceneCast.usual();
  }

  /**
   * Returns a plan with what this system takes from the samples it is trained on, such as anchors
   * of the sizes of their boxes, where the plan does not say it; the plan itself by default.
   *
   * @param samples pictures in the size of the network's input with their marks
   */
  default Plan fitted(Plan plan, LabelledData samples) {
    return plan;
  }

  /**
   * Returns this system for certain classes and pictures.
   *
   * @throws FoveaException if a text of the plan is not understood
   */
  Setup setUp(Plan plan);

  /**
   * Returns an untrained network for the metadata of a saved one, as it is used.
   *
   * @param source what the metadata is from, for messages
   * @throws FoveaException if the metadata does not say how it is set up
   */
  default Model build(Map<String, String> metadata, String source, Seed seed, Engine engine) {
    Setup setup = setUp(Plan.of(metadata, source));
    return setup.used(setup.model(seed, engine));
  }
}
