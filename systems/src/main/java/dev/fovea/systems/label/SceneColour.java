package dev.fovea.systems.label;

import dev.fovea.tensor.Rng;
import java.util.List;

/**
 * A colour of a drawn scene.
 *
 * @param name what people call it
 * @param red its red, 0 … 255
 * @param green its green
 * @param blue its blue
 */
record SceneColour(String name, float red, float green, float blue) {
  private static final float SPREAD = 28;
  private static final List<SceneColour> USUAL =
      List.of(
          new SceneColour("red", 205, 60, 50),
          new SceneColour("orange", 230, 140, 45),
          new SceneColour("yellow", 225, 210, 70),
          new SceneColour("green", 80, 165, 75),
          new SceneColour("blue", 70, 110, 205),
          new SceneColour("purple", 150, 80, 175),
          new SceneColour("white", 225, 222, 215),
          new SceneColour("grey", 130, 130, 128),
          new SceneColour("brown", 130, 92, 62));

  /** Returns the names that colours have. */
  static List<String> names() {
    return USUAL.stream().map(SceneColour::name).toList();
  }

  /** Draws a colour. */
  static SceneColour random(Rng rng) {
    return USUAL.get(rng.nextInt(USUAL.size())).varied(SPREAD, rng);
  }

  /** Returns this colour with each part changed by up to so much. */
  SceneColour varied(float most, Rng rng) {
    return new SceneColour(
        name,
        red + rng.nextFloat(-most, most),
        green + rng.nextFloat(-most, most),
        blue + rng.nextFloat(-most, most));
  }

  /** Writes the colour in a light. */
  void write(float shade, float[] rgb) {
    rgb[0] = red * shade;
    rgb[1] = green * shade;
    rgb[2] = blue * shade;
  }
}
