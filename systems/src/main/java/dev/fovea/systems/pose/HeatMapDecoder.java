package dev.fovea.systems.pose;

import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.io.Json;
import dev.fovea.io.Suggest;
import dev.fovea.io.Text;
import dev.fovea.systems.Pose;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.region.Peaks;
import dev.fovea.systems.region.Peaks.Peak;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Placement.Size;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a pose from heat maps [N, H, W, kinds or more]: a point of each kind where its map is
 * highest. A pose is as sure as its points on the average.
 *
 * @param output the number of the output
 * @param kinds how many kinds of points there are
 * @param refinement how the place is found within a cell
 */
public record HeatMapDecoder(int output, int kinds, Refinement refinement) implements PoseDecoder {
  /** The name of this rule. */
  public static final String KIND = "heat-maps";

  private static final String OUTPUT = "output";
  private static final String REFINEMENT = "refinement";

  /** How the place of a peak within a cell is found. */
  public enum Refinement {
    /** The middle of the highest cell. */
    NONE {
      @Override
      List<Peak> peaks(Tensor maps) {
        return Peaks.highest(maps);
      }
    },
    /** A quarter of a cell towards the higher neighbours. */
    QUARTER {
      @Override
      List<Peak> peaks(Tensor maps) {
        return Peaks.quarter(maps);
      }
    },
    /** Where a normal distribution would have its peak. */
    DARK {
      @Override
      List<Peak> peaks(Tensor maps) {
        return Peaks.dark(maps);
      }
    };

    abstract List<Peak> peaks(Tensor maps);

    private static Refinement parse(String text, String where) {
      return Arrays.stream(values())
          .filter(r -> r.text().equals(text))
          .findFirst()
          .orElseThrow(() -> {
            List<String> names = Arrays.stream(values()).map(Refinement::text).toList();
            return new FoveaException(
                "%s: refinement \"%s\" is not known%s"
                    .formatted(where, Text.shown(text), Suggest.hint(text, names)));
          });
    }

    private String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public List<Pose> decode(List<Tensor> outputs, int sample, Size input, String label) {
    Tensor maps = PoseOutputs.maps(outputs, output, sample, kinds);
    double cellWidth = (double) input.width() / maps.shape().dim(1);
    double cellHeight = (double) input.height() / maps.shape().dim(0);
    List<KeyPoint> points = new ArrayList<>();
    List<Double> scores = new ArrayList<>();
    for (Peak p : refinement.peaks(maps)) {
      points.add(
          new KeyPoint(p.x() * cellWidth, p.y() * cellHeight, points.size(), Visibility.VISIBLE));
      scores.add(Math.clamp(p.value(), 0, 1));
    }
    double mean = scores.stream().mapToDouble(s -> s).average().orElse(0);
    return List.of(new Pose(points, scores, label, mean));
  }

  @Override
  public Tensor unmirrored(Tensor told, Skeleton skeleton) {
    return FlipTest.maps(told, FlipTest.kinds(skeleton, kinds));
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(OUTPUT, output);
    fields.put(REFINEMENT, refinement.text());
    return fields;
  }

  static HeatMapDecoder parse(Map<String, Object> fields, int kinds, String where) {
    return new HeatMapDecoder(
        PoseOutputs.number(fields, OUTPUT, where),
        kinds,
        Refinement.parse(
            Json.string(Json.member(fields, REFINEMENT, where), where + " " + REFINEMENT), where));
  }
}
