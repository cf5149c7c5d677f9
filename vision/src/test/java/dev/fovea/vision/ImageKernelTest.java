package dev.fovea.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ImageKernel.Border;
import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageKernelTest {
  private static final String A =
      "105 102 100 97 96; 103 99 103 101 102; 101 98 104 102 100;"
          + " 99 101 106 104 99; 104 104 104 100 98";
  private static final String SHARPEN = "0 -1 0; -1 5 -1; 0 -1 0";

  /** Rows "valid, 3×3" and "valid, 2×2" of the project's convolution arithmetic. */
  @ParameterizedTest
  @CsvSource({
    "'1 2 3 4; 5 6 7 8; 9 10 11 12; 13 14 15 16','-1 1; 0 1','7 8 9; 11 12 13; 15 16 17'",
    "'1 2 3 4; 5 6 7 8; 9 10 11 12; 13 14 15 16','1 2; 3 4','44 54 64; 84 94 104; 124 134 144'",
    "'3 3 2 1 0; 0 0 1 3 1; 3 1 2 2 3; 2 0 0 2 2; 2 0 0 0 1','0 1 2; 2 2 0; 0 1 2',"
        + "'12 12 17; 10 17 19; 9 6 14'",
    "'1 1 1 0 0; 0 1 1 1 0; 0 0 1 1 1; 0 0 1 1 0; 0 1 1 0 0','1 0 1; 0 1 0; 1 0 1',"
        + "'4 3 4; 2 4 3; 2 3 4'",
    "'1 4 0 2 0; 5 3 0 2 1; 2 0 0 1 0; 1 5 3 2 0; 3 0 2 0 2','1 0 0; 0 2 -1; -1 0 -2',"
        + "'5 0 3; -2 -7 -1; 2 4 -2'",
    "'" + A + "','" + SHARPEN + "','89 111 101; 85 111 101; 98 117 113'"
  })
  void validCorrelation(String image, String kernel, String expected) {
    Tensor out = ImageKernel.parse(kernel).correlate(Pictures.grey(image), Border.VALID);
    assertThat(out.shape()).isEqualTo(Pictures.grey(expected).shape());
    assertThat(out.data()).isEqualTo(Pictures.grey(expected).data());
  }

  /** Row "A, same, stride 1, sharpen". */
  @Test
  void sameCorrelationWithZeros() {
    String expected =
        "320 206 198 188 281; 210 89 111 101 213; 205 85 111 101 197; 189 98 117 113 193;"
            + " 317 211 210 194 291";
    Tensor out = ImageKernel.parse(SHARPEN).correlate(Pictures.grey(A), Border.ZERO);
    assertThat(out.data()).isEqualTo(Pictures.grey(expected).data());
  }

  /** At the corner of A with its edge repeated: 5·105 − 105 − 105 − 102 − 103 = 110. */
  @Test
  void theEdgeIsRepeatedByDefault() {
    assertThat(ImageKernel.parse(SHARPEN).correlate(Pictures.grey(A)).data()[0]).isEqualTo(110);
    Tensor flat = Tensor.full(Shape.of(6, 5, 3), 9);
    assertThat(ImageKernel.gaussian(5, 1).correlate(flat).data()[0]).isCloseTo(9, within(1e-5f));
  }

  @Test
  void convolutionTurnsTheKernel() {
    ImageKernel k = ImageKernel.parse("1 2 3; 4 5 6");
    assertThat(k.rotated()).isEqualTo(ImageKernel.parse("6 5 4; 3 2 1"));
    Tensor image = Pictures.pattern(6, 7, 3, 4);
    assertThat(k.convolve(image, Border.VALID).data())
        .isEqualTo(ImageKernel.parse("6 5 4; 3 2 1").correlate(image, Border.VALID).data());
    Tensor point = Pictures.grey("0 0 0 0 0; 0 0 0 0 0; 0 0 1 0 0; 0 0 0 0 0; 0 0 0 0 0");
    ImageKernel odd = ImageKernel.parse("1 2 3; 4 5 6; 7 8 9");
    assertThat(Images.centreCrop(odd.convolve(point, Border.ZERO), 3, 3).data())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(Images.centreCrop(odd.correlate(point, Border.ZERO), 3, 3).data())
        .containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1);
  }

  /** numpy.pad([[1, 2, 3, 4], [4, 5, 6, 8], [7, 8, 10, 9]], ((1, 1), (1, 2)), mode="reflect"). */
  @Test
  void theEdgeIsNotRepeatedWhereItReflects() {
    Tensor image = Pictures.grey("1 2 3 4; 4 5 6 8; 7 8 10 9");
    Tensor padded =
        Pictures.grey(
            "5 4 5 6 8 6 5; 2 1 2 3 4 3 2; 5 4 5 6 8 6 5; 8 7 8 10 9 10 8; 5 4 5 6 8 6 5");
    ImageKernel k = ImageKernel.parse("1 -2 3 5; 0 7 1 -1; 2 2 9 4");
    assertThat(k.correlate(image, Border.REFLECT).data())
        .isEqualTo(k.correlate(padded, Border.VALID).data());
  }

  /** Every stride-th row and column of what stride 1 gives, for each border and size. */
  @Test
  void aStridePicksEveryNthResult() {
    Tensor image = Pictures.pattern(7, 6, 3, 5);
    ImageKernel k = ImageKernel.parse("1 -2; 3 0.5; -1 1");
    for (Border border : Border.values()) {
      Tensor whole = k.correlate(image, border);
      for (int stride : new int[] {1, 2, 3, 50}) {
        Tensor out = k.correlate(image, border, stride);
        int tall = (whole.shape().dim(0) + stride - 1) / stride;
        int wide = (whole.shape().dim(1) + stride - 1) / stride;
        assertThat(out.shape()).isEqualTo(Shape.of(tall, wide, 3));
        for (int i = 0; i < out.data().length; i++) {
          int y = i / (3 * wide) * stride;
          int x = i / 3 % wide * stride;
          assertThat(out.data()[i])
              .isEqualTo(whole.data()[(y * whole.shape().dim(1) + x) * 3 + i % 3]);
        }
      }
    }
    assertThatThrownBy(() -> k.correlate(image, Border.ZERO, 0))
        .hasMessage("kernel with stride 0, expected is 1 or more");
  }

  @Test
  void channelsStayApart() {
    Tensor rgb = Pictures.pattern(5, 6, 3, 8);
    ImageKernel k = ImageKernel.parse("1 -2; 3 0.5; -1 1");
    for (Border border : Border.values()) {
      Tensor out = k.correlate(rgb, border);
      for (int c = 0; c < 3; c++) {
        Tensor one = Tensor.zeros(Shape.of(5, 6, 1));
        for (int i = 0; i < 30; i++) {
          one.data()[i] = rgb.data()[3 * i + c];
        }
        float[] alone = k.correlate(one, border).data();
        for (int i = 0; i < alone.length; i++) {
          assertThat(out.data()[3 * i + c]).isEqualTo(alone[i]);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'1 2; 3','kernel \"1 2; 3\": row 2 has 1 weights, the first row has 2'",
    "'1 x; 3 4','kernel \"1 x; 3 4\": \"x\" is not a number;"
        + " expected rows such as \"0 -1 0; -1 5 -1; 0 -1 0\"'",
    "'1 NaN','kernel \"1 NaN\": \"NaN\" is not a number;"
        + " expected rows such as \"0 -1 0; -1 5 -1; 0 -1 0\"'",
    "'1/0','kernel \"1/0\": \"1/0\" is not a number;"
        + " expected rows such as \"0 -1 0; -1 5 -1; 0 -1 0\"'",
    "'1 2;','kernel \"1 2;\": row 2 has 0 weights, the first row has 2'",
    "'','kernel of 1×0, allowed are 1 to 255'"
  })
  void wrongTextsAreRefused(String text, String message) {
    assertThatThrownBy(() -> ImageKernel.parse(text))
        .isInstanceOf(FoveaException.class)
        .hasMessage(message);
  }

  /** A long run of blanks is passed once, not once for each of them, which would take hours. */
  @Test
  void longRunsOfBlanksArePassedOnce() {
    String blanks = " ".repeat(1_000_000);
    assertThat(ImageKernel.parse("1" + blanks + "2" + blanks + ";" + blanks + "3 4"))
        .isEqualTo(ImageKernel.parse("1 2; 3 4"));
  }

  @Test
  void textReadsBack() {
    assertThat(ImageKernel.parse(" 1,2 ;-.5  1/4 ")).hasToString("1 2; -0.5 0.25");
    ImageKernel g = ImageKernel.gaussian(5, 1.3);
    assertThat(ImageKernel.parse(g.toString())).isEqualTo(g).hasSameHashCodeAs(g);
  }

  @Test
  void kernelsLargerThanThePictureAreRefused() {
    assertThatThrownBy(() -> ImageKernel.gaussian(7, 1).correlate(Pictures.grey(A)))
        .hasMessage("kernel of 7×7 is larger than the picture of 5×5");
    assertThatThrownBy(() -> ImageKernel.gaussian(4, 1)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> ImageKernel.gaussian(5, 0)).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> ImageKernel.of(2, 2, 1, 2, 3))
        .hasMessage("kernel of 2×2 needs 4 weights, got 3");
  }

  @Test
  void gaussianSumsToOneAndIsSymmetric() {
    for (int size = 1; size <= 15; size += 2) {
      ImageKernel g = ImageKernel.gaussian(size, 0.3 * size);
      assertThat(g.sum()).isCloseTo(1, within(1e-6));
      assertThat(g.rotated()).isEqualTo(g);
    }
    // exp(−1/2σ²) with σ = 1 is 0.6065: the middle weight is 1 / (1 + 2 · 0.6065)² = 0.2042.
    assertThat(ImageKernel.gaussian(3, 1).weight(1, 1)).isCloseTo(0.2042f, within(1e-4f));
  }

  /** Every kernel of the project's list of image kernels, by its weights. */
  @ParameterizedTest
  @CsvSource({
    "identity,'0 0 0; 0 1 0; 0 0 0'",
    "box,'1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9'",
    "gaussian,'1/16 2/16 1/16; 2/16 4/16 2/16; 1/16 2/16 1/16'",
    "sharpen,'0 -1 0; -1 5 -1; 0 -1 0'",
    "outline,'-1 -1 -1; -1 8 -1; -1 -1 -1'",
    "laplacian,'0 1 0; 1 -4 1; 0 1 0'",
    "diagonal-edge,'1 0 -1; 0 0 0; -1 0 1'",
    "emboss,'-2 -1 0; -1 1 1; 0 1 2'",
    "sobel-top,'1 2 1; 0 0 0; -1 -2 -1'",
    "sobel-left,'1 0 -1; 2 0 -2; 1 0 -1'",
    "unsharp,'-1/256 -4/256 -6/256 -4/256 -1/256; -4/256 -16/256 -24/256 -16/256 -4/256;"
        + " -6/256 -24/256 476/256 -24/256 -6/256; -4/256 -16/256 -24/256 -16/256 -4/256;"
        + " -1/256 -4/256 -6/256 -4/256 -1/256'"
  })
  void weightsOfNamedKernels(String name, String weights) {
    assertThat(ImageKernels.find(name).kernel()).contains(ImageKernel.parse(weights));
  }

  static Iterable<ImageFilter> filters() {
    return ImageKernels.all();
  }

  @ParameterizedTest
  @MethodSource("filters")
  void everyFilterShowsAPicture(ImageFilter filter) {
    for (int channels : new int[] {1, 3}) {
      Tensor image = Pictures.pattern(20, 24, channels, 3);
      Tensor out = filter.apply(image);
      assertThat(out.shape().dim(0)).isEqualTo(20);
      assertThat(out.shape().dim(1)).isEqualTo(24);
      for (float v : out.data()) {
        assertThat(v).isBetween(0f, 255f);
      }
      assertThat(image.data()).isEqualTo(Pictures.pattern(20, 24, channels, 3).data());
    }
    boolean keeps = filter.kernel().map(k -> k.sum() > 0.5).orElse(false);
    float[] flat = filter.apply(Tensor.full(Shape.of(20, 20, 1), 100)).data();
    if (!filter.name().equals("lbp")) {
      assertThat(flat[210]).isCloseTo(keeps ? 100 : 0, within(1e-2f));
    }
  }

  @Test
  void namesAreFoundOrSuggested() {
    assertThat(new HashSet<>(ImageKernels.names())).hasSameSizeAs(ImageKernels.names());
    assertThatThrownBy(() -> ImageKernels.find("sobel-tpo"))
        .isInstanceOf(FoveaException.class)
        .hasMessage("unknown kernel \"sobel-tpo\"; did you mean sobel-top?");
    assertThat(ImageKernels.find("0 1; 1 0").kernel()).contains(ImageKernel.parse("0 1; 1 0"));
    assertThat(ImageKernels.find("gaussian:1.5").kernel()).contains(ImageKernel.gaussian(11, 1.5));
    assertThatThrownBy(() -> ImageKernels.find("gaussian:x"))
        .hasMessage("kernel \"gaussian:x\": expected a number of pixels, as in gaussian:1.5");
    assertThatThrownBy(() -> ImageKernels.find("gaussian:1e9")).isInstanceOf(FoveaException.class);
    assertThatThrownBy(() -> ImageKernels.find("gaussian:-1")).isInstanceOf(FoveaException.class);
  }

  /** A step of 10 from left to right: Sobel left answers 40, and the hue is that of the right. */
  @Test
  void sobelOfAStep() {
    Tensor step = Pictures.grey("0 0 10 10; 0 0 10 10; 0 0 10 10");
    assertThat(ImageKernels.find("sobel-magnitude").apply(step).data()[5]).isEqualTo(40);
    float[] direction = ImageKernels.find("sobel-direction").apply(step).data();
    assertThat(direction[15]).isCloseTo(40, within(1e-3f));
    assertThat(direction[16]).isCloseTo(0, within(1e-3f));
    assertThat(direction[17]).isCloseTo(0, within(1e-3f));
  }

  /** Ojala's pattern of the middle: neighbours clockwise 6 5 2 1 7 8 9 7 against 6. */
  @Test
  void localBinaryPatternOfTheMiddle() {
    Tensor t = Pictures.grey("6 5 2; 7 6 1; 9 8 7");
    // at least 6: upper left (bit 0), lower right (4), below (5), lower left (6), left (7).
    assertThat(ImageKernels.find("lbp").apply(t).data()[4]).isEqualTo(1 + 16 + 32 + 64 + 128);
  }

  @Test
  void cellsAnswerToSpotsOfTheirKind() {
    Tensor spot = Tensor.full(Shape.of(15, 15, 1), 100);
    spot.data()[7 * 15 + 7] = 200;
    int middle = 7 * 15 + 7;
    assertThat(ImageKernels.find("dog-on").apply(spot).data()[middle]).isGreaterThan(20);
    assertThat(ImageKernels.find("dog-off").apply(spot).data()[middle]).isZero();
    spot.data()[middle] = 0;
    assertThat(ImageKernels.find("dog-on").apply(spot).data()[middle]).isZero();
    assertThat(ImageKernels.find("dog-off").apply(spot).data()[middle]).isGreaterThan(20);
  }

  @Test
  void gaborAnswersToWavesInItsDirection() {
    Tensor waves = Tensor.zeros(Shape.of(31, 31, 1));
    for (int i = 0; i < waves.data().length; i++) {
      waves.data()[i] = (float) (128 + 20 * Math.cos(2 * Math.PI * (i % 31 - 15) / 6));
    }
    int middle = 15 * 31 + 15;
    float along = ImageKernels.find("gabor-0").apply(waves).data()[middle];
    float across = ImageKernels.find("gabor-90").apply(waves).data()[middle];
    assertThat(along).isGreaterThan(10 * across + 20);
    assertThat(ImageKernels.find("gabor-bank").apply(waves).data()[middle])
        .isGreaterThanOrEqualTo(along - 1e-3f);
  }
}
