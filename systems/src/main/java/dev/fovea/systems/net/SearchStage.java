package dev.fovea.systems.net;

import dev.fovea.nn.Signal;
import dev.fovea.systems.detect.RegionSearcher;
import dev.fovea.systems.search.SelectiveSearch;
import java.util.List;
import java.util.Optional;

/**
 * A first stage that does not learn: selective search (Uijlings et al., 2013), as R-CNN and Fast
 * R-CNN have it.
 */
record SearchStage(RegionSearcher searcher) implements FirstStage {
  /** How many regions are proposed at most. */
  private static final int REGIONS = 500;

  /** The shortest side of a region, as a share of the side of a square as large as the picture. */
  private static final double LEAST = 0.03;

  /** Pictures are searched in about this size: of 128 × 128 pixels. */
  private static final double SIDE = 128;

  /** Returns the search of the small systems: in two ways, 500 regions at most. */
  static SearchStage small(Plan plan) {
    double side = Math.sqrt((double) plan.rule().height() * plan.rule().width());
    int shrink = (int) Math.max(1, Math.round(side / SIDE));
    SelectiveSearch search = SelectiveSearch.small(REGIONS).least(LEAST * side / shrink);
    return new SearchStage(new RegionSearcher(search, plan.rule(), shrink));
  }

  @Override
  public Optional<RegionSearcher> search() {
    return Optional.of(searcher);
  }

  @Override
  public Proposed of(Signal pictures, List<Signal> maps) {
    return new Proposed(pictures.with(searcher.of(pictures.value())), List.of());
  }
}
