package dev.fovea.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.tensor.ElementType;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.ShapeException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said when shapes break a rule: op, rule and fix, and what arrived. */
final class ShapeRulesTest {
  private static final Window2d THREE = Window2d.of(3, 3);
  private static final Shape IMAGES = Shape.of(8, 5, 7, 4);

  private static void fails(String message, Op op, Shape... inputs) {
    assertThatThrownBy(() -> op.shape(List.of(inputs)))
        .isInstanceOf(ShapeException.class)
        .hasMessage(message);
  }

  @Test
  void convolutionKernelTooLarge() {
    fails(
        "conv2d: kernel 5×5 does not fit input 3×3 (valid padding); use same() or a smaller"
            + " kernel; input=[N,3,3,64], [5,5,64,16]",
        new Contraction.Conv2d(Window2d.of(5, 5), 1),
        Shape.of(8, 3, 3, 64),
        Shape.of(5, 5, 64, 16));
    fails(
        "conv2d: kernel 3×3 (dilated to 7×7) does not fit input 3×3 (padded); use same() or a"
            + " smaller kernel; input=[N,3,3,1], [3,3,1,2]",
        new Contraction.Conv2d(THREE.dilation(3, 3).padding(1, 1, 1, 1), 1),
        Shape.of(8, 3, 3, 1),
        Shape.of(3, 3, 1, 2));
  }

  @Test
  void convolutionWeights() {
    var conv = new Contraction.Conv2d(THREE, 1);
    fails("conv2d: takes 2 inputs, got 1; input=[N,5,7,4]", conv, IMAGES);
    fails(
        "conv2d: input 0 must have the axes N, H, W, C, got rank 3; input=[N,7,4], [3,3,4,2]",
        conv,
        Shape.of(5, 7, 4),
        Shape.of(3, 3, 4, 2));
    fails(
        "conv2d: weights must have the axes kh, kw, Cin/groups, Cout; input=[N,5,7,4], [3,4,2]",
        conv,
        IMAGES,
        Shape.of(3, 4, 2));
    fails(
        "conv2d: weights [5,3,4,2] are not of the kernel 3×3; input=[N,5,7,4], [5,3,4,2]",
        conv,
        IMAGES,
        Shape.of(5, 3, 4, 2));
    fails(
        "conv2d: weights expect 3 input channels, got 4; input=[N,5,7,4], [3,3,3,2]",
        conv,
        IMAGES,
        Shape.of(3, 3, 3, 2));
    fails(
        "conv2d: 3 output channels do not divide into 2 groups; input=[N,5,7,4], [3,3,2,3]",
        new Contraction.Conv2d(THREE, 2),
        IMAGES,
        Shape.of(3, 3, 2, 3));
    fails(
        "conv2d: 3 output channels do not divide into 0 groups; input=[N,5,7,4], [3,3,2,3]",
        new Contraction.Conv2d(THREE, 0),
        IMAGES,
        Shape.of(3, 3, 2, 3));
  }

  @Test
  void epilogueInputs() {
    Epilogue bias = Epilogue.NONE.withBias();
    Shape w = Shape.of(3, 3, 4, 2);
    fails(
        "conv2d: the bias must have shape [Cout]; input=[N,5,7,4], [3,3,4,2], [3]",
        new Contraction.Conv2d(THREE, 1, bias, Optional.empty()),
        IMAGES,
        w,
        Shape.of(3));
    fails(
        "conv2d: the residual must have shape [8,3,5,2]; input=[N,5,7,4], [3,3,4,2], [2],"
            + " [8,3,5,1]",
        new Contraction.Conv2d(THREE, 1, bias.withResidual(), Optional.empty()),
        IMAGES,
        w,
        Shape.of(2),
        Shape.of(8, 3, 5, 1));
  }

  @Test
  void transposedConvolution() {
    var op = new Contraction.ConvTranspose2d(THREE, 1, 5, 7);
    assertThat(op.shape(List.of(Shape.of(8, 3, 5, 2), Shape.of(3, 3, 4, 2)))).isEqualTo(IMAGES);
    fails(
        "conv_transpose2d: weights expect 3 channels, got 2; input=[N,3,5,2], [3,3,4,3]",
        op,
        Shape.of(8, 3, 5, 2),
        Shape.of(3, 3, 4, 3));
    fails(
        "conv_transpose2d: a convolution of [N,5,7,4] would not give this shape;"
            + " input=[N,4,5,2], [3,3,4,2]",
        op,
        Shape.of(8, 4, 5, 2),
        Shape.of(3, 3, 4, 2));
  }

  @Test
  void weightGradient() {
    var op = new Contraction.ConvWeightGradient(THREE, 1);
    assertThat(op.shape(List.of(IMAGES, Shape.of(8, 3, 5, 2)))).isEqualTo(Shape.of(3, 3, 4, 2));
    fails(
        "conv2d_weight_gradient: the convolution's result has another shape than its gradient;"
            + " input=[N,5,7,4], [8,5,5,2]",
        op,
        IMAGES,
        Shape.of(8, 5, 5, 2));
    fails(
        "conv2d_weight_gradient: input 1 must have the axes N, H, W, C, got rank 0;"
            + " input=[N,5,7,4], []",
        op,
        IMAGES,
        Shape.scalar());
    fails(
        "conv2d_weight_gradient: 4 and 2 channels do not divide into 3 groups;"
            + " input=[N,5,7,4], [8,3,5,2]",
        new Contraction.ConvWeightGradient(THREE, 3),
        IMAGES,
        Shape.of(8, 3, 5, 2));
  }

  @Test
  void matrixProduct() {
    var op = new Contraction.MatMul(false, false);
    fails(
        "matmul: inner extents differ: 4 and 5; input=[N,4], [5,6]",
        op,
        Shape.of(3, 4),
        Shape.of(5, 6));
    fails(
        "matmul: needs [.., M, K] · [K, N] or [.., K, N]; input=[N], [4,6]",
        op,
        Shape.of(4),
        Shape.of(4, 6));
    fails(
        "matmul: outer axes must agree; input=[N,3,4], [3,4,5]",
        op,
        Shape.of(2, 3, 4),
        Shape.of(3, 4, 5));
    fails(
        "matmul: a transposed A needs as many axes in B; input=[N,3,4], [3,5]",
        new Contraction.MatMul(true, false),
        Shape.of(2, 3, 4),
        Shape.of(3, 5));
  }

  @Test
  void pooling() {
    fails(
        "max_pool2d: kernel 3×3 does not fit input 2×7 (valid padding); use same() or a smaller"
            + " kernel; input=[N,2,7,4]",
        new Pooling.MaxPool(THREE),
        Shape.of(8, 2, 7, 4));
    fails(
        "avg_pool2d: padding must be smaller than the window; input=[N,5,7,4]",
        new Pooling.AveragePool(THREE.padding(3, 0, 0, 0), true),
        IMAGES);
    fails(
        "max_pool2d_gradient: input 1 is not of pooled shape; input=[N,5,7,4], [8,5,7,4]",
        new Pooling.MaxPoolGradient(THREE),
        IMAGES,
        IMAGES);
    fails(
        "max_pool2d_gather: both shapes must agree; input=[N,5,7,4], [8,3,5,4]",
        new Pooling.MaxPoolGather(THREE),
        IMAGES,
        Shape.of(8, 3, 5, 4));
    fails(
        "avg_pool2d_gradient: pooling 5×7 gives another shape; input=[N,3,4,4]",
        new Pooling.AveragePoolGradient(THREE, true, 5, 7),
        Shape.of(8, 3, 4, 4));
  }

  @Test
  void elementwiseAndReduction() {
    fails(
        "add: shapes do not broadcast; axes must be equal or 1, counted from the last;"
            + " input=[N,3], [4,2]",
        new Elementwise.Binary(BinaryFunction.ADD),
        Shape.of(4, 3),
        Shape.of(4, 2));
    fails(
        "relu_gradient: both shapes must agree; input=[N,3], [3]",
        new Elementwise.ActivateGradient(Activation.RELU),
        Shape.of(4, 3),
        Shape.of(3));
    fails(
        "reduce_sum: there is no axis 2; input=[N,3]",
        new Reduction(Reduction.Kind.SUM, Ints.of(2)),
        Shape.of(4, 3));
  }

  @Test
  void movement() {
    fails(
        "reshape: cannot make [5,3] (15 elements) of 12 elements; input=[N,3]",
        new Movement.Reshape(Shape.of(5, 3)),
        Shape.of(4, 3));
    fails(
        "transpose: order [0, 0] must name each axis once; input=[N,3]",
        new Movement.Transpose(Ints.of(0, 0)),
        Shape.of(4, 3));
    fails(
        "slice: begin [2, 0] with size [3,3] does not fit; input=[N,3]",
        new Movement.Slice(Ints.of(2, 0), Shape.of(3, 3)),
        Shape.of(4, 3));
    fails(
        "pad: needs one number ≥ 0 before and after each axis; input=[N,3]",
        new Movement.Pad(Ints.of(0, -1), Ints.of(0, 0), 0),
        Shape.of(4, 3));
    fails(
        "concat: all axes but axis 1 must agree; input=[N,3], [5,3]",
        new Movement.Concat(1),
        Shape.of(4, 3),
        Shape.of(5, 3));
    fails("concat: there is no axis 2; input=[N,3]", new Movement.Concat(2), Shape.of(4, 3));
    fails(
        "broadcast: cannot be broadcast to [4,2]; input=[N,3]",
        new Movement.Broadcast(Shape.of(4, 2)),
        Shape.of(4, 3));
    fails(
        "pack: packs weights of [3,3]; input=[N,3]",
        new Movement.Pack(
            new Contraction.MatMul(false, false), new Layout("rows", Shape.of(12), Shape.of(3, 3))),
        Shape.of(4, 3));
    fails(
        "bytes: 3 numbers are not [2,2]; input=",
        new Source.Bytes(Shape.of(2, 2), new byte[3], ElementType.INT8));
    fails(
        "random_mask: the key has 4 numbers; input=[N]",
        new Source.RandomMask(Shape.of(7), 0.5f, 1),
        Shape.of(3));
  }

  @Test
  void normalization() {
    fails(
        "softmax: needs at least one axis; input=[]", new Normalization.Softmax(), Shape.scalar());
    Shape x = Shape.of(4, 3);
    Shape moments = Shape.of(2, 3);
    Shape row = Shape.of(3);
    fails(
        "batch_norm: needs X [.., C], moments [2, C], scale [C], shift [C];"
            + " input=[N,3], [2,3], [3], [4]",
        new Normalization.BatchNorm(0.1f),
        x,
        moments,
        row,
        Shape.of(4));
    fails(
        "batch_norm_sums: moments must be [2, C]; input=[N,3], [3], [4,3]",
        new Normalization.BatchNormSums(0.1f),
        x,
        row,
        x);
    fails(
        "batch_norm_input_gradient: scale must be [C]; input=[N,3], [2,3], [4], [2,3], [4,3]",
        new Normalization.BatchNormInputGradient(0.1f),
        x,
        moments,
        Shape.of(4),
        moments,
        x);
    fails(
        "batch_norm: the residual must have the shape of X;"
            + " input=[N,3], [2,3], [3], [3], [2,3]",
        new Normalization.BatchNorm(0.1f, Epilogue.NONE.withResidual()),
        x,
        moments,
        row,
        row,
        moments);
    fails(
        "batch_norm_sums: shift must be [C]; input=[N,3], [2,3], [4,3], [3], [4]",
        new Normalization.BatchNormSums(0.1f, true),
        x,
        moments,
        x,
        row,
        Shape.of(4));
    fails(
        "local_response_norm: size must be at least 1, got 0; input=[N,3]",
        new Normalization.LocalResponseNorm(0, 1, 1, 1),
        x);
    fails(
        "local_response_norm_gradient: X and dY must have one shape; input=[N,3], [3]",
        new Normalization.LocalResponseNormGradient(
            new Normalization.LocalResponseNorm(5, 1, 1, 1)),
        x,
        row);
  }

  @Test
  void noGradientThroughAnEpilogue() {
    Value x = Source.Input.sample(0, Shape.of(2, 3));
    Value w = Value.of(new Source.Parameter(ParameterStore.NONE, "w", Shape.of(3, 4)));
    Epilogue relu = Epilogue.NONE.with(Activation.RELU);
    Value y = Value.of(new Contraction.MatMul(false, false, relu, Optional.empty()), x, w);
    assertThatThrownBy(() -> y.op().gradient(y, y))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("matmul was fused or packed before differentiation");
  }

  @Test
  void windowsAndActivations() {
    assertThatThrownBy(() -> Window2d.of(0, 3))
        .isInstanceOf(FoveaException.class)
        .hasMessage("kernel must be at least 1, got 0");
    assertThatThrownBy(() -> THREE.stride(1, 0)).hasMessage("stride must be at least 1, got 0");
    assertThatThrownBy(() -> THREE.padding(0, 0, -1, 0))
        .hasMessage("padding must be at least 0, got -1");
    assertThatThrownBy(() -> THREE.dilation(0, 1)).hasMessage("dilation must be at least 1, got 0");
    assertThatThrownBy(() -> THREE.dilation(1 << 28, 1))
        .hasMessage("kernel 3 with dilation 268435456 is wider than 268435456");
    assertThatThrownBy(() -> Activation.leakyRelu(-0.1f))
        .hasMessage("activation needs a finite alpha of at least 0, got -0.1");
    assertThatThrownBy(() -> Activation.elu(Float.NaN)).isInstanceOf(FoveaException.class);
  }
}
