package dev.fovea.studio.room;

import dev.fovea.insight.colour.ValueScale;
import dev.fovea.studio.state.KernelSpectrum;
import dev.fovea.studio.state.StudioState;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Answer;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Fields;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.studio.web.Room;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.ImageFilter;
import dev.fovea.vision.ImageKernel;
import dev.fovea.vision.ImageKernel.Border;
import dev.fovea.vision.ImageKernels;
import dev.fovea.vision.Images;
import dev.fovea.vision.KernelChain;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Applies kernels to pictures. The page computes what must follow the pointer or the camera; this
 * room has the named kernels and computes the same numbers.
 */
public final class KernelsRoom implements Room {
  private static final int MOST_SIZE = 15;
  private static final int MOST_KERNELS = 4;
  private static final int MOST_STRIDE = 8;

  private final Workspace workspace;

  /** Creates the room. */
  public KernelsRoom(StudioState state) {
    this.workspace = state.workspace();
  }

  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public Answer answer(Request request) throws IOException {
    return switch (request.action()) {
      case "list" -> list();
      case "apply" -> apply(request.json());
      case "spectrum" -> spectrum(request.json());
      default -> throw new Refusal(404, "kernels: knows list, apply and spectrum");
    };
  }

  private static Answer list() {
    List<Object> all =
        ImageKernels.all().stream()
            .flatMap(f -> f.chain().map(c -> tell(f, c)).stream())
            .map(Object.class::cast)
            .toList();
    return Answer.json(Map.of("kernels", all));
  }

  private static Map<String, Object> tell(ImageFilter filter, KernelChain chain) {
    ImageKernel kernel = chain.kernels().getFirst();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", filter.name());
    fields.put("description", filter.description());
    fields.put("height", kernel.height());
    fields.put("width", kernel.width());
    float[] weights = new float[kernel.height() * kernel.width()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = kernel.weight(i / kernel.width(), i % kernel.width());
    }
    fields.put("weights", Bundle.list(weights));
    fields.put("display", lower(chain.display()));
    return fields;
  }

  private static Tensor weights(Fields asked) {
    int height = asked.integer("height", 1, MOST_SIZE);
    int width = asked.integer("width", 1, MOST_SIZE);
    float[] weights = asked.numbers("weights", MOST_SIZE * MOST_SIZE);
    if (weights.length != height * width) {
      throw new FoveaException(
          "kernel: %s×%s weights expected, got %s".formatted(height, width, weights.length));
    }
    return Tensor.of(Shape.of(height, width), weights);
  }

  /** Returns how much a kernel lets through of each frequency, as one map. */
  private static Answer spectrum(Fields asked) {
    Tensor shares = KernelSpectrum.of(weights(asked));
    int side = shares.shape().dim(0);
    return Answer.bundle(
        new Bundle(Map.of("limit", ValueScale.of(shares).high()))
            .add("spectrum", List.of(1, side, side), shares.data()));
  }

  /** Returns the responses of a chain of kernels, as they are and as they are shown. */
  private Answer apply(Fields asked) {
    Tensor image =
        Images.within(
            workspace.picture(asked.text("picture")).image(), asked.integer("most", 16, 1024));
    KernelChain chain =
        new KernelChain(
            asked.objects("kernels", MOST_KERNELS).stream().map(KernelsRoom::kernel).toList(),
            oneOf(asked, "border", Border.values()),
            asked.integer("stride", 1, MOST_STRIDE, 1),
            oneOf(asked, "display", KernelChain.Display.values()));
    Tensor responses = chain.responses(image);
    Shape s = responses.shape();
    return Answer.bundle(
        Pictures.bytes(Map.of(), chain.shown(responses))
            .add("responses", List.of(s.dim(0), s.dim(1), s.dim(2)), responses.data()));
  }

  private static ImageKernel kernel(Fields asked) {
    Tensor weights = weights(asked);
    return ImageKernel.of(weights.shape().dim(0), weights.shape().dim(1), weights.data());
  }

  private static <E extends Enum<E>> E oneOf(Fields asked, String name, E[] all) {
    String chosen = asked.oneOf(name, Arrays.stream(all).map(KernelsRoom::lower).toList());
    return Arrays.stream(all).filter(e -> lower(e).equals(chosen)).findFirst().orElseThrow();
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
