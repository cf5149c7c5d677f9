package dev.fovea.studio.room;

import static dev.fovea.nn.Layers.avgPool;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.convTranspose2d;
import static dev.fovea.nn.Layers.maxPool;

import dev.fovea.engine.Engine;
import dev.fovea.nn.Initializer;
import dev.fovea.nn.Layer;
import dev.fovea.nn.Model;
import dev.fovea.nn.Parameters.Parameter;
import dev.fovea.nn.Signal;
import dev.fovea.op.Window2d;
import dev.fovea.optim.Optimizers;
import dev.fovea.studio.lesson.ComputedWay;
import dev.fovea.studio.state.UnitArithmetic;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.train.TrainingStep;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Computes small convolutions and poolings with every number in sight, forwards and backwards, by
 * the layers that networks are made of.
 */
public final class ConvolutionRoom implements Room {
  private static final int MOST = UnitArithmetic.MOST_EXTENT;
  private static final int MOST_NUMBERS = UnitArithmetic.MOST_NUMBERS;
  private static final List<String> KINDS = List.of("conv", "transposed", "max", "average");

  /** Creates the room. */
  public ConvolutionRoom() {}

  @Override
  public String name() {
    return "convolution";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    return switch (request.action()) {
      case "compute" -> compute(request.json());
      case "ways" -> ways(request.json());
      default -> throw new Refusal(404, "convolution: knows compute and ways");
    };
  }

  /**
   * What is computed.
   *
   * @param kind one of {@link #KINDS}
   * @param input the extents of the input
   * @param window the geometry
   * @param filters the channels of the result, of a convolution
   * @param groups into how many parts the channels fall
   */
  private record Asked(String kind, Shape input, Window2d window, int filters, int groups) {
    static Asked of(Fields f) {
      Window2d window =
          Window2d.of(f.integer("kernelHeight", 1, MOST), f.integer("kernelWidth", 1, MOST))
              .stride(f.integer("strideHeight", 1, MOST), f.integer("strideWidth", 1, MOST))
              .dilation(f.integer("dilationHeight", 1, MOST), f.integer("dilationWidth", 1, MOST))
              .padding(pad(f, "top"), pad(f, "bottom"), pad(f, "left"), pad(f, "right"));
      Shape input =
          Shape.of(
              f.integer("height", 1, MOST),
              f.integer("width", 1, MOST),
              f.integer("channels", 1, 8));
      return new Asked(
          f.oneOf("kind", KINDS),
          input,
          window,
          f.integer("filters", 1, 8),
          f.integer("groups", 1, 8));
    }

    private static int pad(Fields f, String side) {
      return f.integer(side, 0, MOST);
    }

    boolean hasWeights() {
      return kind.equals("conv") || kind.equals("transposed");
    }

    Layer layer() {
      Window2d w = window;
      int kh = w.kernelHeight();
      int kw = w.kernelWidth();
      return switch (kind) {
        case "conv" ->
            conv2d(filters, kh, kw)
                .stride(w.strideHeight(), w.strideWidth())
                .padding(w.padTop(), w.padBottom(), w.padLeft(), w.padRight())
                .dilation(w.dilationHeight(), w.dilationWidth())
                .groups(groups);
        case "transposed" ->
            convTranspose2d(filters, kh, kw)
                .stride(w.strideHeight(), w.strideWidth())
                .dilation(w.dilationHeight(), w.dilationWidth())
                .padding(w.padTop(), w.padBottom(), w.padLeft(), w.padRight());
        case "max" ->
            maxPool(kh, kw)
                .stride(w.strideHeight(), w.strideWidth())
                .dilation(w.dilationHeight(), w.dilationWidth())
                .padding(w.padTop(), w.padBottom(), w.padLeft(), w.padRight());
        default ->
            avgPool(kh, kw)
                .stride(w.strideHeight(), w.strideWidth())
                .dilation(w.dilationHeight(), w.dilationWidth())
                .padding(w.padTop(), w.padBottom(), w.padLeft(), w.padRight());
      };
    }
  }

  /** A layer whose input is a parameter too, so that a step tells the gradient of both. */
  private record WithInput(Layer inner, Shape input) implements Layer {
    @Override
    public Signal forward(Signal x) {
      var own = x.trace().parameter("x", input, Initializer.zeros());
      return inner.apply(x.with(x.value().plus(own)));
    }
  }

  private static Answer compute(Fields f) {
    Asked asked = Asked.of(f);
    Model model =
        Model.build(
            new WithInput(asked.layer(), asked.input()),
            asked.input(),
            Seed.of(0),
            Engine.shared());
    for (Parameter p : model.parameters().all()) {
      set(model, p, f.numbers(last(p), MOST_NUMBERS));
    }
    Shape out = model.outputs().get(0);
    Tensor y = model.run(Tensor.zeros(asked.input().prepend(1)));
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("output", List.of(out.dim(0), out.dim(1), out.dim(2)));
    fields.put("values", Bundle.list(y.data()));
    fields.put("multiplications", asked.hasWeights() ? multiplications(asked, out) : 0);
    if (!asked.kind().equals("transposed")) {
      fields.put("windows", windows(asked, out));
    }
    float[] dy = f.has("dy") ? f.numbers("dy", MOST_NUMBERS) : new float[0];
    if (dy.length == out.elements()) {
      fields.put("gradients", gradients(model, Tensor.of(out.prepend(1), dy)));
    }
    return Answer.json(fields);
  }

  /** Computes a convolution in four ways, which are there for stride 1 without dilation. */
  private static Answer ways(Fields f) {
    Asked asked = Asked.of(f);
    Window2d w = asked.window();
    boolean plain =
        w.strideHeight() * w.strideWidth() * w.dilationHeight() * w.dilationWidth() == 1;
    if (!asked.kind().equals("conv") || !plain || asked.groups() > 1) {
      throw new FoveaException(
          "convolution: the four ways are there for a convolution of stride 1, dilation 1 and one group");
    }
    int inner = asked.input().dim(2);
    Tensor weights =
        numbers(f, "weight", Shape.of(w.kernelHeight(), w.kernelWidth(), inner, asked.filters()));
    Tensor x = padded(numbers(f, "x", asked.input()), w);
    return Answer.json(
        Map.of("ways", ComputedWay.all(x, weights).stream().map(ConvolutionRoom::tell).toList()));
  }

  private static Map<String, Object> tell(ComputedWay way) {
    return Map.of(
        "name", way.name(),
        "multiplications", way.multiplications(),
        "bytes", way.bytes(),
        "millis", way.millis(),
        "difference", way.difference());
  }

  private static Tensor numbers(Fields f, String name, Shape shape) {
    float[] values = f.numbers(name, MOST_NUMBERS);
    requireCount(name, shape, values.length);
    return Tensor.of(shape, values);
  }

  private static void requireCount(String name, Shape shape, int count) {
    if (count != shape.elements()) {
      throw new FoveaException(
          "%s: %s numbers %s expected, got %s".formatted(name, shape.elements(), shape, count));
    }
  }

  /** Returns an input [H, W, C] with zeros around it. */
  private static Tensor padded(Tensor x, Window2d w) {
    Shape s = x.shape();
    int row = s.dim(1) * s.dim(2);
    int wide = s.dim(1) + w.padLeft() + w.padRight();
    Tensor out = Tensor.zeros(Shape.of(s.dim(0) + w.padTop() + w.padBottom(), wide, s.dim(2)));
    for (int y = 0; y < s.dim(0); y++) {
      int to = ((y + w.padTop()) * wide + w.padLeft()) * s.dim(2);
      System.arraycopy(x.data(), y * row, out.data(), to, row);
    }
    return out;
  }

  private static String last(Parameter p) {
    return p.name().substring(p.name().lastIndexOf('.') + 1);
  }

  private static void set(Model model, Parameter p, float... values) {
    requireCount(last(p), p.shape(), values.length);
    model.parameters().set(p.name(), Tensor.of(p.shape(), values));
  }

  private static long multiplications(Asked asked, Shape out) {
    boolean direct = asked.kind().equals("conv");
    Shape places = direct ? out : asked.input();
    int inner = (direct ? asked.input().dim(2) / asked.groups() : asked.filters());
    return (long) places.dim(0) * places.dim(1) * asked.window().taps() * inner * places.dim(2);
  }

  /** Returns for each place of the result which places of the input it reads; −1 is padding. */
  private static List<List<Integer>> windows(Asked asked, Shape out) {
    Window2d w = asked.window();
    return IntStream.range(0, out.dim(0) * out.dim(1))
        .mapToObj(i ->
            window(
                asked,
                i / out.dim(1) * w.strideHeight() - w.padTop(),
                i % out.dim(1) * w.strideWidth() - w.padLeft()))
        .toList();
  }

  private static List<Integer> window(Asked asked, int top, int left) {
    Window2d w = asked.window();
    Integer[] places = new Integer[w.taps()];
    for (int i = 0; i < places.length; i++) {
      int y = top + i / w.kernelWidth() * w.dilationHeight();
      int x = left + i % w.kernelWidth() * w.dilationWidth();
      boolean inside = y >= 0 && x >= 0 && y < asked.input().dim(0) && x < asked.input().dim(1);
      places[i] = inside ? y * asked.input().dim(1) + x : -1;
    }
    return Arrays.asList(places);
  }

  /**
   * Returns the gradient of Σ y·dy by each parameter, the input among them: a step of plain
   * gradient descent at rate 1 takes it away from the parameter, which is 0 before wherever it is
   * not read.
   */
  private static Map<String, Object> gradients(Model model, Tensor dy) {
    TrainingStep step =
        TrainingStep.of(
            in -> {
              var y = model.apply(in.get(0)).value();
              return List.of(in.get(0).with(y.times(in.get(1).value()).sum(0, 1, 2, 3)));
            },
            List.of(model.inputs().get(0), dy.shape().dropFirst()),
            Optimizers.sgd(1),
            1,
            model);
    Map<String, Tensor> before = model.parameters().tensors();
    step.gradients(Seed.of(0), Tensor.zeros(model.inputs().get(0).prepend(1)), dy);
    step.apply();
    Map<String, Object> all = new LinkedHashMap<>();
    for (Parameter p : model.parameters().all()) {
      float[] was = Objects.requireNonNull(before.get(p.name())).data();
      float[] is = model.parameters().tensor(p.name()).data();
      float[] gradient = new float[was.length];
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = was[i] - is[i];
      }
      all.put(last(p), Bundle.list(gradient));
    }
    return all;
  }
}
