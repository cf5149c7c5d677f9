package dev.fovea.insight.explain;

import dev.fovea.insight.colour.GradientPicture;
import dev.fovea.insight.probe.Layers;
import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Reading;
import dev.fovea.insight.probe.Target;
import dev.fovea.nn.Model;
import dev.fovea.op.GradientRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Explains one score of a network by any {@link Method}.
 *
 * <pre>{@code
 * Explainer why = Explainer.of(model, Target.logit(285));
 * Explanation cat = why.explain(Method.GRAD_CAM, input);    // input as the network takes it
 * }</pre>
 *
 * <p>The same arguments give the same bits, on any number of threads.
 *
 * @param model the network
 * @param target what is explained
 * @param layer the path of the layer that class activation maps look at
 * @param baseline what stands for the absence of something, of the input's shape; it replaces
 *     pixels too
 * @param seed what noise is drawn from
 */
public record Explainer(Model model, Target target, String layer, Tensor baseline, Seed seed) {
  private static final int PARTS = 7;

  /** Creates an explainer that looks at a layer there is. */
  public Explainer {
    if (!layer.isEmpty()) {
      var _ = Layers.of(model).find(layer);
    }
  }

  /**
   * Returns the usual explainer: of the last layer with places, against an input of zeros.
   *
   * @throws FoveaException if the network does not take pictures [H, W, C]
   */
  public static Explainer of(Model model, Target target) {
    Shape input = model.inputs().getFirst();
    if (input.rank() != 3) {
      throw new FoveaException("explain: a network of pictures [H, W, C] expected, takes " + input);
    }
    Layers layers = Layers.of(model);
    String layer = layers.withPlaces().isEmpty() ? "" : layers.lastWithPlaces().path();
    return new Explainer(model, target, layer, Tensor.zeros(input), Seed.of(0));
  }

  /** Returns this explainer looking at another layer. */
  public Explainer at(String path) {
    return new Explainer(model, target, path, baseline, seed);
  }

  /**
   * Returns this explainer looking at the last layer of which more than one place counts for the
   * score of an input: the score of a box depends on one place of the head alone. Stays where it is
   * if there is none.
   */
  public Explainer whereItCounts(Tensor input) {
    List<String> paths = Layers.of(model).withPlaces().stream().map(Layers.Layer::path).toList();
    Map<String, Tensor> gradients = Probe.ofLayers(model, target, paths).read(input).gradients();
    for (String path : paths.reversed()) {
      Tensor g = Objects.requireNonNull(gradients.get(path));
      Tensor places = GradientPicture.largest(g);
      int counting = 0;
      for (float v : places.data()) {
        counting += v > 0 ? 1 : 0;
      }
      if (counting > 1) {
        return at(path);
      }
    }
    return this;
  }

  /** Returns this explainer with another baseline. */
  public Explainer against(Tensor other) {
    return new Explainer(model, target, layer, other, seed);
  }

  /** Returns this explainer of another network of the same shapes. */
  public Explainer of(Model other) {
    return new Explainer(other, target, layer, baseline, seed);
  }

  /**
   * Explains the score of an input.
   *
   * @param input as the network takes it, [H, W, C]
   * @throws FoveaException if its shape is another, or the method needs places and there are none
   */
  public Explanation explain(Method method, Tensor input) {
    return switch (method) {
      case SALIENCY, SIGNED_SALIENCY, GRADIENT_TIMES_INPUT ->
          gradient(method, input, GradientRule.EXACT);
      case DECONVNET -> deconvnet(input);
      case GUIDED_BACKPROP -> gradient(method, input, BackwardRules.GUIDED);
      case GRAD_CAM -> cam(method, input, ClassActivation.GRAD_CAM);
      case GRAD_CAM_PLUS_PLUS -> cam(method, input, ClassActivation.GRAD_CAM_PLUS_PLUS);
      case HIRES_CAM -> cam(method, input, ClassActivation.HIRES_CAM);
      case LAYER_CAM -> cam(method, input, ClassActivation.LAYER_CAM);
      case GUIDED_GRAD_CAM -> guidedGradCam(input);
      case INTEGRATED_GRADIENTS -> integratedGradients(input);
      case SMOOTHGRAD, VARGRAD -> smoothGrad(method, input);
      case OCCLUSION -> occlusion(input);
    };
  }

  private Explanation gradient(Method method, Tensor input, GradientRule rule) {
    Reading r = Probe.ofGradients(model, target, rule).read(input);
    Tensor g = r.gradient();
    return switch (method) {
      case SALIENCY -> told(method, r.score(), GradientPicture.largest(g), g);
      case GRADIENT_TIMES_INPUT -> {
        Tensor product = product(g, input);
        yield told(method, r.score(), GradientPicture.summed(product), product);
      }
      case SIGNED_SALIENCY -> told(method, r.score(), GradientPicture.summed(g), g);
      default -> told(method, r.score(), GradientPicture.largest(g), g);
    };
  }

  /**
   * Projects back the unit of the layer that the score owes most to, the largest g · A; the score
   * itself where there are no places.
   */
  private Explanation deconvnet(Tensor input) {
    if (layer.isEmpty()) {
      return gradient(Method.DECONVNET, input, BackwardRules.DECONVNET);
    }
    Reading r = Probe.ofLayers(model, target, List.of(layer)).read(input);
    Tensor values = Objects.requireNonNull(r.values().get(layer));
    Tensor owed = product(values, Objects.requireNonNull(r.gradients().get(layer)));
    int best = 0;
    for (int i = 0; i < owed.data().length; i++) {
      best = owed.data()[i] > owed.data()[best] ? i : best;
    }
    int channels = values.shape().dim(2);
    int columns = values.shape().dim(1);
    int channel = best % channels;
    int row = best / channels / columns;
    int column = best / channels % columns;
    Target unit = Target.unit(layer, channel, row, column);
    Tensor back = Probe.ofGradients(model, unit, BackwardRules.DECONVNET).read(input).gradient();
    for (int i = 0; i < back.data().length; i++) {
      back.data()[i] *= values.data()[best];
    }
    return new Explanation(
        Method.DECONVNET,
        r.score(),
        GradientPicture.largest(back),
        back,
        Map.of("channel", (double) channel, "row", (double) row, "column", (double) column),
        Optional.empty());
  }

  private static Tensor product(Tensor a, Tensor b) {
    Tensor out = a.copy();
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] *= b.data()[i];
    }
    return out;
  }

  private Explanation cam(Method method, Tensor input, ClassActivation kind) {
    Reading r = Probe.ofLayers(model, target, List.of(requireLayer())).read(input);
    Tensor signed = kind.map(r, layer);
    Tensor map = ClassActivation.rectified(signed);
    Tensor large = ClassActivation.enlarged(map, input.shape().dim(0), input.shape().dim(1));
    Explanation told = told(method, r.score(), large, large.reshape(large.shape().insert(2, 1)));
    double most = 0;
    for (float v : map.data()) {
      most = Math.max(most, v);
    }
    return most > 0
        ? told
        : new Explanation(method, r.score(), large, told.detail(), Map.of(), silent());
  }

  private Optional<String> silent() {
    return Optional.of("nothing in " + layer + " speaks for this score: the map is empty");
  }

  private String requireLayer() {
    if (layer.isEmpty()) {
      throw new FoveaException(
          "class activation: the network has no layer with more than one place");
    }
    return layer;
  }

  private Explanation guidedGradCam(Tensor input) {
    Explanation guided = explain(Method.GUIDED_BACKPROP, input);
    Explanation cam = explain(Method.GRAD_CAM, input);
    int channels = input.shape().dim(2);
    Tensor detail = guided.detail().copy();
    for (int i = 0; i < detail.data().length; i++) {
      detail.data()[i] *= cam.map().data()[i / channels];
    }
    return new Explanation(
        Method.GUIDED_GRAD_CAM,
        cam.score(),
        GradientPicture.largest(detail),
        detail,
        Map.of(),
        cam.notice());
  }

  private Explanation integratedGradients(Tensor input) {
    IntegratedGradients g =
        IntegratedGradients.of(
            Probe.ofGradients(model, target, GradientRule.EXACT),
            Probe.ofScores(model, target),
            input,
            baseline,
            IntegratedGradients.POINTS);
    return new Explanation(
        Method.INTEGRATED_GRADIENTS,
        g.score(),
        GradientPicture.summed(g.attributions()),
        g.attributions(),
        Map.of("baseline_score", g.baselineScore(), "sum", g.sum(), "delta", g.delta()),
        Optional.empty());
  }

  private Explanation smoothGrad(Method method, Tensor input) {
    Probe probe = Probe.ofGradients(model, target, GradientRule.EXACT);
    SmoothGrad s = SmoothGrad.of(probe, input, SmoothGrad.COPIES, SmoothGrad.NOISE, seed);
    Tensor detail = method == Method.VARGRAD ? s.variance() : s.mean();
    double score = Probe.ofScores(model, target).read(input).score();
    return told(method, score, GradientPicture.largest(detail), detail);
  }

  /** A square of a seventh of the side, moved by a quarter of its own: 32 by 8 on 224 pixels. */
  private Explanation occlusion(Tensor input) {
    int h = input.shape().dim(0);
    int w = input.shape().dim(1);
    int size = Math.max(1, Math.min(h, w) / PARTS);
    int stride = Math.max(1, size / (size < 8 ? 2 : 4));
    Occlusion o = Occlusion.of(Probe.ofScores(model, target), input, baseline, size, stride);
    Tensor map = o.perPixel(h, w);
    return new Explanation(
        Method.OCCLUSION,
        o.score(),
        map,
        map.reshape(Shape.of(h, w, 1)),
        Map.of("size", (double) size, "stride", (double) stride),
        Optional.empty());
  }

  private static Explanation told(Method method, double score, Tensor map, Tensor detail) {
    return new Explanation(method, score, map, detail, Map.of(), Optional.empty());
  }

  /** Returns the curve of the score while what an explanation puts first is replaced. */
  public DeletionCurve deletion(Explanation explanation, Tensor input) {
    return DeletionCurve.deletion(
        Probe.ofScores(model, target), explanation.map(), input, baseline, DeletionCurve.STEPS);
  }

  /** Returns the curve of the score while what an explanation puts first is put back. */
  public DeletionCurve insertion(Explanation explanation, Tensor input) {
    return DeletionCurve.insertion(
        Probe.ofScores(model, target), explanation.map(), input, baseline, DeletionCurve.STEPS);
  }

  /** Checks a method against networks whose weights are thrown about. */
  public RandomisationCheck randomisation(Method method, Tensor input) {
    return RandomisationCheck.of(
        model, other -> Objects.requireNonNull(of(other).explain(method, input).map()), seed);
  }
}
