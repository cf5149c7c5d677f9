package dev.fovea.systems.draw;

import dev.fovea.data.Box;
import dev.fovea.data.KeyPoint;
import dev.fovea.data.KeyPoint.Visibility;
import dev.fovea.data.Mark;
import dev.fovea.data.Sample;
import dev.fovea.systems.Detection;
import dev.fovea.systems.label.LabelNames;
import dev.fovea.systems.label.LabelledObject;
import dev.fovea.systems.label.LabelledPicture;
import dev.fovea.systems.label.Skeleton;
import dev.fovea.systems.mask.ConnectedComponents;
import dev.fovea.systems.mask.ConnectedComponents.Component;
import dev.fovea.systems.mask.ConnectedComponents.Neighbours;
import dev.fovea.systems.measure.PanopticMap;
import dev.fovea.systems.panoptic.PanopticScene;
import dev.fovea.tensor.FoveaException;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Lettering;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A picture that is drawn on. Places are given in pixels of the picture; the image has whole
 * multiples of its size if it is small.
 */
public final class Drawing {
  /** A picture is enlarged until its longer side has so many pixels. */
  private static final int SIDE = 512;

  private static final int LARGEST_TIMES = 16;
  private static final double LINES_PER_SIDE = 360;
  private static final int SMALLEST_LETTERS = 12;
  private static final int LARGEST_LETTERS = 60;
  private static final int LETTERS_PER_SIDE = 42;
  private static final float TINT = 0.45f;
  private static final Color HALO = new Color(0, 0, 0, 150);

  private final BufferedImage image;
  private final int times;
  private final int height;
  private final int width;
  private final float line;
  private final Tags tags;

  private Drawing(Tensor picture) {
    this.height = picture.shape().dim(0);
    this.width = picture.shape().dim(1);
    int longer = Math.max(height, width);
    this.times = Math.clamp(Math.ceilDiv(SIDE, longer), 1, LARGEST_TIMES);
    this.image = enlarged(Images.toBufferedImage(Images.toRgb(picture)), times);
    this.line = (float) Math.max(2, longer * times / LINES_PER_SIDE);
    int letters = Math.clamp(longer * times / LETTERS_PER_SIDE, SMALLEST_LETTERS, LARGEST_LETTERS);
    this.tags = new Tags(image, Lettering.ofThisMachine(letters));
  }

  /**
   * Begins with a picture.
   *
   * @param picture [H, W, 1] or [H, W, 3], its values 0 … 255
   */
  public static Drawing of(Tensor picture) {
    return new Drawing(picture);
  }

  private static BufferedImage enlarged(BufferedImage picture, int times) {
    BufferedImage image =
        new BufferedImage(
            picture.getWidth() * times, picture.getHeight() * times, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, picture.getRGB(x / times, y / times));
      }
    }
    return image;
  }

  /** Returns the image. */
  public BufferedImage image() {
    return image;
  }

  /** Draws what a network found, that which it is least sure of first. */
  public Drawing detections(List<Detection> found, Skeleton skeleton) {
    List<Detection> order =
        found.stream().sorted(Comparator.comparingDouble(Detection::score)).toList();
    for (Detection d : order) {
      Color colour = Palette.of(d.box().label());
      d.mask().ifPresent(m -> region(m.in(height, width), colour));
    }
    for (Detection d : order) {
      String name = d.label() + String.format(Locale.ROOT, " %.0f %%", 100 * d.score());
      box(d.box(), name, Palette.of(d.box().label()));
      skeleton(d.box().points(), skeleton);
    }
    return this;
  }

  /** Draws a box with a name, which may be empty. */
  public Drawing box(Box b, String name, Color colour) {
    Rectangle2D r =
        new Rectangle2D.Double(
            b.left() * times,
            b.top() * times,
            (b.right() - b.left()) * times,
            (b.bottom() - b.top()) * times);
    stroke(colour, g -> g.draw(r));
    if (!name.isEmpty()) {
      tags.at(r.getBounds(), name, colour);
    }
    return this;
  }

  /** What is done with graphics. */
  @FunctionalInterface
  private interface Painting {
    void on(Graphics2D g);
  }

  /** Draws lines of a colour on a dark halo, so that they are seen on any ground. */
  private void stroke(Color colour, Painting painting) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(HALO);
    g.setStroke(round(line + 2));
    painting.on(g);
    g.setColor(colour);
    g.setStroke(round(line));
    painting.on(g);
    g.dispose();
  }

  private static BasicStroke round(float width) {
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_MITER);
  }

  /**
   * Tints pixels and draws the outline around them.
   *
   * @param region the pixels [H, W] that are not 0
   */
  public Drawing region(Tensor region, Color colour) {
    requireSize(region);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (region.data()[y * width + x] != 0) {
          tint(x, y, colour, TINT);
        }
      }
    }
    outline(region, colour);
    return this;
  }

  private void requireSize(Tensor map) {
    if (!map.shape().equals(Shape.of(height, width))) {
      throw new FoveaException(
          "drawing: a map of %s on a picture of %s×%s pixels"
              .formatted(map.shape(), height, width));
    }
  }

  private void tint(int x, int y, Color colour, float share) {
    for (int py = y * times; py < (y + 1) * times; py++) {
      for (int px = x * times; px < (x + 1) * times; px++) {
        int old = image.getRGB(px, py);
        int red = mixed(old >> 16 & 0xFF, colour.getRed(), share);
        int green = mixed(old >> 8 & 0xFF, colour.getGreen(), share);
        int blue = mixed(old & 0xFF, colour.getBlue(), share);
        image.setRGB(px, py, red << 16 | green << 8 | blue);
      }
    }
  }

  private static int mixed(int old, int value, float share) {
    return Math.round(old + share * (value - old));
  }

  /** Draws lines between pixels of different numbers. */
  private void outline(Tensor map, Color colour) {
    Graphics2D g = image.createGraphics();
    g.setColor(colour);
    int thick = Math.max(1, Math.round(line * 0.7f));
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float own = map.data()[y * width + x];
        if (x + 1 < width && own != map.data()[y * width + x + 1]) {
          g.fillRect((x + 1) * times - thick / 2, y * times, thick, times);
        }
        if (y + 1 < height && own != map.data()[(y + 1) * width + x]) {
          g.fillRect(x * times, (y + 1) * times - thick / 2, times, thick);
        }
      }
    }
    g.dispose();
  }

  /**
   * Tints every pixel in the colour of its class, draws the borders and writes the names.
   *
   * @param classes the numbers of classes [H, W]; others than those of names are left as they are
   */
  public Drawing classes(Tensor classes, List<String> names) {
    requireSize(classes);
    Tensor known = Tensor.zeros(classes.shape());
    for (int i = 0; i < classes.data().length; i++) {
      int c = (int) classes.data()[i];
      if (c >= 0 && c < names.size()) {
        tint(i % width, i / width, Palette.of(c), TINT);
        known.data()[i] = c + 1f;
      }
    }
    outline(classes, Color.WHITE);
    ConnectedComponents parts = ConnectedComponents.of(known, Neighbours.FOUR);
    for (int number : largest(parts)) {
      int c = (int) parts.components().get(number - 1).value() - 1;
      int at = middle(parts.numbers(), number);
      tags.inMiddle((at % width) * times, (at / width) * times, names.get(c), Palette.of(c));
    }
    return this;
  }

  /**
   * Draws segments: tints every pixel in the colour of its class, draws borders between segments
   * and writes the names, those of objects with how sure the network is.
   */
  public Drawing scene(PanopticScene scene) {
    Tensor numbers = scene.map().numbers();
    requireSize(numbers);
    List<PanopticMap.Segment> segments = scene.map().segments();
    for (int i = 0; i < numbers.data().length; i++) {
      int number = (int) numbers.data()[i];
      if (number > 0) {
        tint(i % width, i / width, Palette.of(segments.get(number - 1).label()), TINT);
      }
    }
    outline(numbers, Color.WHITE);
    for (PanopticMap.Segment s : segments) {
      int at = middle(numbers, s.number());
      boolean object = s.number() <= scene.objects().size();
      String sure =
          object
              ? String.format(
                  Locale.ROOT, " %.0f %%", 100 * scene.objects().get(s.number() - 1).score())
              : "";
      tags.inMiddle(
          (at % width) * times, (at / width) * times, scene.label(s) + sure, Palette.of(s.label()));
    }
    return this;
  }

  /** Returns the number of the largest part of each class. */
  private static Collection<Integer> largest(ConnectedComponents parts) {
    Map<Float, Integer> largest = new TreeMap<>();
    List<Component> all = parts.components();
    for (int i = 0; i < all.size(); i++) {
      int number = i + 1;
      largest.merge(
          all.get(i).value(),
          number,
          (a, b) -> all.get(b - 1).area() > all.get(a - 1).area() ? b : a);
    }
    return largest.values();
  }

  /** Returns the pixel of a part that is nearest to the mean of its pixels. */
  private int middle(Tensor numbers, int number) {
    double[] sums = new double[3];
    for (int i = 0; i < numbers.data().length; i++) {
      if (numbers.data()[i] == number) {
        sums[0] += i % width;
        sums[1] += Math.floorDiv(i, width);
        sums[2]++;
      }
    }
    int best = 0;
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < numbers.data().length; i++) {
      double dx = i % width - sums[0] / sums[2];
      double dy = Math.floorDiv(i, width) - sums[1] / sums[2];
      if (numbers.data()[i] == number && dx * dx + dy * dy < nearest) {
        nearest = dx * dx + dy * dy;
        best = i;
      }
    }
    return best;
  }

  /** Draws key points and the bones between them; what is hidden is drawn hollow. */
  public Drawing skeleton(List<KeyPoint> points, Skeleton skeleton) {
    Map<Integer, KeyPoint> seen =
        points.stream()
            .filter(KeyPoint::isKnown)
            .collect(Collectors.toMap(KeyPoint::label, p -> p, (a, b) -> a));
    for (Skeleton.Bone bone : skeleton.bones()) {
      KeyPoint from = seen.get(bone.from());
      KeyPoint to = seen.get(bone.to());
      if (from != null && to != null) {
        Line2D l =
            new Line2D.Double(from.x() * times, from.y() * times, to.x() * times, to.y() * times);
        stroke(side(skeleton, bone.from(), bone.to()), g -> g.draw(l));
      }
    }
    // Points that no bones lead to must be seen by themselves.
    double radius = line * (skeleton.bones().isEmpty() ? 3 : 1.4);
    seen.values().forEach(p -> joint(p, side(skeleton, p.label(), p.label()), radius));
    return this;
  }

  private void joint(KeyPoint p, Color colour, double radius) {
    Ellipse2D dot =
        new Ellipse2D.Double(
            p.x() * times - radius, p.y() * times - radius, 2 * radius, 2 * radius);
    if (p.visibility() == Visibility.HIDDEN) {
      stroke(colour, g -> g.draw(dot));
    } else {
      stroke(colour, g -> g.fill(dot));
    }
  }

  /** The left side is orange, the right one blue, what is in the middle or has no side green. */
  private static Color side(Skeleton skeleton, int from, int to) {
    int sided = isSided(skeleton, from) ? from : to;
    if (!isSided(skeleton, sided) || isSided(skeleton, from) != isSided(skeleton, to)) {
      return Palette.of(2);
    }
    return Palette.of(
        skeleton.joints().get(sided).toLowerCase(Locale.ROOT).contains("left") ? 0 : 4);
  }

  private static boolean isSided(Skeleton skeleton, int joint) {
    List<Integer> mirrored = skeleton.mirrored();
    return joint < mirrored.size() && mirrored.get(joint) != joint;
  }

  /**
   * Draws all marks of a sample on its picture: boxes in the colours of their classes, the pixels
   * of objects, else the classes of pixels, and key points.
   *
   * @param things the names of objects' classes
   * @param classes the names of pixels' classes
   */
  public static Drawing of(
      Sample sample, List<String> things, List<String> classes, Skeleton skeleton) {
    Drawing drawing = of(sample.picture());
    Optional<Mark.Boxes> boxes = sample.mark(Mark.Boxes.class);
    Optional<Mark.Instances> instances = sample.mark(Mark.Instances.class);
    if (instances.isEmpty()) {
      sample.mark(Mark.Mask.class).ifPresent(m -> drawing.classes(m.classes(), classes));
    }
    List<Box> all = boxes.map(Mark.Boxes::boxes).orElse(List.of());
    for (int i = 0; i < all.size() && instances.isPresent(); i++) {
      drawing.region(only(instances.get().numbers(), i + 1), Palette.of(all.get(i).label()));
    }
    for (Box b : all) {
      boolean counts = b.label() >= 0;
      String name = counts ? things.get(b.label()) : "ignored";
      drawing.box(b, name, counts ? Palette.of(b.label()) : Color.GRAY);
      drawing.skeleton(b.points(), skeleton);
    }
    sample.mark(Mark.KeyPoints.class).ifPresent(k -> drawing.skeleton(k.points(), skeleton));
    return drawing;
  }

  /**
   * Draws what a label file says of a picture: objects with their pixels and key points, else the
   * classes of pixels.
   *
   * @param picture the picture as it is seen
   */
  public static Drawing of(Tensor picture, LabelledPicture labels, LabelNames names) {
    Drawing drawing = of(picture);
    boolean drawn = labels.objects().stream().anyMatch(o -> o.region().isPresent());
    if (!drawn) {
      labels.pixels().ifPresent(p -> drawing.classes(p.classes(), names.classes()));
    }
    for (LabelledObject o : labels.objects()) {
      Color colour = Palette.of(o.box().label());
      o.region().ifPresent(r -> drawing.region(r.in(drawing.height, drawing.width), colour));
    }
    for (LabelledObject o : labels.objects()) {
      String name = names.things().get(o.box().label()) + (o.crowd() ? " (crowd)" : "");
      drawing.box(o.box(), name, Palette.of(o.box().label()));
      drawing.skeleton(o.box().points(), names.skeleton());
    }
    return drawing;
  }

  private static Tensor only(Tensor numbers, int number) {
    Tensor mask = Tensor.zeros(numbers.shape());
    for (int i = 0; i < mask.data().length; i++) {
      mask.data()[i] = numbers.data()[i] == number ? 1 : 0;
    }
    return mask;
  }
}
