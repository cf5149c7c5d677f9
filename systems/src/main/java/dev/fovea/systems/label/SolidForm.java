package dev.fovea.systems.label;

import dev.fovea.tensor.Rng;
import java.util.List;

/** A ball, brick, cone, star, ring or cross of a drawn scene, turned and scaled. */
final class SolidForm implements SceneThing {
  /** The classes of such forms; a form's number is its place here. */
  enum Kind {
    BALL,
    BRICK,
    CONE,
    STAR,
    RING,
    CROSS
  }

  private static final double BRIM = 1.05;

  /** How far from the middle the corners between the rays of a star lie. */
  private static final double INNER = 0.45;

  private static final double[][] RAYS = rays();

  /** The direction out of a star's edge, along and across a ray. */
  private static final double[] EDGE = edge();

  private final Kind kind;
  private final double x;
  private final double y;
  private final double size;
  private final double flat;
  private final double cos;
  private final double sin;
  private final SceneColour base;
  private final double stripes;

  /**
   * Draws a form by chance.
   *
   * @param x the middle's place in a row
   * @param y the middle's place in a column
   * @param size half of its height, in pixels
   */
  SolidForm(Kind kind, double x, double y, double size, Rng rng) {
    this.kind = kind;
    this.x = x;
    this.y = y;
    this.size = size;
    this.flat = rng.nextFloat(0.65f, 1f);
    double turn = StrictMath.toRadians(rng.nextFloat(-35, 35));
    this.cos = StrictMath.cos(turn);
    this.sin = StrictMath.sin(turn);
    this.base = SceneColour.random(rng);
    this.stripes = rng.nextInt(4) == 0 ? rng.nextFloat(2f, 5f) : 0;
  }

  @Override
  public int kind() {
    return List.of(Kind.values()).indexOf(kind);
  }

  @Override
  public String colourName() {
    return base.name();
  }

  private static double[][] rays() {
    double[][] all = new double[5][];
    for (int i = 0; i < all.length; i++) {
      double angle = 2 * StrictMath.PI * i / all.length;
      all[i] = new double[] {StrictMath.sin(angle), -StrictMath.cos(angle)};
    }
    return all;
  }

  private static double[] edge() {
    double corner = StrictMath.PI / 5;
    double along = INNER * StrictMath.sin(corner);
    double across = 1 - INNER * StrictMath.cos(corner);
    double length = Math.sqrt(along * along + across * across);
    return new double[] {along / length, across / length};
  }

  private double u(double px, double py) {
    return ((px - x) * cos + (py - y) * sin) / (size * flat);
  }

  private double v(double px, double py) {
    return ((py - y) * cos - (px - x) * sin) / size;
  }

  @Override
  public double distance(double px, double py) {
    double u = u(px, py);
    double v = v(px, py);
    double d =
        switch (kind) {
          case BALL -> Math.sqrt(u * u + v * v) - 1;
          case BRICK -> Math.max(Math.abs(u) - 1, Math.abs(v) - 0.62);
          case CONE -> Math.max(v - 0.85, (2 * Math.abs(u) - v - 1) * 0.45);
          case STAR -> star(u, v);
          case RING -> Math.abs(Math.sqrt(u * u + v * v) - 0.72) - 0.26;
          case CROSS -> cross(Math.abs(u), Math.abs(v));
        };
    return d * size * flat;
  }

  private static double cross(double u, double v) {
    double wide = Math.max(u, v);
    return Math.max(wide - 1, Math.min(u, v) - 0.34);
  }

  /** By the ray that a point is nearest to: how far along it and how far beside it. */
  private static double star(double u, double v) {
    double along = Double.NEGATIVE_INFINITY;
    for (double[] ray : RAYS) {
      along = Math.max(along, u * ray[0] + v * ray[1]);
    }
    double across = Math.sqrt(Math.max(0, u * u + v * v - along * along));
    return (along - 1) * EDGE[0] + across * EDGE[1];
  }

  @Override
  public void colour(double px, double py, Light light, float[] rgb) {
    double u = u(px, py);
    double v = v(px, py);
    double shade =
        kind == Kind.BALL ? sphere(u, v, light) : 0.8 - 0.22 * (light.x() * u + light.y() * v);
    boolean dark = stripes > 0 && Math.floorMod((long) Math.floor((v + 2) * stripes), 2L) == 1;
    base.write((float) (dark ? shade * 0.62 : shade), rgb);
  }

  private static double sphere(double u, double v, Light light) {
    double z = Math.sqrt(Math.max(0, BRIM - u * u - v * v));
    return 0.35 + 0.75 * Math.max(0, z * light.z() - u * light.x() - v * light.y());
  }

  @Override
  public double[] bounds() {
    double reach = size * 1.45 + 1;
    return new double[] {x - reach, y - reach, x + reach, y + reach};
  }
}
