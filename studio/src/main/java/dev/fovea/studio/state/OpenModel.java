package dev.fovea.studio.state;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.insight.probe.Layers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.nn.Summary;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.InputRule;
import dev.fovea.vision.Placed;
import java.util.List;
import java.util.Optional;

/**
 * A network that rooms can look into.
 *
 * @param id what addresses call it; never changes
 * @param name what people call it
 * @param model the network with its weights
 * @param rule how pictures become inputs
 * @param watch a view of all its layers, with parameters that do not change while it computes
 */
public record OpenModel(String id, String name, Model model, InputRule rule, Observer watch) {
  /** Returns a network that nobody trains. */
  public static OpenModel of(String id, String name, Model model, InputRule rule) {
    return new OpenModel(id, name, model, rule, watch(model));
  }

  /** Returns a view of all layers of a model. */
  public static Observer watch(Model model) {
    return model.observe(
        model.summary().rows().stream().map(Summary.Row::path).toArray(String[]::new));
  }

  /** Returns how much memory its parameters take, those of the view among them. */
  long bytes() {
    return 2L * Float.BYTES * model.parameters().count(false);
  }

  /** Returns the shape of its input. */
  public Shape input() {
    return model.inputs().get(0);
  }

  /** Returns its layers; those of imported networks are the nodes of their graphs. */
  public List<Summary.Row> layers() {
    List<Summary.Row> rows = model.summary().rows();
    return rows.isEmpty()
        ? Layers.of(model).all().stream()
            .skip(model.inputs().size())
            .map(l -> new Summary.Row(l.path(), "", l.shape(), 0, false, 0, Optional.empty()))
            .toList()
        : rows;
  }

  /** Returns the name of a class; its number where it has none. */
  public String label(int number) {
    List<String> labels = model.labels();
    return number < labels.size() ? labels.get(number) : Integer.toString(number);
  }

  /** Returns whether it takes one picture and answers with classes. */
  public boolean classifiesPictures() {
    return model.inputs().size() == 1
        && input().rank() == 3
        && List.of(Task.CLASSES, Task.LABELS).contains(model.output(0).task());
  }

  /** Returns a picture in the size and with the channels of the input, values 0 … 255. */
  public Tensor place(Tensor image) {
    return placed(image).input();
  }

  /** Returns a picture as {@link #place} does, and where it lies there. */
  public Placed placed(Tensor image) {
    return rule.place(coloured(image));
  }

  /** Returns a picture with as many channels as the input: grey, or red, green and blue. */
  public Tensor coloured(Tensor image) {
    int channels = input().dim(2);
    boolean grey = image.shape().dim(2) == 1;
    return channels == 1 && !grey
        ? Images.toGrey(image)
        : channels == 3 && grey ? Images.toRgb(image) : image;
  }

  /** Returns the rule that a model tells, or else that of values from 0 to 1. */
  public static InputRule rule(Model model) {
    return InputRule.of(model.metadata(), "model")
        .orElseGet(() -> new InputRule(Preprocessing.scaled(model.inputs().get(0)), false));
  }
}
