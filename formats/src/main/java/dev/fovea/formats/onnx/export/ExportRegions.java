package dev.fovea.formats.onnx.export;

import static dev.fovea.formats.onnx.export.ExportGraph.integer;
import static dev.fovea.formats.onnx.export.ExportGraph.ints;
import static dev.fovea.formats.onnx.export.ExportGraph.number;
import static dev.fovea.formats.onnx.export.ExportGraph.text;

import dev.fovea.formats.onnx.export.ExportGraph.Place;
import dev.fovea.formats.onnx.tensors.DataType;
import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.op.Value;
import dev.fovea.tensor.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the reading of regions, whose samples ONNX has beside them in one list. */
final class ExportRegions {
  /** The order of the axes of the results, once regions are told apart by sample again. */
  private static final int[] ORDER = {0, 1, 4, 2, 3};

  private final ExportGraph graph;

  ExportRegions(ExportGraph graph) {
    this.graph = graph;
  }

  @Nullable Place write(Regions op, Value v) {
    return switch (op) {
      case Regions.Align a -> align(a.bins(), v);
      case Regions.MaxPool p -> maxPool(p, v);
      case Regions.AlignGradient _, Regions.MaxPoolGradient _, Regions.MaxPoolGather _ -> null;
    };
  }

  private Place align(RegionBins bins, Value v) {
    String regions = graph.in(v.input(0), 0, 1, 2);
    String boxes = columns(regions, 0, 4);
    String y =
        graph.node(
            "RoiAlign",
            List.of(graph.in(v.input(1), ExportOperators.IMAGES), boxes, samples(regions, v)),
            text("mode", "avg"),
            integer("output_height", bins.height()),
            integer("output_width", bins.width()),
            integer("sampling_ratio", bins.ratio()),
            number("spatial_scale", bins.scale()),
            text(
                "coordinate_transformation_mode",
                bins.aligned() ? "half_pixel" : "output_half_pixel"));
    if (bins.level() >= 0) {
      y = graph.node("Mul", List.of(y, ofLevel(regions, bins.level())));
    }
    Place place = perSample(y, v);
    return v.inputs().size() == 2
        ? place
        : new Place(graph.node("Add", List.of(place.name(), graph.in(v.input(2), ORDER))), ORDER);
  }

  private Place maxPool(Regions.MaxPool pool, Value v) {
    String regions = graph.in(v.input(0), 0, 1, 2);
    String samples =
        graph.node("Cast", List.of(samples(regions, v)), integer("to", DataType.FLOAT.code()));
    String column = graph.node("Unsqueeze", List.of(samples, graph.longs(1)));
    String boxes =
        graph.node("Concat", List.of(column, columns(regions, 0, 4)), integer("axis", 1));
    String y =
        graph.node(
            "MaxRoiPool",
            List.of(graph.in(v.input(1), ExportOperators.IMAGES), boxes),
            ints("pooled_shape", pool.height(), pool.width()),
            number("spatial_scale", pool.scale()));
    return perSample(y, v);
  }

  /** Returns some numbers of each region, the regions of all samples one after the other. */
  private String columns(String regions, int from, int to) {
    String part =
        graph.node("Slice", List.of(regions, graph.longs(from), graph.longs(to), graph.longs(2)));
    return graph.node("Reshape", List.of(part, graph.longs(-1, to - from)));
  }

  /** Returns 1 for each region that is read from a map, else 0: [regions, 1, 1, 1]. */
  private String ofLevel(String regions, int level) {
    String levels = columns(regions, 4, 5);
    String same = graph.node("Equal", List.of(levels, graph.floats(Shape.of(1), level)));
    String mask = graph.node("Cast", List.of(same), integer("to", DataType.FLOAT.code()));
    return graph.node("Reshape", List.of(mask, graph.longs(-1, 1, 1, 1)));
  }

  /** Returns the number of the sample of each region, whatever the batch size is. */
  private String samples(String regions, Value v) {
    String count = graph.node("Shape", List.of(regions), integer("start", 0), integer("end", 1));
    String numbers =
        graph.node("Range", List.of(scalar(graph.longs(0)), scalar(count), scalar(graph.longs(1))));
    String column = graph.node("Unsqueeze", List.of(numbers, graph.longs(1)));
    int perSample = v.input(0).shape().dim(1);
    String each = graph.node("Tile", List.of(column, graph.longs(1, perSample)));
    return graph.node("Reshape", List.of(each, graph.longs(-1)));
  }

  private String scalar(String one) {
    return graph.node("Squeeze", List.of(one, graph.longs(0)));
  }

  private Place perSample(String y, Value v) {
    Shape s = v.shape();
    String wide =
        graph.node("Reshape", List.of(y, graph.longs(-1, s.dim(1), s.dim(4), s.dim(2), s.dim(3))));
    return new Place(wide, ORDER);
  }
}
