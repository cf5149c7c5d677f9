package dev.fovea.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.engine.Engine;
import dev.fovea.engine.graph.Graph;
import dev.fovea.nn.Model;
import dev.fovea.nn.Summary;
import dev.fovea.op.BinaryFunction;
import dev.fovea.op.Contraction;
import dev.fovea.op.Elementwise;
import dev.fovea.op.Normalization;
import dev.fovea.op.Value;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parameters and shapes that papers and other libraries publish. */
final class PublishedFiguresTest {

  private static Summary summary(String name, Shape input, int classes) {
    return Model.build(Zoo.find(name).build(classes), input, Seed.of(1)).summary();
  }

  private static Summary summary(String name) {
    Architecture a = Zoo.find(name);
    return summary(name, a.input(), a.classes());
  }

  /**
   * The counts that torchvision publishes with its weights ({@code num_params}), in which running
   * statistics are no parameters.
   */
  @ParameterizedTest
  @CsvSource({
    "alexnet-owt, 61100840",
    "vgg11, 132863336",
    "vgg13, 133047848",
    "vgg16, 138357544",
    "vgg19, 143667240",
    "vgg11-bn, 132868840",
    "vgg13-bn, 133053736",
    "vgg16-bn, 138365992",
    "vgg19-bn, 143678248",
    "googlenet, 6624904",
    "resnet18, 11689512",
    "resnet34, 21797672",
    "resnet50, 25557032",
    "resnet101, 44549160",
    "resnet152, 60192808",
    "resnext50-32x4d, 25028904",
    "resnext101-32x8d, 88791336",
    "wide-resnet50-2, 68883240",
    "wide-resnet101-2, 126886696",
    "densenet121, 7978856",
    "densenet161, 28681000",
    "densenet169, 14149480",
    "densenet201, 20013928",
    "squeezenet1-0, 1248424",
    "squeezenet1-1, 1235496",
    "mobilenet-v2, 3504872",
    "mobilenet-v3-large, 5483032",
    "mobilenet-v3-small, 2542856",
    "shufflenet-v2-x0-5, 1366792",
    "shufflenet-v2-x1-0, 2278604",
    "shufflenet-v2-x1-5, 3503624",
    "shufflenet-v2-x2-0, 7393996",
    "efficientnet-b0, 5288548",
    "convnext-tiny, 28589128",
    "convnext-small, 50223688",
    "convnext-base, 88591464"
  })
  void parametersThatTorchvisionPublishes(String name, long parameters) {
    assertThat(summary(name).trainable()).isEqualTo(parameters);
  }

  /**
   * Counts published elsewhere: of the LeNets and MobileNet v1 by their tables, of two groups of
   * AlexNet by its paper (60 million), of ResNets for CIFAR by the implementation most weights come
   * from (0.27, 0.46, 0.66, 0.85 and 1.7 million in the paper), of pre-activation ResNet-50 by timm
   * (resnetv2_50), of Wide ResNets and DenseNets for CIFAR by their papers (2.7, 36.5 and 8.9; 1.0
   * and 0.8 million), of GoogLeNet by its Caffe model, of Network in Network by its Caffe models.
   */
  @ParameterizedTest
  @CsvSource({
    "lenet5, 61706",
    "lenet-like, 81194",
    "alexnet, 62378344",
    "alexnet-fcn, 62378344",
    "alexnet-2groups, 60965224",
    "vgg11-lrn, 132863336",
    "vgg16-fcn, 138357544",
    "inception-v1, 6998552",
    "mobilenet, 4231976",
    "resnet20, 269722",
    "resnet32, 464154",
    "resnet44, 658586",
    "resnet56, 853018",
    "resnet110, 1727962",
    "resnet110-stochastic, 1727962",
    "preact-resnet50, 25549352",
    "wrn-28-10, 36479194",
    "wrn-16-4, 2748890",
    "densenet-bc100-k12, 769162",
    "nin, 966986",
    "nin-imagenet, 7595176"
  })
  void parametersThatPapersAndOtherLibrariesPublish(String name, long parameters) {
    assertThat(summary(name).trainable()).isEqualTo(parameters);
  }

  /**
   * Multiply-adds of convolutions and dense layers for one picture in units of 10⁹, as torchvision
   * publishes them ({@code _ops}), rounded to three places.
   */
  @ParameterizedTest
  @CsvSource({
    "alexnet-owt, 0.714",
    "vgg11, 7.609",
    "vgg13, 11.308",
    "vgg16, 15.470",
    "vgg19, 19.632",
    "vgg16-bn, 15.470",
    "googlenet, 1.498",
    "inception-v3, 5.713",
    "resnet18, 1.814",
    "resnet34, 3.664",
    "resnet50, 4.089",
    "resnet101, 7.801",
    "resnet152, 11.514",
    "resnext50-32x4d, 4.230",
    "resnext101-32x8d, 16.414",
    "wide-resnet50-2, 11.398",
    "wide-resnet101-2, 22.753",
    "densenet121, 2.834",
    "densenet161, 7.728",
    "densenet169, 3.360",
    "densenet201, 4.291",
    "squeezenet1-0, 0.819",
    "squeezenet1-1, 0.349",
    "mobilenet-v2, 0.301",
    "mobilenet-v3-large, 0.217",
    "mobilenet-v3-small, 0.057",
    "shufflenet-v2-x0-5, 0.040",
    "shufflenet-v2-x1-0, 0.145",
    "shufflenet-v2-x1-5, 0.296",
    "shufflenet-v2-x2-0, 0.583",
    "efficientnet-b0, 0.386",
    "convnext-tiny, 4.456",
    "convnext-small, 8.684",
    "convnext-base, 15.355"
  })
  void multiplyAddsThatTorchvisionPublishes(String name, String billions) {
    Architecture a = Zoo.find(name);
    Model model = Model.build(a.build(a.classes()), a.input(), Seed.of(1));
    long flops = 0;
    for (Value v : Graph.topological(model.trace(1, false).outputs())) {
      List<Shape> inputs = v.inputs().stream().map(Value::shape).toList();
      flops += v.op() instanceof Contraction c ? c.flops(inputs, v.shape()) : 0;
    }
    assertThat(String.format(Locale.ROOT, "%.3f", flops / 2e9)).isEqualTo(billions);
  }

  /** torchvision's count of Inception v3 holds the auxiliary classifier; that of timm does not. */
  @Test
  void inceptionV3WithAndWithoutItsAuxiliaryClassifier() {
    assertThat(summary("inception-v3").trainable()).isEqualTo(23_834_568);
    assertThat(withHeads("inception-v3").parameters().count(true)).isEqualTo(27_161_264);
  }

  /** torchvision's GoogLeNet has 13,004,888 parameters when its auxiliary classifiers are kept. */
  @Test
  void googLeNetWithItsAuxiliaryClassifiers() {
    Model model = withHeads("googlenet");
    assertThat(model.parameters().count(true)).isEqualTo(13_004_888);
    assertThat(model.outputs()).containsExactly(Shape.of(1000));
    assertThat(model.trace(1, true).outputs())
        .extracting(Value::shape)
        .containsExactly(Shape.of(1, 1000), Shape.of(1, 1000), Shape.of(1, 1000));
  }

  private static Model withHeads(String name) {
    Architecture a = Zoo.find(name);
    return Model.build(
        a.heads().orElseThrow().network().apply(Scale.full(a.classes())),
        List.of(a.input()),
        Seed.of(1),
        Engine.shared());
  }

  /** Column C has a 1×1 convolution more than B in each of the last three stages: 134 million. */
  @Test
  void vggCHasPointwiseConvolutions() {
    long more = (256 * 256 + 256) + 2L * (512 * 512 + 512);
    assertThat(summary("vgg16-c").trainable()).isEqualTo(133_047_848 + more);
  }

  /** AlexNet with 7·7 first and the same 6×6×256 last features. */
  @Test
  void zfNetDiffersFromAlexNetInItsFirstFilters() {
    Summary s = summary("zfnet");
    assertThat(s.trainable()).isEqualTo(62_378_344 - (11 * 11 - 7 * 7) * 3L * 96);
    assertThat(s.rows())
        .filteredOn(r -> r.kind().equals("conv2d"))
        .extracting(r -> r.output().times())
        .containsExactly("110×110×96", "26×26×256", "13×13×384", "13×13×384", "13×13×256");
  }

  /** Shortcuts by convolution cost in·out weights and 2·out of a norm, at two places. */
  @ParameterizedTest
  @CsvSource({"8", "20", "32", "44", "56", "110"})
  void shortcutsOfOptionBHaveParametersThoseOfOptionAHaveNone(int depth) {
    long n = (depth - 2L) / 6;
    long plain = 27 * 16 + 2 * 16 + 64 * 10 + 10;
    for (long out = 16; out <= 64; out *= 2) {
      plain += (2 * n - 1) * 9 * out * out + 9 * Math.max(out / 2, 16) * out + 4 * n * out;
    }
    assertThat(summary("resnet" + depth).trainable()).isEqualTo(plain);
    assertThat(summary("resnet" + depth + "-b").trainable())
        .isEqualTo(plain + (16 * 32 + 2 * 32) + (32 * 64 + 2 * 64));
  }

  /** Layer i of a block of growth 12 sees c + 12·i channels: a norm of them, 9·12 weights each. */
  @Test
  void denseNet40ParametersFollowFromItsGrowth() {
    long expected = 27 * 16;
    long c = 16;
    for (int block = 0; block < 3; block++) {
      for (int i = 0; i < 12; i++, c += 12) {
        expected += 2 * c + 9 * c * 12;
      }
      expected += block < 2 ? 2 * c + c * c : 2 * c;
    }
    expected += c * 10 + 10;
    assertThat(summary("densenet40-k12").trainable()).isEqualTo(expected).isEqualTo(1_019_722);
  }

  /** The stem has no norm, blocks have in + 2·filters, the end has 2048, shortcuts none. */
  @ParameterizedTest
  @CsvSource({"101, 44549160, 4, 23", "152, 60192808, 8, 36"})
  void preActivationMovesNorms(int depth, long resnet, int second, int third) {
    long[] depths = {3, second, third, 3};
    long before = 64;
    long after = 2048;
    long in = 64;
    for (int stage = 0; stage < 4; stage++) {
      long f = 64L << stage;
      before += 6 * f * depths[stage] + 4 * f;
      after += in + 2 * f + (depths[stage] - 1) * 6 * f;
      in = 4 * f;
    }
    assertThat(summary("preact-resnet" + depth).trainable())
        .isEqualTo(resnet - 2 * (before - after));
  }

  /** Per double convolution in→out: 9·in·out + 9·out·out + 2·out; per up-convolution 4·2c·c + c. */
  @Test
  void unetTrainableParametersFollowFromItsFilters() {
    long expected = 64 * 2 + 2;
    long in = 1;
    for (long out = 64; out <= 1024; out *= 2) {
      expected += 9 * in * out + 9 * out * out + 2 * out;
      in = out;
    }
    for (long c = 512; c >= 64; c /= 2) {
      expected += 4 * 2 * c * c + c + 9 * 2 * c * c + 9 * c * c + 2 * c;
    }
    assertThat(summary("unet").trainable()).isEqualTo(expected);
  }

  /** As above with half the filters, 9·in·out + 9·out·out weights and 4·out of two norms. */
  @Test
  void normalizedUnetTrainableParametersFollowFromItsFilters() {
    long expected = 32 * 2 + 2;
    long in = 1;
    for (long out = 32; out <= 512; out *= 2) {
      expected += 9 * in * out + 9 * out * out + 4 * out;
      in = out;
    }
    for (long c = 256; c >= 32; c /= 2) {
      expected += 4 * 2 * c * c + c + 9 * 2 * c * c + 9 * c * c + 4 * c;
    }
    assertThat(summary("unet-bn").trainable()).isEqualTo(expected).isEqualTo(7_762_498);
  }

  /** k 2, n 5, α 10⁻⁴ for each of them and β 0.75 (Krizhevsky et al., 2012). */
  @ParameterizedTest
  @CsvSource({"alexnet, 2", "zfnet, 2", "vgg11-lrn, 1"})
  void responsesAreNormalizedAsAlexNetDoes(String name, int count) {
    assertThat(ops(name).map(Value::op).filter(Normalization.LocalResponseNorm.class::isInstance))
        .hasSize(count)
        .containsOnly(new Normalization.LocalResponseNorm(5, 5e-4f, 0.75f, 2));
  }

  private static Stream<Value> ops(String name) {
    Architecture a = Zoo.find(name);
    Model model = Model.build(a.build(a.classes()), a.input(), Seed.of(1));
    return Graph.topological(model.trace(1, false).outputs()).stream();
  }

  /** The first sum has the activation on both paths, those after it the sum before. */
  @ParameterizedTest
  @CsvSource({"preact-resnet18", "preact-resnet110"})
  void firstUnitPartsAfterItsActivation(String name) {
    List<Value> sums =
        ops(name)
            .filter(v -> v.op().equals(new Elementwise.Binary(BinaryFunction.ADD)))
            .filter(v -> v.input(0).op() instanceof Contraction)
            .toList();
    assertThat(sums.get(0).input(1).op()).isInstanceOf(Elementwise.Activate.class);
    assertThat(sums.get(1).input(1)).isSameAs(sums.get(0));
  }

  /** Convolutions 34,944 to 884,992; dense 37,748,736, 16,777,216 and 4,096,000 without biases. */
  @Test
  void alexNetParametersOfEachLayer() {
    assertThat(summary("alexnet").rows())
        .extracting(Summary.Row::parameters)
        .filteredOn(n -> n > 0)
        .containsExactly(
            34_944L,
            614_656L,
            885_120L,
            1_327_488L,
            884_992L,
            37_748_736L + 4096,
            16_777_216L + 4096,
            4_096_000L + 1000);
  }

  @Test
  void alexNetMapsAfterPoolings() {
    assertThat(summary("alexnet").rows())
        .filteredOn(r -> r.kind().equals("max_pool"))
        .extracting(r -> r.output().times())
        .containsExactly("27×27×96", "13×13×256", "6×6×256");
  }

  @Test
  void googLeNetMapsAfterModules() {
    assertThat(summary("inception-v1").rows())
        .filteredOn(r -> r.path().matches("inception[345].|maxpool."))
        .extracting(r -> r.output().times())
        .containsExactly(
            "56×56×64",
            "28×28×192",
            "28×28×256",
            "28×28×480",
            "14×14×480",
            "14×14×512",
            "14×14×512",
            "14×14×512",
            "14×14×528",
            "14×14×832",
            "7×7×832",
            "7×7×832",
            "7×7×1024");
  }

  @Test
  void mobileNetWithRunningStatistics() {
    assertThat(summary("mobilenet").parameters()).isEqualTo(4_253_864);
  }

  @ParameterizedTest
  @CsvSource({"224, 7×7×1024", "120, 3×3×1024"})
  void mobileNetMapsBeforeThePooling(int size, String shape) {
    Summary s = summary("mobilenet", Shape.of(size, size, 3), 1000);
    Summary.Row last =
        s.rows().stream().filter(r -> r.kind().equals("relu")).reduce((a, b) -> b).orElseThrow();
    assertThat(last.output().times()).isEqualTo(shape);
  }

  @Test
  void lenet5TakesDigitsOf28PaddedAndOf32AsTheyAre() {
    for (int size : new int[] {28, 32}) {
      Summary s = summary("lenet5", Shape.of(size, size, 1), 10);
      assertThat(s.parameters()).isEqualTo(61_706);
      assertThat(s.rows()).element(0).extracting(r -> r.output().times()).isEqualTo("28×28×6");
    }
  }

  @Test
  void lenetLikeOutputsAndParametersOfEachLayer() {
    Summary s = summary("lenet-like");
    assertThat(s.rows())
        .filteredOn(r -> !r.kind().equals("relu"))
        .extracting(r -> r.output().times() + " " + r.parameters())
        .containsExactly(
            "30×30×6 60",
            "15×15×6 0",
            "13×13×16 880",
            "6×6×16 0",
            "576 0",
            "120 69240",
            "84 10164",
            "10 850");
  }

  @Test
  void resNetStagesHalveTheMap() {
    assertThat(summary("resnet18").rows())
        .filteredOn(r -> r.path().matches("layer[1-4]\\.1\\.conv2"))
        .extracting(r -> r.output().times())
        .containsExactly("56×56×64", "28×28×128", "14×14×256", "7×7×512");
  }
}
