package dev.fovea.cli;

import dev.fovea.systems.segment.Tiling;
import dev.fovea.tensor.FoveaException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how large pictures are cut into tiles. */
final class TileOptions {
  private static final double USUAL_OVERLAP = 0.2;
  private static final int LEAST_OF_OBJECTS = 16;

  @Option(
      names = "--tile",
      paramLabel = "N",
      description =
          "Process large pictures in tiles of N×N pixels, each resized to the network's"
              + " input (for classes of pixels, mirrored beyond the edges); by default the whole"
              + " picture at once.")
  private @Nullable Integer side;

  @Option(
      names = "--overlap",
      paramLabel = "X",
      description = "Overlap of neighbouring tiles as a share of their side (default: 0.2).")
  private @Nullable Double overlap;

  /**
   * Returns the tiles of a network that classifies pixels, if there are any.
   *
   * @throws FoveaException if a number is out of range
   */
  Optional<Tiling> ofPixels() {
    return given(1) ? Optional.of(new Tiling(requireSide(), share())) : Optional.empty();
  }

  /**
   * Returns the tiles of a network that finds objects, if there are any.
   *
   * @throws FoveaException if a number is out of range
   */
  Optional<Tiles> ofObjects() {
    return given(LEAST_OF_OBJECTS)
        ? Optional.of(new Tiles(requireSide(), share()))
        : Optional.empty();
  }

  /** Returns whether tiles are asked for or something is said about them. */
  boolean given() {
    return side != null || overlap != null;
  }

  private boolean given(int least) {
    if (side == null) {
      if (overlap != null) {
        throw new FoveaException("--overlap: of tiles; give their size with --tile");
      }
      return false;
    }
    return Range.atLeast("--tile", side, least) >= least;
  }

  private int requireSide() {
    return Objects.requireNonNull(side);
  }

  private double share() {
    return overlap == null
        ? USUAL_OVERLAP
        : Range.fraction("--overlap", overlap, Tiling.MOST_OVERLAP);
  }
}
