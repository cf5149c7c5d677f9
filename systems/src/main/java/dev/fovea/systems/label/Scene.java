package dev.fovea.systems.label;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.systems.label.SceneThing.Light;
import dev.fovea.tensor.Rng;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A drawn scene: objects over ground and sky, those in front hiding those behind, in one light,
 * with noise. Of an object too little of which would be seen nothing is drawn.
 */
final class Scene {
  /** The least share of an object that is seen. */
  private static final double LEAST_SEEN = 0.35;

  /** The least area of an object that is seen, as a share of the picture. */
  private static final double LEAST_AREA = 0.0012;

  private final int height;
  private final int width;
  private final List<SceneThing> things = new ArrayList<>();
  private final List<Cover> covers = new ArrayList<>();

  /** For each pixel the place in {@link #things} of what is seen there, −1 for sky and ground. */
  private final int[] owner;

  private final SceneGround ground;
  private final float[] values;

  /** How much of each pixel of a rectangle a thing covers. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Cover(int left, int top, int right, int bottom, float[] share) {
    float at(int x, int y) {
      return share[(y - top) * (right - left) + x - left];
    }
  }

  /**
   * Draws a scene.
   *
   * @param cast what may be in it
   * @param seed all of its randomness
   */
  Scene(int height, int width, SceneCast cast, Seed seed) {
    Rng rng = seed.rng();
    this.height = height;
    this.width = width;
    this.owner = new int[height * width];
    this.values = new float[3 * height * width];
    Arrays.fill(owner, -1);
    this.ground = new SceneGround(height, width, rng);
    for (SceneThing thing : cast.draw(height, width, rng)) {
      place(thing);
    }
    paint(rng);
  }

  /** Places a thing behind those that are there, if enough of it is seen. */
  private void place(SceneThing thing) {
    Cover cover = cover(thing);
    int all = 0;
    int seen = 0;
    for (int y = cover.top; y < cover.bottom; y++) {
      for (int x = cover.left; x < cover.right; x++) {
        if (cover.at(x, y) >= 0.5f) {
          all++;
          seen += owner[y * width + x] < 0 ? 1 : 0;
        }
      }
    }
    if (seen < LEAST_SEEN * all || seen < LEAST_AREA * owner.length) {
      return;
    }
    for (int y = cover.top; y < cover.bottom; y++) {
      for (int x = cover.left; x < cover.right; x++) {
        if (cover.at(x, y) >= 0.5f && owner[y * width + x] < 0) {
          owner[y * width + x] = things.size();
        }
      }
    }
    things.add(thing);
    covers.add(cover);
  }

  private Cover cover(SceneThing thing) {
    double[] b = thing.bounds();
    int left = (int) Math.clamp(Math.floor(b[0]), 0, width);
    int top = (int) Math.clamp(Math.floor(b[1]), 0, height);
    int right = (int) Math.clamp(Math.ceil(b[2]), left, width);
    int bottom = (int) Math.clamp(Math.ceil(b[3]), top, height);
    float[] share = new float[(right - left) * (bottom - top)];
    for (int i = 0; i < share.length; i++) {
      double x = left + i % (right - left) + 0.5;
      double y = top + i / (right - left) + 0.5;
      share[i] = (float) Math.clamp(0.5 - thing.distance(x, y), 0, 1);
    }
    return new Cover(left, top, right, bottom, share);
  }

  private void paint(Rng rng) {
    double side = rng.nextFloat(-0.7f, 0.7f);
    double down = rng.nextFloat(-0.75f, -0.2f);
    double front = 0.8;
    double length = Math.sqrt(side * side + down * down + front * front);
    Light light = new Light(-side / length, -down / length, front / length);
    ground.paint(values);
    for (int i = things.size() - 1; i >= 0; i--) {
      shadow(covers.get(i), light);
      paint(things.get(i), covers.get(i), light);
    }
    expose(rng);
  }

  /** Darkens the ground below a thing, away from the light. */
  private void shadow(Cover c, Light light) {
    double wide = (c.right - c.left) * 0.36 + 1;
    double high = wide * 0.3;
    double midX = (c.left + c.right) / 2.0 - light.x() * wide * 0.5;
    double midY = c.bottom - (c.bottom - c.top) * 0.14;
    for (int y = (int) Math.max(0, midY - high); y < Math.min(height, midY + high); y++) {
      for (int x = (int) Math.max(0, midX - wide); x < Math.min(width, midX + wide); x++) {
        double dx = (x + 0.5 - midX) / wide;
        double dy = (y + 0.5 - midY) / high;
        double depth = Math.max(0, 1 - dx * dx - dy * dy);
        if (ground.isLand(x, y) && depth > 0) {
          float kept = (float) (1 - 0.4 * depth);
          int at = 3 * (y * width + x);
          values[at] *= kept;
          values[at + 1] *= kept;
          values[at + 2] *= kept;
        }
      }
    }
  }

  private void paint(SceneThing thing, Cover c, Light light) {
    float[] rgb = new float[3];
    for (int y = c.top; y < c.bottom; y++) {
      for (int x = c.left; x < c.right; x++) {
        float share = c.at(x, y);
        if (share > 0) {
          thing.colour(x + 0.5, y + 0.5, light, rgb);
          int at = 3 * (y * width + x);
          for (int k = 0; k < 3; k++) {
            values[at + k] += share * (rgb[k] - values[at + k]);
          }
        }
      }
    }
  }

  /** Makes the picture bright or dark, gives it a tint, and adds noise of every pixel. */
  private void expose(Rng rng) {
    float[] gain = new float[3];
    float bright = rng.nextFloat(0.55f, 1.12f);
    for (int k = 0; k < 3; k++) {
      gain[k] = bright * rng.nextFloat(0.9f, 1.1f);
    }
    float noise = rng.nextFloat(2, 22) / (1 << 9);
    int mask = (1 << 10) - 1;
    for (int i = 0; i < owner.length; i++) {
      long bits = rng.nextLong();
      for (int k = 0; k < 3; k++) {
        // The sum of two even distributions, −1023 … 1023.
        int grain = (int) (bits & mask) - (int) (bits >>> 10 & mask);
        bits >>>= 20;
        float value = values[3 * i + k] * gain[k] + grain * noise;
        values[3 * i + k] = Math.clamp(Math.round(value), 0, 255);
      }
    }
  }

  /** Returns the picture [H, W, 3], whole numbers of 0 … 255. */
  Tensor picture() {
    return Tensor.of(Shape.of(height, width, 3), values);
  }

  /** Returns the class of each pixel: of things, then of sky and ground. */
  Tensor classes() {
    int sky = SceneCast.things().size();
    float[] classes = new float[owner.length];
    for (int i = 0; i < classes.length; i++) {
      int own = owner[i];
      boolean land = ground.isLand(i % width, i / width);
      classes[i] = own >= 0 ? things.get(own).kind() : land ? sky + 1 : sky;
    }
    return Tensor.of(Shape.of(height, width), classes);
  }

  /** Returns what is to be seen, from front to back. */
  List<LabelledObject> objects() {
    List<LabelledObject> all = new ArrayList<>();
    for (int i = 0; i < things.size(); i++) {
      all.add(object(i));
    }
    return all;
  }

  private LabelledObject object(int number) {
    Cover c = covers.get(number);
    int[] box = {width, height, 0, 0};
    int area = 0;
    for (int y = c.top; y < c.bottom; y++) {
      for (int x = c.left; x < c.right; x++) {
        if (owner[y * width + x] == number) {
          area++;
          box[0] = Math.min(box[0], x);
          box[1] = Math.min(box[1], y);
          box[2] = Math.max(box[2], x + 1);
          box[3] = Math.max(box[3], y + 1);
        }
      }
    }
    SceneThing thing = things.get(number);
    List<KeyPoint> joints = thing.joints().stream().map(p -> seen(p, number)).toList();
    return new LabelledObject(
        new Box(box[0], box[1], box[2], box[3], thing.kind(), joints),
        Optional.of(new Owned(owner, number, height, width)),
        area,
        false,
        false);
  }

  private KeyPoint seen(KeyPoint p, int number) {
    if (p.x() < 0 || p.y() < 0 || p.x() >= width || p.y() >= height) {
      return new KeyPoint(0, 0, p.label(), Visibility.ABSENT);
    }
    boolean own = owner[((int) p.y()) * width + (int) p.x()] == number;
    return p.with(own ? Visibility.VISIBLE : Visibility.HIDDEN);
  }

  /** Returns what is to be seen in words. */
  String caption() {
    return SceneCaption.of(things, ground.skyColour(), ground.landColour());
  }

  /** The pixels of one thing. */
  @SuppressWarnings("ArrayRecordComponent") // a plain carrier, never compared
  private record Owned(int[] owner, int number, int height, int width) implements Region {
    @Override
    public Tensor in(int rows, int columns) {
      Tensor mask = Tensor.zeros(Shape.of(height, width));
      for (int i = 0; i < owner.length; i++) {
        mask.data()[i] = owner[i] == number ? 1 : 0;
      }
      return mask;
    }
  }
}
