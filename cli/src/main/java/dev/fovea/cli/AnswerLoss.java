package dev.fovea.cli;

import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * How many right answers a network has lost against another one, in points: percent of pictures.
 * Where classes are not known, an answer is right if it is that of the other network.
 */
final class AnswerLoss implements ToDoubleFunction<Model> {
  private static final int BATCH = 32;

  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Integer> labels = new ArrayList<>();
  private final double right;

  /**
   * Answers as the network before does.
   *
   * @param before the network in floating point
   * @param most how many pictures are looked at, taken evenly from all
   * @throws FoveaException if the network does not answer with a class
   */
  AnswerLoss(NetworkFile before, CalibrationPictures pictures, int most) {
    if (!before.isClassifier()) {
      throw new FoveaException(
          "--max-drop: needs a network that answers with a class; "
              + before.file()
              + " does not: name layers with --skip");
    }
    int few = Math.min(most, pictures.size());
    boolean known = true;
    for (int i = 0; i < few; i++) {
      int at = pictures.at(i, few);
      OptionalInt label = pictures.label(at);
      known &= label.isPresent();
      pictures
          .input(at)
          .ifPresent(x -> {
            inputs.add(x);
            labels.add(label.orElse(0));
          });
    }
    if (!known) {
      List<Integer> answers = answers(before.model());
      labels.clear();
      labels.addAll(answers);
    }
    this.right = right(before.model());
  }

  private List<Integer> answers(Model model) {
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i += BATCH) {
      List<Tensor> some = inputs.subList(i, Math.min(i + BATCH, inputs.size()));
      Shape one = some.get(0).shape();
      Tensor batch = Tensor.zeros(one.prepend(some.size()));
      for (int k = 0; k < some.size(); k++) {
        System.arraycopy(some.get(k).data(), 0, batch.data(), k * one.elements(), one.elements());
      }
      Tensor out = model.run(batch);
      for (int k = 0; k < some.size(); k++) {
        answers.add(model.output(0).best(out.data(), k));
      }
    }
    return answers;
  }

  /** Returns the percentage of right answers. */
  private double right(Model model) {
    List<Integer> answers = answers(model);
    int right = 0;
    for (int i = 0; i < answers.size(); i++) {
      right += answers.get(i).equals(labels.get(i)) ? 1 : 0;
    }
    return 100.0 * right / answers.size();
  }

  @Override
  public double applyAsDouble(Model model) {
    return right - right(model);
  }
}
