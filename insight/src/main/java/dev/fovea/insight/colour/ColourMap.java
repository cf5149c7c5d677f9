package dev.fovea.insight.colour;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of 256 colours for numbers of 0 … 255.
 *
 * <p>Diverging maps show signed numbers: 128, which is zero, is nearly white, what is above is
 * warm, what is below is cold. Sequential maps become lighter from 0 to 255. All can be read by
 * people who see colours differently and in black and white; there is no rainbow among them, which
 * shows edges where numbers have none.
 */
public enum ColourMap {
  /** Diverging, purple to orange (ColorBrewer's PuOr). */
  PUOR(true, "2d004b 542788 8073ac b2abd2 d8daeb f7f7f7 fee0b6 fdb863 e08214 b35806 7f3b08"),
  /** Diverging, blue to red (ColorBrewer's RdBu). */
  RDBU(true, "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"),
  /** Sequential, blue to yellow, made for people who see colours differently (Nuñez, 2018). */
  CIVIDIS(
      false,
      "00224e 002e6a 1a386f 32436d 434e6c 535a6d 61656f 6f7073 7d7c78 8b8778 9a9376 aaa073 bbad6d"
          + " ccba64 ddc858 efd748 fee838"),
  /** Sequential, purple to green to yellow (van der Walt and Smith, 2015). */
  VIRIDIS(
      false,
      "440154 48186a 472d7b 424086 3b528b 33638d 2c728e 26828e 21918c 1f9f88 27ad81 3dbc74 5cc863"
          + " 81d34d aadc32 d5e21a fde725"),
  /** Sequential, black to red to light yellow (van der Walt and Smith, 2015). */
  INFERNO(
      false,
      "000004 0b0724 210c4a 3d0965 57106e 71196e 8a226a a32c61 bc3754 d04545 e35933 f1711f f98c0a"
          + " fcaa0f f9c932 f2e865 fcffa4"),
  /** Sequential, black to white. */
  GREYS(false, "000000 ffffff");

  /** The byte that stands for zero in a diverging map. */
  public static final int NEUTRAL = 128;

  private static final int LAST = 255;

  private final boolean diverging;

  @SuppressWarnings("ImmutableEnumChecker") // the list cannot be changed
  private final List<Integer> table;

  /** Creates a table by straight lines between colours at equal distances. */
  ColourMap(boolean diverging, String colours) {
    this.diverging = diverging;
    int[] stops =
        Arrays.stream(colours.split(" ")).mapToInt(c -> Integer.parseInt(c, 16)).toArray();
    this.table =
        IntStream.rangeClosed(0, LAST)
            .mapToObj(i -> between(stops, diverging ? balanced(i) : (double) i / LAST))
            .toList();
  }

  /** Returns where a byte lies from 0 to 1, 128 in the middle: there is one more below it. */
  private static double balanced(int i) {
    return i <= NEUTRAL ? 0.5 * i / NEUTRAL : 0.5 + 0.5 * (i - NEUTRAL) / (LAST - NEUTRAL);
  }

  private static int between(int[] stops, double at) {
    double place = at * (stops.length - 1);
    int i = Math.min((int) place, stops.length - 2);
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = stops[i] >> shift & LAST;
      int to = stops[i + 1] >> shift & LAST;
      rgb |= (int) Math.round(from + (place - i) * (to - from)) << shift;
    }
    return rgb;
  }

  /** Returns whether the map is for signed numbers. */
  public boolean isDiverging() {
    return diverging;
  }

  /**
   * Returns the colour of a byte as 0xRRGGBB.
   *
   * @param number 0 … 255
   */
  public int rgb(int number) {
    return table.get(number);
  }

  /** Returns all colours as 0xRRGGBB. */
  public List<Integer> table() {
    return table;
  }
}
