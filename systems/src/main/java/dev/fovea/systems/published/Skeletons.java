package dev.fovea.systems.published;

import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.label.Skeleton.Bone;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The key points that known data sets and networks have. */
final class Skeletons {
  /** The 18 of OpenPose: those of COCO and the neck. */
  static final Skeleton OPENPOSE =
      Skeleton.of(
          names(
              """
              nose, neck, right_shoulder, right_elbow, right_wrist, left_shoulder, left_elbow,
              left_wrist, right_hip, right_knee, right_ankle, left_hip, left_knee, left_ankle,
              right_eye, left_eye, right_ear, left_ear
              """),
          bones("1-2 1-5 2-3 3-4 5-6 6-7 1-8 8-9 9-10 1-11 11-12 12-13 1-0 0-14 14-16 0-15 15-17"));

  /** The 14 of the AI Challenger data set. */
  static final Skeleton AI_CHALLENGER =
      Skeleton.of(
          names(
              """
              head_top, neck, right_shoulder, right_elbow, right_wrist, left_shoulder, left_elbow,
              left_wrist, right_hip, right_knee, right_ankle, left_hip, left_knee, left_ankle
              """),
          bones("0-1 1-2 2-3 3-4 1-5 5-6 6-7 1-8 8-9 9-10 1-11 11-12 12-13"));

  /** The 33 of BlazePose. */
  static final Skeleton BLAZEPOSE =
      Skeleton.of(
          names(
              """
              nose, left_eye_inner, left_eye, left_eye_outer, right_eye_inner, right_eye,
              right_eye_outer, left_ear, right_ear, mouth_left, mouth_right, left_shoulder,
              right_shoulder, left_elbow, right_elbow, left_wrist, right_wrist, left_pinky,
              right_pinky, left_index, right_index, left_thumb, right_thumb, left_hip, right_hip,
              left_knee, right_knee, left_ankle, right_ankle, left_heel, right_heel,
              left_foot_index, right_foot_index
              """),
          bones(
              "0-1 1-2 2-3 3-7 0-4 4-5 5-6 6-8 9-10 11-12 11-13 13-15 15-17 15-19 15-21 17-19"
                  + " 12-14 14-16 16-18 16-20 16-22 18-20 11-23 12-24 23-24 23-25 24-26 25-27"
                  + " 26-28 27-29 28-30 29-31 30-32 27-31 28-32"));

  /** The 68 landmarks of faces of the 300-W challenge. */
  static final Skeleton FACE = face();

  private Skeletons() {}

  private static List<String> names(String text) {
    return Arrays.stream(text.strip().split(",\\s*", -1)).toList();
  }

  private static List<Bone> bones(String text) {
    return Arrays.stream(text.split(" ", -1))
        .map(pair -> pair.split("-", -1))
        .map(ends -> new Bone(Integer.parseInt(ends[0]), Integer.parseInt(ends[1])))
        .toList();
  }

  /** A line of points of a face, which ends where it began if it is closed. */
  private record Line(String name, int count, boolean closed) {}

  private static Skeleton face() {
    List<Line> lines =
        List.of(
            new Line("jaw", 17, false),
            new Line("right_brow", 5, false),
            new Line("left_brow", 5, false),
            new Line("nose_bridge", 4, false),
            new Line("nose", 5, false),
            new Line("right_eye", 6, true),
            new Line("left_eye", 6, true),
            new Line("lips", 12, true),
            new Line("inner_lips", 8, true));
    List<String> names = new ArrayList<>();
    List<Bone> bones = new ArrayList<>();
    for (Line line : lines) {
      int first = names.size();
      for (int i = 0; i < line.count; i++) {
        names.add(line.name + "_" + (i + 1));
        if (i > 0) {
          bones.add(new Bone(first + i - 1, first + i));
        }
      }
      if (line.closed) {
        bones.add(new Bone(names.size() - 1, first));
      }
    }
    return Skeleton.of(names, bones)
        .withMirrored(IntStream.range(0, names.size()).mapToObj(Skeletons::mirrored).toList());
  }

  /** Lines run from the right of a face to its left, or around from the right. */
  private static int mirrored(int point) {
    if (point < 17) {
      return 16 - point;
    }
    if (point < 27) {
      return 43 - point;
    }
    if (point < 31) {
      return point;
    }
    if (point < 36) {
      return 66 - point;
    }
    if (point < 48) {
      boolean upper = point < 40 || (point >= 42 && point < 46);
      return (upper ? 81 : 87) - point;
    }
    if (point < 60) {
      return (point < 55 ? 102 : 114) - point;
    }
    return (point < 65 ? 124 : 132) - point;
  }
}
