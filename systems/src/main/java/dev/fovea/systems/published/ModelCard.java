package dev.fovea.systems.published;

import dev.fovea.data.Preprocessing;
import dev.fovea.data.Task;
import dev.fovea.io.Text;
import dev.fovea.nn.Model;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.vision.InputRule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What must be known of a kind of published networks besides their files: how pictures become
 * inputs, what the outputs mean and what the classes are called.
 *
 * <pre>{@code
 * ModelCard card = ModelCards.find("yolox");
 * Model model = card.describe(network, card.rule(network.inputs().get(0)), List.of());
 * List<Detection> found = Detector.of(model).detect(Images.read(path));
 * }</pre>
 *
 * @param name the name in commands, in lower case
 * @param about which networks it is of, in a few words
 * @param form how pictures become inputs
 * @param answer what the outputs mean
 * @param labels the names of the classes where none are given and there are as many
 */
public record ModelCard(
    String name, String about, InputForm form, Answer answer, List<String> labels) {
  private static final String LABELS = "labels";
  private static final String BACKGROUND = "background";
  private static final String UNUSED = "???";

  /**
   * How values 0 … 255 become inputs: (value · scale − mean) / std.
   *
   * @param scale the factor before mean and standard deviation
   * @param mean the mean of each channel after scaling, or of all
   * @param std the standard deviation of each channel after scaling, or of all
   * @param bgr whether channels are blue, green, red
   * @param resize what is done with pictures of another size
   * @param fill the value 0 … 255 of what a picture in a letter box does not cover
   */
  public record InputForm(
      double scale,
      List<Double> mean,
      List<Double> std,
      boolean bgr,
      Preprocessing.Resize resize,
      double fill) {
    /** Copies the lists. */
    public InputForm {
      mean = List.copyOf(mean);
      std = List.copyOf(std);
    }

    /** Creates the form of networks whose letter boxes are filled with the usual grey. */
    public InputForm(
        double scale,
        List<Double> mean,
        List<Double> std,
        boolean bgr,
        Preprocessing.Resize resize) {
      this(scale, mean, std, bgr, resize, Preprocessing.LETTERBOX_FILL);
    }

    /** Returns the form of networks that take red, green, blue with one mean and deviation. */
    static InputForm stretched(double scale, double mean, double std) {
      return new InputForm(scale, List.of(mean), List.of(std), false, Preprocessing.Resize.STRETCH);
    }

    private static List<Float> each(List<Double> numbers, int channels) {
      List<Double> all =
          numbers.size() == 1 ? Collections.nCopies(channels, numbers.get(0)) : numbers;
      return all.stream().map(Double::floatValue).toList();
    }

    private Preprocessing of(Shape input) {
      int channels = input.dim(2);
      return new Preprocessing(
          input.dim(0),
          input.dim(1),
          channels,
          (float) scale,
          each(mean, channels),
          each(std, channels),
          resize,
          (float) fill);
    }
  }

  /** What the outputs of a network mean. */
  public interface Answer {
    /** Returns the task of the outputs. */
    Task task();

    /**
     * Returns how many classes there are, background left out where it is no answer; 0 for none.
     *
     * @throws FoveaException if the outputs are not those of such a network
     */
    int classes(Model model);

    /**
     * Returns the texts that say how outputs are read.
     *
     * @throws FoveaException if the outputs are not those of such a network
     */
    Map<String, String> texts(Model model);
  }

  /** Copies the list. */
  public ModelCard {
    labels = List.copyOf(labels);
  }

  /**
   * Returns how pictures become inputs.
   *
   * @param input the shape of the input of one sample [H, W, C]
   * @throws FoveaException if it is no picture of as many channels
   */
  public InputRule rule(Shape input) {
    int channels = Math.max(form.mean.size(), form.std.size());
    if (input.rank() != 3 || (channels > 1 && input.dim(2) != channels)) {
      throw new FoveaException(
          "%s: takes pictures of %s channels, the network takes %s"
              .formatted(name, channels, input.prepend(1).batched()));
    }
    return new InputRule(form.of(input), form.bgr);
  }

  /**
   * Returns a model whose metadata says all that is needed to use it.
   *
   * @param rule how pictures become inputs
   * @param names the names of the classes, with or without the background where there is one; those
   *     of the card if empty
   * @throws FoveaException if the network is none of the card's, or there are more or fewer names
   */
  public Model describe(Model model, InputRule rule, List<String> names) {
    Map<String, String> texts = new LinkedHashMap<>(model.metadata());
    texts.remove(dev.fovea.nn.Output.TASKS);
    texts.putAll(answer.texts(model));
    int classes = answer.classes(model);
    if (!names.isEmpty()) {
      texts.put(LABELS, String.join("\n", fitted(names, classes)));
    } else if (!labels.isEmpty() && labels.size() == classes) {
      texts.put(LABELS, String.join("\n", labels));
    }
    rule.put(texts);
    Model described = model.withMetadata(texts);
    for (int i = 0; i < model.outputs().size(); i++) {
      described.setTask(i, answer.task());
    }
    return described;
  }

  private List<String> fitted(List<String> names, int classes) {
    List<String> all = names.stream().map(Text::oneLine).toList();
    boolean background =
        all.size() == classes + 1 && List.of(BACKGROUND, UNUSED).contains(all.get(0));
    if (all.size() != classes && !background) {
      throw new FoveaException(
          "%s: %s labels, the network has %s classes".formatted(name, all.size(), classes));
    }
    return background ? all.subList(1, all.size()) : all;
  }
}
