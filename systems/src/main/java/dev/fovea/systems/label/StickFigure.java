package dev.fovea.systems.label;

import dev.fovea.data.KeyPoint;
import dev.fovea.systems.label.Skeleton.Bone;
import dev.fovea.tensor.Rng;
import java.util.ArrayList;
import java.util.List;

/**
 * A person of a drawn scene, seen from the front: the left side of the body is at the right of the
 * picture.
 */
final class StickFigure implements SceneThing {
  /** The joints: their places in the list are their kinds. */
  static final Skeleton SKELETON =
      Skeleton.of(
          List.of(
              "head",
              "left_shoulder",
              "right_shoulder",
              "left_elbow",
              "right_elbow",
              "left_hand",
              "right_hand",
              "left_hip",
              "right_hip",
              "left_knee",
              "right_knee",
              "left_foot",
              "right_foot"),
          List.of(
              new Bone(0, 1),
              new Bone(0, 2),
              new Bone(1, 2),
              new Bone(1, 3),
              new Bone(3, 5),
              new Bone(2, 4),
              new Bone(4, 6),
              new Bone(1, 7),
              new Bone(2, 8),
              new Bone(7, 8),
              new Bone(7, 9),
              new Bone(9, 11),
              new Bone(8, 10),
              new Bone(10, 12)));

  private static final int HEAD = 0;
  private static final int SHOULDER = 1;
  private static final int ELBOW = 3;
  private static final int HAND = 5;
  private static final int HIP = 7;
  private static final int KNEE = 9;
  private static final int FOOT = 11;

  /** Two ends of a limb by their kinds, and the number of its colour. */
  private record Limb(int from, int to, int colour) {}

  private static final int SHIRT = 0;
  private static final int TROUSERS = 1;
  private static final int SKIN = 2;

  private static final List<Limb> LIMBS =
      List.of(
          new Limb(1, 2, SHIRT),
          new Limb(1, 7, SHIRT),
          new Limb(2, 8, SHIRT),
          new Limb(1, 3, SHIRT),
          new Limb(2, 4, SHIRT),
          new Limb(3, 5, SKIN),
          new Limb(4, 6, SKIN),
          new Limb(7, 8, TROUSERS),
          new Limb(7, 9, TROUSERS),
          new Limb(8, 10, TROUSERS),
          new Limb(9, 11, TROUSERS),
          new Limb(10, 12, TROUSERS));

  private final int kind;
  private final double[] x = new double[SKELETON.joints().size()];
  private final double[] y = new double[SKELETON.joints().size()];
  private final double thickness;
  private final double headRadius;
  private final List<SceneColour> colours;

  /**
   * Draws a figure by chance.
   *
   * @param kind the number of its class
   * @param midX the place of its hips in a row
   * @param midY the place of its hips in a column
   * @param size its height when it stands upright, in pixels
   */
  StickFigure(int kind, double midX, double midY, double size, Rng rng) {
    this.kind = kind;
    this.thickness = size * rng.nextFloat(0.026f, 0.04f);
    this.headRadius = size * rng.nextFloat(0.07f, 0.095f);
    this.colours =
        List.of(
            SceneColour.random(rng),
            SceneColour.random(rng),
            new SceneColour("skin", 205, 160, 125).varied(40, rng));
    pose(midX, midY, size, rng);
  }

  private void pose(double midX, double midY, double size, Rng rng) {
    double lean = StrictMath.toRadians(rng.nextFloat(-14, 14));
    double upX = StrictMath.sin(lean);
    double upY = -StrictMath.cos(lean);
    double turned = rng.nextFloat(0.75f, 1f) * size;
    double neckX = midX + upX * 0.3 * size;
    double neckY = midY + upY * 0.3 * size;
    set(HEAD, neckX + upX * 0.15 * size, neckY + upY * 0.15 * size);
    for (int side = 0; side < 2; side++) {
      double out = side == 0 ? 1 : -1;
      set(SHOULDER + side, neckX - upY * out * 0.1 * turned, neckY + upX * out * 0.1 * turned);
      set(HIP + side, midX - upY * out * 0.065 * turned, midY + upX * out * 0.065 * turned);
      double arm = lean * out + StrictMath.toRadians(rng.nextFloat(-5, 150));
      double bend = StrictMath.toRadians(rng.nextFloat(-35, 90));
      limb(SHOULDER + side, ELBOW + side, arm, out, 0.17 * size);
      limb(ELBOW + side, HAND + side, arm + bend, out, 0.16 * size);
      double leg = StrictMath.toRadians(rng.nextFloat(-4, 48));
      double knee = StrictMath.toRadians(rng.nextFloat(-45, 12));
      limb(HIP + side, KNEE + side, leg, out, 0.23 * size);
      limb(KNEE + side, FOOT + side, leg + knee, out, 0.23 * size);
    }
  }

  /** Places a joint at a distance from another, at an angle from straight down outwards. */
  private void limb(int from, int to, double angle, double out, double length) {
    set(
        to,
        x[from] + out * StrictMath.sin(angle) * length,
        y[from] + StrictMath.cos(angle) * length);
  }

  private void set(int joint, double px, double py) {
    x[joint] = px;
    y[joint] = py;
  }

  @Override
  public int kind() {
    return kind;
  }

  @Override
  public String colourName() {
    return colours.get(SHIRT).name();
  }

  @Override
  public double distance(double px, double py) {
    double nearest = Double.POSITIVE_INFINITY;
    for (Limb limb : LIMBS) {
      nearest = Math.min(nearest, squared(limb, px, py));
    }
    double limbs = Math.sqrt(nearest) - thickness;
    return Math.min(Math.min(limbs, trunk(px, py)), head(px, py));
  }

  /** The trunk is what lies between shoulders and hips. */
  private double trunk(double px, double py) {
    double right = edge(SHOULDER, HIP, px, py);
    double left = edge(HIP + 1, SHOULDER + 1, px, py);
    double upper = edge(SHOULDER + 1, SHOULDER, px, py);
    double lower = edge(HIP, HIP + 1, px, py);
    return Math.max(Math.max(left, right), Math.max(upper, lower));
  }

  /** Returns how far a point is to the left of the way from one joint to another. */
  private double edge(int from, int to, double px, double py) {
    double dx = x[to] - x[from];
    double dy = y[to] - y[from];
    return ((px - x[from]) * dy - (py - y[from]) * dx) / Math.sqrt(dx * dx + dy * dy);
  }

  private double head(double px, double py) {
    double dx = px - x[HEAD];
    double dy = py - y[HEAD];
    return Math.sqrt(dx * dx + dy * dy) - headRadius;
  }

  /** Returns the squared distance from the middle of a limb. */
  private double squared(Limb limb, double px, double py) {
    double ax = x[limb.from];
    double ay = y[limb.from];
    double bx = x[limb.to] - ax;
    double by = y[limb.to] - ay;
    double share = ((px - ax) * bx + (py - ay) * by) / (bx * bx + by * by);
    double t = Math.clamp(share, 0, 1);
    double dx = px - ax - t * bx;
    double dy = py - ay - t * by;
    return dx * dx + dy * dy;
  }

  @Override
  public void colour(double px, double py, Light light, float[] rgb) {
    double nearest = Double.POSITIVE_INFINITY;
    int part = SKIN;
    for (Limb limb : LIMBS) {
      double d = squared(limb, px, py);
      if (d < nearest) {
        nearest = d;
        part = limb.colour;
      }
    }
    double limbs = Math.sqrt(nearest) - thickness;
    if (limbs > 0 && trunk(px, py) < limbs) {
      part = SHIRT;
    }
    if (head(px, py) < limbs) {
      part = SKIN;
    }
    double side = (px - x[HIP]) / (headRadius * 5);
    colours.get(part).write((float) (0.85 - 0.15 * light.x() * side), rgb);
  }

  @Override
  public double[] bounds() {
    double[] b = {x[HEAD] - headRadius, y[HEAD] - headRadius, x[HEAD], y[HEAD]};
    for (int i = 0; i < x.length; i++) {
      double reach = (i == HEAD ? headRadius : thickness) + 1;
      b[0] = Math.min(b[0], x[i] - reach);
      b[1] = Math.min(b[1], y[i] - reach);
      b[2] = Math.max(b[2], x[i] + reach);
      b[3] = Math.max(b[3], y[i] + reach);
    }
    return b;
  }

  @Override
  public List<KeyPoint> joints() {
    List<KeyPoint> all = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      all.add(new KeyPoint(x[i], y[i], i, KeyPoint.Visibility.VISIBLE));
    }
    return all;
  }
}
