package dev.fovea.studio.room;

import dev.fovea.data.Dataset;
import dev.fovea.data.Digits;
import dev.fovea.studio.state.Workspace;
import dev.fovea.studio.web.Bundle;
import dev.fovea.studio.web.Refusal;
import dev.fovea.studio.web.Request;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import dev.fovea.vision.Images;
import dev.fovea.vision.Placement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Pictures that come from pages, those that are always there, and how they are shown. */
final class Pictures {
  /** The most bytes of a picture's file. */
  static final long MAX_BYTES = 20 << 20;

  /** The most pixels of a picture. */
  static final long MAX_PIXELS = 40_000_000;

  private static final int CARD = 240;

  private Pictures() {}

  /**
   * Reads a picture that a page has sent: its size first, its pixels only where they are not too
   * many.
   *
   * @throws Refusal if it is too large
   * @throws dev.fovea.tensor.FoveaException if it is none that can be read
   */
  static Tensor read(Request request) throws IOException {
    Path file = Files.createTempFile("fovea-picture", "");
    try {
      request.to(file, MAX_BYTES);
      Placement.Size size = Images.header(file).size();
      if ((long) size.height() * size.width() > MAX_PIXELS) {
        throw new Refusal(
            413,
            "picture: %s×%s pixels are more than %s million"
                .formatted(size.height(), size.width(), MAX_PIXELS / 1_000_000));
      }
      return Images.read(file);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Returns a picture as bytes [H, W, C]. */
  static Bundle bytes(Map<String, Object> head, Tensor image) {
    return add(new Bundle(head), "pixels", image);
  }

  /** Adds a picture as bytes [H, W, C]. */
  static Bundle add(Bundle to, String name, Tensor image) {
    byte[] bytes = new byte[image.data().length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.clamp(Math.round(image.data()[i]), 0, 255);
    }
    Shape s = image.shape();
    return to.add(name, List.of(s.dim(0), s.dim(1), s.dim(2)), bytes);
  }

  /** Adds the pictures of samples of one size, [N, H, W, C]. */
  static Bundle samples(Bundle to, Dataset data, int... indices) {
    return all(
        to, IntStream.of(indices).mapToObj(i -> data.read(i, Seed.of(0)).picture()).toList());
  }

  /** Adds pictures of one size, [N, H, W, C]; nothing where there are none. */
  static Bundle all(Bundle to, List<Tensor> pictures) {
    if (pictures.isEmpty()) {
      return to;
    }
    Shape s = pictures.getFirst().shape();
    byte[] all = new byte[pictures.size() * s.elements()];
    for (int i = 0; i < all.length; i++) {
      float value = pictures.get(i / s.elements()).data()[i % s.elements()];
      all[i] = (byte) Math.clamp(Math.round(value), 0, 255);
    }
    return to.add("pictures", List.of(pictures.size(), s.dim(0), s.dim(1), s.dim(2)), all);
  }

  /** Puts those pictures into a workspace that are always there. */
  static void putUsual(Workspace workspace) {
    workspace.put("test card", card());
    byte[] digit = Digits.draw(5, Seed.of(8));
    Tensor small = Tensor.zeros(Shape.of(Digits.SIZE, Digits.SIZE, 1));
    for (int i = 0; i < digit.length; i++) {
      small.data()[i] = digit[i] & 0xFF;
    }
    workspace.put("a digit", small);
  }

  /** Returns a picture with edges of all directions, waves of all lengths, ramps and a dot. */
  private static Tensor card() {
    Tensor card = Tensor.zeros(Shape.of(CARD, CARD, 3));
    for (int y = 0; y < CARD; y++) {
      for (int x = 0; x < CARD; x++) {
        for (int c = 0; c < 3; c++) {
          card.data()[(y * CARD + x) * 3 + c] = Math.clamp(Math.round(card(y, x, c)), 0, 255);
        }
      }
    }
    return card;
  }

  private static double card(int y, int x, int c) {
    double half = CARD / 2.0;
    double dy = (y - half / 2) % half;
    if (y < half && x < half) { // rings that become finer outwards
      double r = Math.hypot(y - half / 2, x - half / 2);
      return 128 + 120 * Math.cos(r * r / 55);
    }
    if (y < half) { // a disc of colour on a ramp
      double r = Math.hypot(y - half / 2, x - 1.5 * half);
      double[] disc = {214, 94, 20};
      return r < 38 ? disc[c] : 40 + 170.0 * (x - half) / half;
    }
    if (x < half) { // stripes of all directions around a point
      return Math.sin(9 * Math.atan2(dy, x - half / 2)) > 0 ? 230 : 30;
    }
    boolean square = ((y / 15) + (x / 15)) % 2 == 0;
    double[] light = {240, 235, 220};
    double[] dark = {20, 60, 110};
    return square ? light[c] : dark[c];
  }
}
