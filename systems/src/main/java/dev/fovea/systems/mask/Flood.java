package dev.fovea.systems.mask;

import dev.fovea.systems.mask.ConnectedComponents.Component;
import dev.fovea.tensor.Tensor;
import java.util.Arrays;

/** Flood fill: gives all pixels that can be reached from one the number of their component. */
final class Flood {
  private final float[] map;
  private final float[] numbers;
  private final int height;
  private final int width;
  private final boolean corners;
  private int[] waiting = new int[256];
  private int n;

  /**
   * Makes what fills one map.
   *
   * @param numbers where the numbers go, zeros at first
   * @param corners whether pixels that share only a corner are neighbours
   */
  Flood(Tensor map, Tensor numbers, boolean corners) {
    this.map = map.data();
    this.numbers = numbers.data();
    this.height = map.shape().dim(0);
    this.width = map.shape().dim(1);
    this.corners = corners;
  }

  Component from(int first, int number) {
    int area = 0;
    int left = width;
    int right = 0;
    int top = height;
    int bottom = 0;
    reach(first, map[first], number);
    while (n > 0) {
      int i = waiting[--n];
      int x = i % width;
      int y = i / width;
      area++;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
      spread(x, y, map[first], number);
    }
    return new Component(map[first], area, new PixelBox(left, top, right, bottom));
  }

  private void spread(int x, int y, float value, int number) {
    for (int v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
      for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
        if (corners || u == x || v == y) {
          reach(v * width + u, value, number);
        }
      }
    }
  }

  private void reach(int i, float value, int number) {
    if (numbers[i] == 0 && map[i] == value) {
      numbers[i] = number;
      if (n == waiting.length) {
        waiting = Arrays.copyOf(waiting, 2 * n);
      }
      waiting[n++] = i;
    }
  }
}
