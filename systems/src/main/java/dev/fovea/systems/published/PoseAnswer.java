package dev.fovea.systems.published;

import dev.fovea.data.Task;
import dev.fovea.nn.Model;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.systems.pose.CoordinateDecoder;
import dev.fovea.systems.pose.HeatMapDecoder;
import dev.fovea.systems.pose.HeatMapDecoder.Refinement;
import dev.fovea.systems.pose.Limbs;
import dev.fovea.systems.pose.LocalPeaks;
import dev.fovea.systems.pose.PartDecoder;
import dev.fovea.systems.pose.PersonGrouping;
import dev.fovea.systems.pose.PoseRule;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Key points of persons or faces.
 *
 * @param reading how the outputs of a network are read
 */
record PoseAnswer(Function<Model, PoseRule> reading) implements ModelCard.Answer {
  private static final double SCORE = 0.2;

  /** Joints of the pose machine that are less sure are often beside the person. */
  private static final double POINT = 0.25;

  private static final int OPENPOSE_ENLARGED = 4;
  private static final double OPENPOSE_DISTANCE = 6;
  private static final double OPENPOSE_POINT = 0.1;

  /** Two joints and the channel of the first map of the field between them. */
  private static final int[][] OPENPOSE_FIELDS = {
    {1, 2, 31}, {1, 5, 39}, {2, 3, 33}, {3, 4, 35}, {5, 6, 41}, {6, 7, 43}, {1, 8, 19},
    {8, 9, 21}, {9, 10, 23}, {1, 11, 25}, {11, 12, 27}, {12, 13, 29}, {1, 0, 47}, {0, 14, 49},
    {14, 16, 53}, {0, 15, 51}, {15, 17, 55}, {2, 16, 37}, {5, 17, 45}
  };

  private static final int BLAZEPOSE_ROW = 5;
  private static final int BLAZEPOSE_POINTS = 39;
  private static final int BLAZEPOSE_SIDE = 256;
  private static final int VISIBILITY = 3;
  private static final double PRESENT = 0.5;

  /** Its authors look at a face's box as it is. */
  private static final double FACE_MARGIN = 1;

  @Override
  public Task task() {
    return Task.KEY_POINTS;
  }

  @Override
  public int classes(Model model) {
    return 1;
  }

  @Override
  public Map<String, String> texts(Model model) {
    return Map.of(PoseRule.KEY, reading.apply(model).toText());
  }

  /** Returns how maps of joints and fields of limbs of OpenPose are read. */
  static PoseRule openPose(Model model) {
    Skeleton skeleton = Skeletons.OPENPOSE;
    List<Bone> limbs = new ArrayList<>();
    List<Integer> channels = new ArrayList<>();
    for (int[] field : OPENPOSE_FIELDS) {
      limbs.add(new Bone(field[0], field[1]));
      channels.add(field[2]);
    }
    int kinds = skeleton.joints().size();
    int maps = kinds + 1 + 2 * limbs.size();
    Shape output = model.outputs().get(0);
    if (model.outputs().size() != 1 || output.rank() != 3 || output.dim(2) != maps) {
      throw new FoveaException(
          "openpose: one output [H, W, %s] expected, the network gives %s"
              .formatted(maps, model.outputs()));
    }
    PartDecoder decoder =
        new PartDecoder(
            0,
            kinds,
            new PersonGrouping(new Limbs(limbs), channels),
            OPENPOSE_ENLARGED,
            new LocalPeaks(OPENPOSE_POINT, OPENPOSE_DISTANCE));
    return new PoseRule(decoder, skeleton, SCORE, OPENPOSE_POINT);
  }

  /** Returns how the heat maps of a convolutional pose machine are read. */
  static PoseRule heatMaps(Model model) {
    Skeleton skeleton = Skeletons.AI_CHALLENGER;
    int kinds = skeleton.joints().size();
    Shape output = model.outputs().get(0);
    if (model.outputs().size() != 1 || output.rank() != 3 || output.dim(2) != kinds) {
      throw new FoveaException(
          "cpm-pose: one output [H, W, %s] expected, the network gives %s"
              .formatted(kinds, model.outputs()));
    }
    return new PoseRule(new HeatMapDecoder(0, kinds, Refinement.DARK), skeleton, SCORE, POINT);
  }

  /**
   * Returns how BlazePose's rows of x, y, z, visibility and presence are read. Of 39 points 6 help
   * it to follow a person through a film.
   */
  static PoseRule blazePose(Model model) {
    Skeleton skeleton = Skeletons.BLAZEPOSE;
    CoordinateDecoder decoder =
        new CoordinateDecoder(
            output(model, BLAZEPOSE_POINTS * BLAZEPOSE_ROW),
            skeleton.joints().size(),
            BLAZEPOSE_ROW,
            1.0 / BLAZEPOSE_SIDE,
            0,
            VISIBILITY,
            output(model, 1));
    return new PoseRule(decoder, skeleton, PRESENT, PRESENT);
  }

  /** Returns the number of the output that has so many numbers. */
  private static int output(Model model, int numbers) {
    List<Shape> outputs = model.outputs();
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.get(i).elements() == numbers) {
        return i;
      }
    }
    throw new FoveaException(
        "blazepose: an output of %s numbers expected, the network gives %s"
            .formatted(numbers, outputs));
  }

  /** Returns how coordinates of the landmarks of a face are read, shares of the input. */
  static PoseRule faceLandmarks(Model model) {
    Skeleton skeleton = Skeletons.FACE;
    int kinds = skeleton.joints().size();
    if (model.outputs().size() != 1 || model.outputs().get(0).elements() != 2 * kinds) {
      throw new FoveaException(
          "faceapi-landmarks: one output of %s numbers expected, the network gives %s"
              .formatted(2 * kinds, model.outputs()));
    }
    CoordinateDecoder decoder = new CoordinateDecoder(0, kinds, 2, 1, 0, -1, -1);
    return new PoseRule(decoder, skeleton, 0, 0, FACE_MARGIN);
  }
}
