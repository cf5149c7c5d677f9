package dev.fovea.systems.published;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What the classes of known data sets are called, in the order of their numbers. */
final class ClassNames {
  /** The 80 kinds of objects of COCO. */
  static final List<String> COCO =
      listed(
          """
          person, bicycle, car, motorcycle, airplane, bus, train, truck, boat, traffic light,
          fire hydrant, stop sign, parking meter, bench, bird, cat, dog, horse, sheep, cow,
          elephant, bear, zebra, giraffe, backpack, umbrella, handbag, tie, suitcase,
          frisbee, skis, snowboard, sports ball, kite, baseball bat, baseball glove,
          skateboard, surfboard, tennis racket, bottle, wine glass, cup, fork, knife, spoon,
          bowl, banana, apple, sandwich, orange, broccoli, carrot, hot dog, pizza, donut,
          cake, chair, couch, potted plant, bed, dining table, toilet, tv, laptop, mouse,
          remote, keyboard, cell phone, microwave, oven, toaster, sink, refrigerator, book,
          clock, vase, scissors, teddy bear, hair drier, toothbrush
          """);

  /** The numbers from 1 to 90 that COCO gives to no kind of objects. */
  private static final List<Integer> COCO_GAPS = List.of(12, 26, 29, 30, 45, 66, 68, 69, 71, 83);

  /** The kinds of objects of COCO by their numbers in its files, 1 to 90. */
  static final List<String> COCO_WITH_GAPS = withGaps();

  /** The background and the 20 kinds of objects of Pascal VOC. */
  static final List<String> VOC_WITH_BACKGROUND =
      listed(
          """
          background, aeroplane, bicycle, bird, boat, bottle, bus, car, cat, chair, cow,
          diningtable, dog, horse, motorbike, person, pottedplant, sheep, sofa, train,
          tvmonitor
          """);

  /** The 19 classes of Cityscapes that count, and the rest. */
  static final List<String> CITYSCAPES =
      listed(
          """
          road, sidewalk, building, wall, fence, pole, traffic light, traffic sign,
          vegetation, terrain, sky, person, rider, car, truck, bus, train, motorcycle,
          bicycle, unlabelled
          """);

  private ClassNames() {}

  private static List<String> listed(String text) {
    return Arrays.stream(text.strip().split(",\\s*", -1)).toList();
  }

  private static List<String> withGaps() {
    List<String> all = new ArrayList<>(COCO);
    COCO_GAPS.forEach(gap -> all.add(gap - 1, "???"));
    return List.copyOf(all);
  }
}
