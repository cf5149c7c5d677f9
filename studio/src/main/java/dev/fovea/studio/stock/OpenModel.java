package dev.fovea.studio.stock;

import dev.fovea.data.Preprocessing;
import dev.fovea.nn.Model;
import dev.fovea.nn.Observer;
import dev.fovea.nn.Summary;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.InputRule;
import java.util.List;

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

  /** Returns the shape of its input. */
  public Shape input() {
    return model.inputs().get(0);
  }

  /** Returns the name of a class; its number where it has none. */
  public String label(int number) {
    List<String> labels = model.labels();
    return number < labels.size() ? labels.get(number) : Integer.toString(number);
  }

  /** Returns whether it reads pictures of 28 × 28 grey pixels. */
  public boolean readsDigits() {
    return input().equals(Shape.of(28, 28, 1)) && model.outputs().get(0).elements() == 10;
  }

  /** Returns the rule that a model tells, or else that of values from 0 to 1. */
  public static InputRule rule(Model model) {
    return InputRule.of(model.metadata(), "model")
        .orElseGet(() -> new InputRule(Preprocessing.scaled(model.inputs().get(0)), false));
  }
}
