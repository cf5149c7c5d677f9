package dev.fovea.systems.label;

import dev.fovea.tensor.Rng;

/** The sky and the ground of a drawn scene, behind its objects. */
final class SceneGround {
  private static final int GRAIN = 7;
  private static final int CLOUDS = 3;

  private final int height;
  private final int width;
  private final double[] horizon;
  private final SceneColour above;
  private final SceneColour below;
  private final float[] grain;
  private final int columns;

  SceneGround(int height, int width, Rng rng) {
    this.height = height;
    this.width = width;
    this.horizon = horizon(height, width, rng);
    this.above = sky(rng);
    this.below = land(rng);
    this.columns = width / GRAIN + 2;
    this.grain = new float[columns * (height / GRAIN + 2)];
    float strength = rng.nextFloat(4, 26);
    for (int i = 0; i < grain.length; i++) {
      grain[i] = rng.nextFloat(-strength, strength);
    }
    for (int i = rng.nextInt(CLOUDS + 1); i > 0; i--) {
      cloud(rng);
    }
  }

  private static SceneColour sky(Rng rng) {
    return switch (rng.nextInt(3)) {
      case 0 -> new SceneColour("blue", 135, 180, 225).varied(30, rng);
      case 1 -> new SceneColour("red", 220, 165, 130).varied(30, rng);
      default -> new SceneColour("grey", 150, 155, 160).varied(30, rng);
    };
  }

  private static SceneColour land(Rng rng) {
    return switch (rng.nextInt(3)) {
      case 0 -> new SceneColour("green", 105, 140, 75).varied(30, rng);
      case 1 -> new SceneColour("brown", 150, 120, 85).varied(30, rng);
      default -> new SceneColour("grey", 125, 125, 125).varied(30, rng);
    };
  }

  private static double[] horizon(int height, int width, Rng rng) {
    double middle = height * rng.nextFloat(0.3f, 0.7f);
    double slope = rng.nextFloat(-0.12f, 0.12f);
    double hills = height * rng.nextFloat(0, 0.05f);
    double phase = rng.nextFloat(0, 6);
    double[] line = new double[width];
    for (int x = 0; x < width; x++) {
      double wave = StrictMath.sin(phase + 9.0 * x / width);
      line[x] = middle + slope * (x - width / 2.0) + hills * wave;
    }
    return line;
  }

  /** Lightens an ellipse of the grain, which then looks like a cloud, or a stone on the ground. */
  private void cloud(Rng rng) {
    int rows = grain.length / columns;
    int row = rng.nextInt(rows);
    int column = rng.nextInt(columns);
    float strength = rng.nextFloat(-40, 60);
    float wide = rng.nextFloat(1.5f, 4);
    float high = rng.nextFloat(0.8f, 2);
    for (int i = 0; i < grain.length; i++) {
      float dx = (i % columns - column) / wide;
      float dy = (i / columns - row) / high;
      grain[i] += strength * Math.max(0, 1 - dx * dx - dy * dy);
    }
  }

  /** Returns whether a pixel belongs to the ground, else to the sky. */
  boolean isLand(int x, int y) {
    return y + 0.5 >= horizon[x];
  }

  /** Returns the names of the colours of sky and ground. */
  String skyColour() {
    return above.name();
  }

  String landColour() {
    return below.name();
  }

  /** Paints sky and ground: paler towards the horizon, darker towards the viewer. */
  void paint(float[] picture) {
    float[] rgb = new float[3];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double depth = (y + 0.5 - horizon[x]) / height;
        boolean land = isLand(x, y);
        (land ? below : above)
            .write((float) (land ? 1.08 - 0.35 * depth : 1.05 + 0.3 * depth), rgb);
        float texture = grain(x, y);
        int at = 3 * (y * width + x);
        picture[at] = rgb[0] + texture;
        picture[at + 1] = rgb[1] + texture;
        picture[at + 2] = rgb[2] + texture;
      }
    }
  }

  private float grain(int x, int y) {
    float u = (float) (x % GRAIN) / GRAIN;
    float v = (float) (y % GRAIN) / GRAIN;
    int at = y / GRAIN * columns + x / GRAIN;
    float upper = grain[at] + u * (grain[at + 1] - grain[at]);
    float lower = grain[at + columns] + u * (grain[at + columns + 1] - grain[at + columns]);
    return upper + v * (lower - upper);
  }
}
