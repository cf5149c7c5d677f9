package dev.fovea.apps.style;

import dev.fovea.nn.Layer;
import dev.fovea.nn.Layers;
import dev.fovea.nn.Model;
import dev.fovea.nn.Signal;
import dev.fovea.op.Formulas;
import dev.fovea.op.UnaryFunction;
import dev.fovea.op.Value;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Losses of pictures that compare what a trained network sees in them, not their pixels: the
 * content, which is the outputs F of some layers, and the style, which is the Gram matrices G of
 * some layers ({@link Formulas#gram}).
 *
 * <p>Each layer counts by its relative error, so that no layer needs a weight of its own:
 *
 * <pre>
 * content(x, y) = mean over layers of Σ (F(x) − F(y))² / Σ F(y)²
 * style(x, s)   = mean over layers of Σ (G(x) − G(s))² / Σ G(s)²
 * </pre>
 *
 * <p>Both are 0 for what looks the same to the network, and 1 where it sees nothing. They are parts
 * of the formula of a {@code TrainingStep}, which does not train the network that sees:
 *
 * <pre>{@code
 * PerceptualLoss loss = PerceptualLoss.of(network, List.of("fire4"), List.of("fire2", "fire4"));
 * List<Tensor> style = loss.styleOf(painting);
 * TrainingStep step = TrainingStep.of(
 *     in -> {
 *       Signal made = painter.apply(in.get(0));
 *       return List.of(loss.content(made, in.get(0)).plus(loss.style(made, style).times(3)));
 *     },
 *     List.of(picture), adam(1e-3), 4, painter);
 * }</pre>
 *
 * <p>Gatys et al. (2016), Johnson et al. (2016).
 */
public final class PerceptualLoss {
  private final Model content;
  private final Model style;
  private final Layer input;

  private PerceptualLoss(Model content, Model style, Layer input) {
    this.content = content;
    this.style = style;
    this.input = input;
  }

  /**
   * Returns losses by the layers of a network of one input, which takes pictures as they come, of
   * any size.
   *
   * @param content the paths of the layers that tell content
   * @param style the paths of the layers that tell style; their outputs are [N, .., C]
   * @throws FoveaException if there is no such layer, or the network has several inputs
   */
  public static PerceptualLoss of(Model network, List<String> content, List<String> style) {
    if (network.inputs().size() != 1) {
      throw new FoveaException(
          "perceptual loss: a network of one input expected, got " + network.inputs().size());
    }
    return new PerceptualLoss(
        network.withOutputs(content.toArray(String[]::new)),
        network.withOutputs(style.toArray(String[]::new)),
        Layers.identity());
  }

  /**
   * Returns these losses of pictures that reach the network through a layer without parameters,
   * which makes of a picture what the network takes: other channels, less the mean.
   */
  public PerceptualLoss through(Layer other) {
    return new PerceptualLoss(content, style, other);
  }

  /** Returns the content loss of made pictures and originals [N, H, W, C], without axes. */
  public Signal content(Signal made, Signal original) {
    List<Value> now = seen(content, made);
    List<Value> wanted = seen(content, original);
    return made.with(relative(now, wanted));
  }

  /**
   * Returns the style loss of made pictures [N, H, W, C], without axes.
   *
   * @param wanted the Gram matrices of the style, as {@link #styleOf} gives them
   */
  public Signal style(Signal made, List<Tensor> wanted) {
    int n = made.shape().dim(0);
    List<Value> now = grams(made);
    List<Value> of = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      Shape each = wanted.get(i).shape();
      of.add(Value.constant(wanted.get(i)).broadcastTo(each.withDim(0, n)));
    }
    return made.with(relative(now, of));
  }

  /** Returns the content loss of one picture [H, W, C] against its original. */
  public double content(Tensor made, Tensor original) {
    return number(List.of(made, original), in -> content(in.get(0), in.get(1)));
  }

  /** Returns the style loss of one picture [H, W, C]; see {@link #style(Signal, List)}. */
  public double style(Tensor made, List<Tensor> wanted) {
    return number(List.of(made), in -> style(in.get(0), wanted));
  }

  /** Computes a loss of single pictures. */
  private double number(List<Tensor> pictures, Function<List<Signal>, Signal> loss) {
    List<Shape> shapes = pictures.stream().map(Tensor::shape).toList();
    Model model =
        Model.build(
            in -> List.of(broadcast(loss.apply(in), in.get(0))),
            shapes,
            Seed.of(0),
            content.engine());
    return model
        .run(pictures.stream().map(p -> p.reshape(p.shape().prepend(1))).toList())
        .get(0)
        .data()[0];
  }

  private static Signal broadcast(Signal number, Signal samples) {
    return number.with(number.value().broadcastTo(Shape.of(samples.shape().dim(0))));
  }

  /**
   * Returns the Gram matrices [1, C, C] of a picture, one for each layer that tells style.
   *
   * @param picture [H, W, C]; textures of one grain have about the same matrices at any size
   */
  public List<Tensor> styleOf(Tensor picture) {
    Shape shape = picture.shape();
    Model grams =
        Model.build(
            in -> grams(in.get(0)).stream().map(in.get(0)::with).toList(),
            List.of(shape),
            Seed.of(0),
            style.engine());
    return grams.run(List.of(picture.reshape(shape.prepend(1))));
  }

  private List<Value> grams(Signal pictures) {
    return seen(style, pictures).stream().map(Formulas::gram).toList();
  }

  private List<Value> seen(Model network, Signal pictures) {
    Signal taken = input.forward(pictures);
    Model sized = network.withInputs(taken.shape().dropFirst());
    return sized.apply(List.of(taken)).stream().map(Signal::value).toList();
  }

  private static Value relative(List<Value> now, List<Value> wanted) {
    Value sum = Value.constant(0);
    for (int i = 0; i < now.size(); i++) {
      Value off = now.get(i).minus(wanted.get(i)).map(UnaryFunction.SQUARE).sum();
      Value all = wanted.get(i).map(UnaryFunction.SQUARE).sum();
      sum = sum.plus(off.over(all).reshape(Shape.scalar()));
    }
    return sum.times(1f / now.size());
  }
}
