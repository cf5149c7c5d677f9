package dev.fovea.insight.explain;

import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.globalAvgPool;
import static dev.fovea.nn.Layers.maxPool;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static dev.fovea.nn.Layers.softmax;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.insight.probe.Probe;
import dev.fovea.insight.probe.Target;
import dev.fovea.insight.testing.EngineTest;
import dev.fovea.insight.testing.Engines;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.op.GradientRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the methods say of networks whose answer is known. */
final class MethodsTest extends EngineTest {
  private Model model(Layer layer, int... input) {
    return Model.build(layer, Shape.of(input), Seed.of(3), engine);
  }

  /** S_c = Σ w x + b. */
  private Model linear() {
    return model(sequence(flatten(), dense(3)), 4, 5, 2);
  }

  private static Tensor column(Model model, int c) {
    Tensor w = model.parameters().tensor("1.weight");
    Tensor out = Tensor.zeros(Shape.of(4, 5, 2));
    for (int i = 0; i < out.data().length; i++) {
      out.data()[i] = w.data()[i * 3 + c];
    }
    return out;
  }

  @Test
  void theGradientOfALinearNetworkIsItsWeights() {
    Model linear = linear();
    Tensor x = Engines.random(1, 4, 5, 2);
    Tensor w = column(linear, 1);
    Explainer why = Explainer.of(linear, Target.logit(1));
    Explanation signed = why.explain(Method.SIGNED_SALIENCY, x);
    assertThat(signed.detail().data()).isEqualTo(w.data());
    Explanation absolute = why.explain(Method.SALIENCY, x);
    Explanation product = why.explain(Method.GRADIENT_TIMES_INPUT, x);
    for (int i = 0; i < 20; i++) {
      float a = w.data()[2 * i];
      float b = w.data()[2 * i + 1];
      assertThat(absolute.map().data()[i]).isEqualTo(Math.max(Math.abs(a), Math.abs(b)));
      assertThat(product.map().data()[i])
          .isCloseTo(a * x.data()[2 * i] + b * x.data()[2 * i + 1], within(1e-6f));
    }
    // Nothing is rectified: all rules are the gradient.
    for (Method m : List.of(Method.DECONVNET, Method.GUIDED_BACKPROP)) {
      assertThat(why.explain(m, x).detail().data()).isEqualTo(w.data());
    }
  }

  /** The softmax of a sure class is flat: the score before it is what is explained. */
  @Test
  void theScoreIsTheLogitUnlessAskedOtherwise() {
    Model sure = model(sequence(flatten(), dense(3), softmax()), 2, 2, 1);
    Tensor bias = sure.parameters().tensor("1.bias");
    bias.data()[2] = 60;
    sure.parameters().set("1.bias", bias);
    Tensor x = Engines.random(1, 2, 2, 1);
    Explanation logit = Explainer.of(sure, Target.logit(2)).explain(Method.SALIENCY, x);
    Explanation p = Explainer.of(sure, Target.probability(2)).explain(Method.SALIENCY, x);
    assertThat(logit.score()).isCloseTo(60, within(5.0));
    assertThat(p.score()).isEqualTo(1);
    assertThat(Engines.sum(p.map())).isLessThan(1e-9);
    assertThat(Engines.sum(logit.map())).isGreaterThan(0.1);
  }

  /** A₁ = [1 2; 3 4], A₂ = [0 1; 1 0], w = (2, −4): S = 3, L = [.5 0; .5 2]. */
  private static final Tensor A = Tensor.of(Shape.of(2, 2, 2), 1, 0, 2, 1, 3, 1, 4, 0);

  private Model head() {
    Model head = model(sequence(relu(), globalAvgPool(), dense(1)), 2, 2, 2);
    head.parameters().set("2.weight", Tensor.of(Shape.of(2, 1), 2, -4));
    head.parameters().set("2.bias", Tensor.of(Shape.of(1), 0));
    return head;
  }

  @Test
  void gradCamByHand() {
    Explainer why = Explainer.of(head(), Target.logit(0));
    assertThat(why.layer()).isEqualTo("0");
    Explanation cam = why.explain(Method.GRAD_CAM, A);
    assertThat(cam.score()).isEqualTo(3);
    assertThat(cam.map().data()).containsExactly(0.5f, 0, 0.5f, 2);
    assertThat(cam.notice()).isEmpty();
    // α_k = w_k / (HW): the unrectified map adds up to S − b.
    Probe probe = Probe.ofLayers(why.model(), why.target(), List.of("0"));
    Tensor signed = ClassActivation.GRAD_CAM.map(probe.read(A), "0");
    assertThat(signed.data()).containsExactly(0.5f, 0, 0.5f, 2);
    assertThat(Engines.sum(signed)).isEqualTo(3);
    assertThat(ClassActivation.HIRES_CAM.map(probe.read(A), "0").data()).isEqualTo(signed.data());
  }

  /** α = g²/(2g² + g³ΣA) = 0.25/(0.5 + 0.125·10) = 1/7, w₁ = 4 · 1/7 · 1/2 = 2/7, w₂ = 0. */
  @Test
  void gradCamPlusPlusByHand() {
    Explanation cam = Explainer.of(head(), Target.logit(0)).explain(Method.GRAD_CAM_PLUS_PLUS, A);
    float w = 2 / 7f;
    assertThat(cam.map().data())
        .containsExactly(new float[] {w, 2 * w, 3 * w, 4 * w}, within(1e-6f));
  }

  /** Σ max(g, 0)·A: g₁ = 1/2, g₂ = −1. */
  @Test
  void layerCamByHand() {
    Explanation cam = Explainer.of(head(), Target.logit(0)).explain(Method.LAYER_CAM, A);
    assertThat(cam.map().data()).containsExactly(0.5f, 1, 1.5f, 2);
  }

  @Test
  void anEmptyMapSaysSo() {
    Model head = head();
    head.parameters().set("2.weight", Tensor.of(Shape.of(2, 1), -2, -4));
    Explanation cam = Explainer.of(head, Target.logit(0)).explain(Method.GRAD_CAM, A);
    assertThat(cam.map().data()).containsOnly(0);
    assertThat(cam.notice()).contains("nothing in 0 speaks for this score: the map is empty");
  }

  /** Behind ReLU and max pooling without biases S is homogeneous of degree 1: Euler's sum. */
  @Test
  void hiResCamAddsUpToTheScoreOfAnyRectifiedHead() {
    Model net =
        model(
            sequence(
                conv2d(4, 3).noBias(),
                relu(),
                maxPool(2),
                conv2d(5, 2).noBias(),
                relu(),
                flatten(),
                dense(2)),
            9,
            8,
            3);
    net.parameters().set("6.bias", Tensor.of(Shape.of(2), 1.5f, -0.5f));
    Probe probe = Probe.ofLayers(net, Target.logit(1), List.of("1", "2", "4"));
    var r = probe.read(Engines.random(5, 9, 8, 3));
    for (String layer : List.of("1", "2", "4")) {
      Tensor map = ClassActivation.HIRES_CAM.map(r, layer);
      assertThat(Engines.sum(map)).isCloseTo(r.score() + 0.5, within(1e-4));
    }
  }

  @Test
  void guidedGradCamIsZeroWhereEitherIs() {
    Model net = model(sequence(conv2d(4, 3).same(), relu(), globalAvgPool(), dense(2)), 7, 6, 2);
    Explainer why = Explainer.of(net, Target.logit(0));
    Tensor x = Engines.random(4, 7, 6, 2);
    Explanation both = why.explain(Method.GUIDED_GRAD_CAM, x);
    Explanation guided = why.explain(Method.GUIDED_BACKPROP, x);
    Explanation cam = why.explain(Method.GRAD_CAM, x);
    for (int i = 0; i < both.detail().data().length; i++) {
      assertThat(both.detail().data()[i])
          .isEqualTo(guided.detail().data()[i] * cam.map().data()[i / 2]);
    }
  }

  @Test
  void integratedGradientsOfALinearNetworkAreExactWithOnePoint() {
    Model linear = linear();
    Tensor x = Engines.random(1, 4, 5, 2);
    Tensor x0 = Engines.random(2, 4, 5, 2);
    Target target = Target.logit(2);
    IntegratedGradients g =
        IntegratedGradients.of(
            Probe.ofGradients(linear, target, GradientRule.EXACT),
            Probe.ofScores(linear, target),
            x,
            x0,
            1);
    assertThat(g.delta()).isCloseTo(0, within(1e-5));
    Tensor w = column(linear, 2);
    for (int i = 0; i < w.data().length; i++) {
      assertThat(g.attributions().data()[i])
          .isCloseTo(w.data()[i] * (x.data()[i] - x0.data()[i]), within(1e-6f));
    }
  }

  /** f(x) = 1 − ReLU(1 − x) at 2 from 0: the gradient is 0, the attribution 1. */
  @Test
  void integratedGradientsSeeWhatHasSaturated() {
    Model f = model(sequence(flatten(), dense(1), relu(), dense(1)), 1, 1, 1);
    f.parameters().set("1.weight", Tensor.of(Shape.of(1, 1), -1));
    f.parameters().set("1.bias", Tensor.of(Shape.of(1), 1));
    f.parameters().set("3.weight", Tensor.of(Shape.of(1, 1), -1));
    f.parameters().set("3.bias", Tensor.of(Shape.of(1), 1));
    Tensor two = Tensor.full(Shape.of(1, 1, 1), 2);
    Explainer why = Explainer.of(f, Target.logit(0));
    assertThat(why.explain(Method.SALIENCY, two).map().data()).containsExactly(0);
    Explanation g = why.explain(Method.INTEGRATED_GRADIENTS, two);
    assertThat(g.map().data()[0]).isCloseTo(1, within(0.02f));
    assertThat(g.figures().get("delta")).isCloseTo(0, within(0.02));
    Explanation same = why.against(two).explain(Method.INTEGRATED_GRADIENTS, two);
    assertThat(same.map().data()).containsExactly(0);
  }

  @Test
  void smoothGradOfALinearNetworkIsItsGradient() {
    Model linear = linear();
    Probe probe = Probe.ofGradients(linear, Target.logit(1), GradientRule.EXACT);
    Tensor x = Engines.random(1, 4, 5, 2);
    SmoothGrad s = SmoothGrad.of(probe, x, 7, 0.15, Seed.of(1));
    Tensor w = column(linear, 1);
    for (int i = 0; i < w.data().length; i++) {
      assertThat(s.mean().data()[i]).isCloseTo(w.data()[i], within(1e-6f));
      assertThat(s.variance().data()[i]).isCloseTo(0, within(1e-9f));
    }
  }

  @Test
  void smoothGradWithoutNoiseIsTheGradientAndWithItFollowsTheSeed() {
    Model net = model(sequence(conv2d(4, 3), relu(), flatten(), dense(2)), 5, 5, 1);
    Probe probe = Probe.ofGradients(net, Target.logit(0), GradientRule.EXACT);
    Tensor x = Engines.random(1, 5, 5, 1);
    Tensor plain = probe.read(x).gradient();
    SmoothGrad still = SmoothGrad.of(probe, x, 3, 0, Seed.of(1));
    for (int i = 0; i < 25; i++) {
      assertThat(still.mean().data()[i]).isCloseTo(plain.data()[i], within(1e-6f));
    }
    SmoothGrad a = SmoothGrad.of(probe, x, 70, 0.5, Seed.of(1));
    SmoothGrad b = SmoothGrad.of(probe, x, 70, 0.5, Seed.of(1));
    assertThat(a.mean().data()).isEqualTo(b.mean().data());
    assertThat(a.variance().data()).isEqualTo(b.variance().data());
    assertThat(SmoothGrad.of(probe, x, 70, 0.5, Seed.of(2)).mean().data())
        .isNotEqualTo(a.mean().data());
  }

  /** Of a linear network with s = p: Σ w·(x − grey) over the square, in all S(x) − S(grey). */
  @Test
  void occlusionOfALinearNetwork() {
    Model linear = linear();
    Probe scores = Probe.ofScores(linear, Target.logit(0));
    Tensor x = Engines.random(1, 4, 5, 2);
    Tensor grey = Baselines.constant(x, 0.25f);
    Occlusion o = Occlusion.of(scores, x, grey, 2, 2);
    assertThat(o.falls().shape()).isEqualTo(Shape.of(2, 2)); // the fifth column is never covered
    Tensor w = column(linear, 0);
    double sum = 0;
    for (int y = 0; y < 2; y++) {
      for (int c = 0; c < 2; c++) {
        sum += w.get(y, 2, c) * (x.get(y, 2, c) - 0.25) + w.get(y, 3, c) * (x.get(y, 3, c) - 0.25);
      }
    }
    assertThat(o.falls().get(0, 1)).isCloseTo((float) sum, within(1e-5f));
    Occlusion all = Occlusion.of(scores, x, grey, 1, 1);
    assertThat(Engines.sum(all.falls()))
        .isCloseTo(all.score() - scores.read(grey).score(), within(1e-4));
    assertThat(o.perPixel(4, 5).get(0, 4)).isZero();
    assertThat(o.perPixel(4, 5).get(1, 3)).isEqualTo(o.falls().get(0, 1));
    assertThatThrownBy(() -> Occlusion.of(scores, x, grey, 5, 1))
        .isInstanceOf(FoveaException.class)
        .hasMessageContaining("within [4,5,2]");
  }

  /** 28² by 4 in steps of 2 are 169 squares, 224² by 32 in steps of 8 are 625. */
  @Test
  void theUsualOcclusionOfADigitTakes169Runs() {
    Model digits = model(sequence(flatten(), dense(2)), 28, 28, 1);
    Explanation e =
        Explainer.of(digits, Target.logit(0))
            .explain(Method.OCCLUSION, Engines.random(1, 28, 28, 1));
    assertThat(e.figures()).containsEntry("size", 4.0).containsEntry("stride", 2.0);
    assertThat((28 - 4) / 2 + 1).isEqualTo(13);
    assertThat((224 - 32) / 8 + 1).isEqualTo(25);
  }

  /** Of a linear network the order by w·x is the best there is; any other lies between. */
  @Test
  void deletionPrefersTheMapThatNamesThePixelsThatCount() {
    Model linear = linear();
    Explainer why = Explainer.of(linear, Target.logit(1));
    Tensor x = Engines.random(1, 4, 5, 2);
    Explanation best = why.explain(Method.GRADIENT_TIMES_INPUT, x);
    Tensor reversed = best.map().copy();
    for (int i = 0; i < 20; i++) {
      reversed.data()[i] *= -1;
    }
    Probe scores = Probe.ofScores(linear, why.target());
    Tensor zero = why.baseline();
    double least = DeletionCurve.deletion(scores, best.map(), x, zero, 20).area();
    double most = DeletionCurve.deletion(scores, reversed, x, zero, 20).area();
    double random = 0;
    for (int i = 0; i < 10; i++) {
      double area =
          DeletionCurve.deletion(scores, Engines.random(10 + i, 4, 5), x, zero, 20).area();
      assertThat(area).isBetween(least, most);
      random += area / 10;
    }
    assertThat(random).isCloseTo((least + most) / 2, within((most - least) / 4));
    DeletionCurve insertion = why.insertion(best, x);
    assertThat(insertion.scores().getFirst()).isEqualTo((double) scores.read(zero).score());
    assertThat(insertion.scores().getLast()).isEqualTo((double) scores.read(x).score());
    assertThat(insertion.area()).isGreaterThan(least);
  }

  /** The lesson of Adebayo et al.: the gradient forgets the picture with the weights. */
  @Test
  void randomisationTellsWhatMethodsLookAt() {
    Model net =
        model(
            sequence(
                conv2d(6, 3).same(),
                relu(),
                conv2d(6, 3).same(),
                relu(),
                globalAvgPool(),
                dense(3)),
            10,
            10,
            1);
    Explainer why = Explainer.of(net, Target.logit(0));
    Tensor x = Engines.random(2, 10, 10, 1);
    RandomisationCheck check = why.randomisation(Method.SIGNED_SALIENCY, x);
    assertThat(check.steps())
        .extracting(RandomisationCheck.Step::layer)
        .containsExactly("", "5", "2", "0");
    assertThat(check.steps().getFirst().correlation()).isEqualTo(1);
    assertThat(check.steps().getLast().correlation()).isLessThan(0.6);
    assertThat(check.steps().getFirst().map().data())
        .as("the network stays as it is")
        .isEqualTo(why.explain(Method.SIGNED_SALIENCY, x).map().data());
    assertThat(RankCorrelation.of(new float[] {1, 2, 3}, new float[] {5, 6, 9})).isEqualTo(1);
    assertThat(RankCorrelation.of(new float[] {1, 2, 3}, new float[] {9, 6, 5})).isEqualTo(-1);
    assertThat(RankCorrelation.of(new float[] {1, 2, 2, 3}, new float[] {1, 2, 2, 3}))
        .isCloseTo(1, within(1e-12));
    assertThat(RankCorrelation.of(new float[] {1, 2}, new float[] {4, 4})).isZero();
  }

  /** One number for two classes is the score of class 1, its negative that of class 0. */
  @Test
  void oneScoreIsThatOfTwoClasses() {
    Model head = head();
    float score = head.run(A.reshape(A.shape().prepend(1))).data()[0];
    for (int c = 0; c < 2; c++) {
      Target target = Target.logit(head.output(0), c);
      assertThat(Explainer.of(head, target).explain(Method.SALIENCY, A).score())
          .isCloseTo(c == 1 ? score : -score, within(1e-6));
    }
    assertThatThrownBy(() -> Target.logit(head.output(0), 2))
        .hasMessage("target: one score is that of classes 0 and 1, asked for 2");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Explainer why = Explainer.of(linear(), Target.logit(5));
    assertThatThrownBy(() -> why.explain(Method.SALIENCY, Engines.random(1, 4, 5, 2)))
        .isInstanceOf(FoveaException.class)
        .hasMessage("target: the network has numbers 0 … 2, asked for 5");
    assertThatThrownBy(() -> why.explain(Method.GRAD_CAM, Engines.random(1, 4, 5, 2)))
        .hasMessage("class activation: the network has no layer with more than one place");
    assertThatThrownBy(() -> Explainer.of(linear(), Target.logit(0)).at("2"))
        .hasMessageContaining("no layer 2");
    assertThatThrownBy(() -> Method.parse("grad-cm")).hasMessageContaining("did you mean");
  }
}
