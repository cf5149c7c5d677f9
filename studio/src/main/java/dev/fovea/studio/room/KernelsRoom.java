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
import dev.fovea.vision.ImageKernels;
import java.io.IOException;
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
            .flatMap(f -> f.kernel().map(k -> tell(f, k)).stream())
            .map(Object.class::cast)
            .toList();
    return Answer.json(Map.of("kernels", all));
  }

  private static Map<String, Object> tell(ImageFilter filter, ImageKernel kernel) {
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

  /** Returns the responses of a kernel, as they are. */
  private Answer apply(Fields asked) {
    Tensor weights = weights(asked);
    Tensor image =
        Pictures.within(
            workspace.picture(asked.text("picture")).image(), asked.integer("most", 16, 1024));
    String border = asked.oneOf("border", List.of("replicate", "zero", "valid"));
    Tensor out =
        ImageKernel.of(weights.shape().dim(0), weights.shape().dim(1), weights.data())
            .correlate(image, ImageKernel.Border.valueOf(border.toUpperCase(Locale.ROOT)));
    return Answer.bundle(
        new Bundle(Map.of())
            .add(
                "responses",
                List.of(out.shape().dim(0), out.shape().dim(1), out.shape().dim(2)),
                out.data()));
  }
}
