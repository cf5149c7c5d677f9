package dev.fovea.engine.kernel.testing;

import dev.fovea.op.RegionBins;
import dev.fovea.op.Regions;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases for the readings of regions and their backward passes. */
final class RegionCases {
  private RegionCases() {}

  static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    RegionBins bins = RegionBins.of(2, 3, 0.5f);
    for (int channels : new int[] {1, 3, 8, 16, 17, 33, 64, 100}) {
      align(cases, "channels", bins, Shape.of(2, 5, 7, channels), 3);
      pool(cases, "channels", new Regions.MaxPool(2, 3, 0.5f), Shape.of(2, 5, 7, channels), 3);
    }
    for (int places = 0; places <= 3; places++) {
      align(cases, "places", bins.places(places), Shape.of(1, 6, 5, 4), 5);
      align(cases, "not aligned", bins.places(places).notAligned(), Shape.of(1, 6, 5, 4), 5);
      align(cases, "large bins", bins.of(-1, 4).places(places), Shape.of(1, 9, 8, 2), 4);
      align(cases, "small bins", bins.of(-1, 0.05f).places(places), Shape.of(1, 3, 2, 2), 4);
    }
    align(cases, "one pixel", RegionBins.of(1, 1, 1), Shape.of(1, 1, 1, 1), 2);
    align(cases, "of a pyramid", bins.of(1, 0.25f), Shape.of(2, 4, 5, 3), 6);
    align(cases, "7×7", RegionBins.of(7, 7, 1).places(2), Shape.of(2, 13, 17, 65), 7);
    pool(cases, "one pixel", new Regions.MaxPool(1, 1, 1), Shape.of(1, 1, 1, 1), 2);
    pool(cases, "7×7", new Regions.MaxPool(7, 7, 0.7f), Shape.of(2, 13, 17, 65), 7);
    pool(cases, "outside", new Regions.MaxPool(3, 2, 2), Shape.of(1, 4, 3, 2), 9);
    return cases;
  }

  private static void align(List<OpCase> cases, String name, RegionBins b, Shape x, int count) {
    boolean pyramid = b.level() >= 0;
    Shape regions = Shape.of(x.dim(0), count, pyramid ? 5 : 4);
    Fill places = pyramid ? Fill.LEVELS : Fill.REGIONS;
    Shape y = new Regions.Align(b).shape(List.of(regions, x));
    String text = name + " " + b;
    List<Fill> two = List.of(places, Fill.SYMMETRIC);
    List<Fill> three = List.of(places, Fill.SYMMETRIC, Fill.SYMMETRIC);
    cases.add(new OpCase(text, new Regions.Align(b), List.of(regions, x), two));
    cases.add(new OpCase(text + " and a sum", new Regions.Align(b), List.of(regions, x, y), three));
    var back = new Regions.AlignGradient(b, x.dim(1), x.dim(2));
    cases.add(new OpCase(text, back, List.of(regions, y), two));
  }

  private static void pool(
      List<OpCase> cases, String name, Regions.MaxPool pool, Shape x, int count) {
    Shape regions = Shape.of(x.dim(0), count, 4);
    Shape y = pool.shape(List.of(regions, x));
    for (Fill fill : List.of(Fill.SYMMETRIC, Fill.TIES)) {
      String text = name + " " + pool + (fill == Fill.TIES ? " ties" : "");
      List<Fill> three = List.of(Fill.REGIONS, fill, Fill.SYMMETRIC);
      cases.add(new OpCase(text, pool, List.of(regions, x), List.of(Fill.REGIONS, fill)));
      var back = new Regions.MaxPoolGradient(pool);
      cases.add(new OpCase(text, back, List.of(regions, x, y), three));
      cases.add(new OpCase(text, new Regions.MaxPoolGather(pool), List.of(regions, x, x), three));
    }
  }
}
