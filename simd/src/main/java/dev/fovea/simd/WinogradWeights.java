package dev.fovea.simd;

import dev.fovea.op.Layout;
import dev.fovea.tensor.Shape;
import java.util.Optional;

/**
 * The layout of transformed weights: [blocks of columns][positions][inner][columns of a block].
 *
 * @param panels the weights as panels of nine taps, which the transform starts from
 * @param tile the form of Winograd's convolution
 * @param rotated whether the window is turned by 180°, as backward data needs it
 */
record WinogradWeights(Panels panels, WinogradTile tile, boolean rotated) {
  private static final String NAME = "winograd ";

  /** Floats of one tap that are transformed at a time: 3·side·CHUNK of them stay in L1. */
  private static final int CHUNK = 512;

  /** Returns the layout of weights of this plain shape; its name tells the tile. */
  Layout layout(Shape plain) {
    Shape shape = Shape.of(panels.blocks(), tile.positions(), panels.inner() * panels.width());
    return new Layout(NAME + tile.name(), shape, plain);
  }

  /** Returns the tile that weights in a layout were transformed for, if they were. */
  static Optional<WinogradTile> tile(Layout layout) {
    String name = layout.name();
    return name.startsWith(NAME)
        ? Optional.of(WinogradTile.valueOf(name.substring(NAME.length())))
        : Optional.empty();
  }

  int size() {
    return Math.multiplyExact(panels.blocks(), blockSize());
  }

  /** Returns how many floats one position of one block takes. */
  int positionSize() {
    return panels.inner() * panels.width();
  }

  private int blockSize() {
    return Math.multiplyExact(tile.positions(), positionSize());
  }

  /** Returns where a position of a block begins. */
  int at(int block, int position) {
    return (block * tile.positions() + position) * positionSize();
  }

  int tasks() {
    return panels.blocks();
  }

  int scratch() {
    return panels.blockSize() + 3 * tile.side() * CHUNK;
  }

  /** Transforms one block of columns. */
  void transform(int block, float[] from, int fromAt, float[] to, int toAt, float[] f, int own) {
    panels.packBlock(0, block, from, fromAt, f, own);
    int n = positionSize();
    int lines = own + panels.blockSize();
    int side = tile.side();
    for (int at = 0; at < n; at += CHUNK) {
      int length = Math.min(CHUNK, n - at);
      for (int col = 0; col < 3; col++) {
        int r0 = own + at + tap(0, col) * n;
        int r1 = own + at + tap(1, col) * n;
        int r2 = own + at + tap(2, col) * n;
        tile.weights(length, f, r0, r1, r2, f, lines + col * CHUNK, 3 * CHUNK);
      }
      for (int row = 0; row < side; row++) {
        int r = lines + 3 * row * CHUNK;
        int target = toAt + at(block, row * side) + at;
        tile.weights(length, f, r, r + CHUNK, r + 2 * CHUNK, to, target, n);
      }
    }
  }

  private int tap(int row, int col) {
    int tap = 3 * row + col;
    return rotated ? 8 - tap : tap;
  }
}
