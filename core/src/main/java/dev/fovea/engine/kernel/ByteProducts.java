package dev.fovea.engine.kernel;

import dev.fovea.op.Quantized.Rounding;
import java.util.Optional;

/**
 * The inner loops of convolutions and dense layers on bytes: sums of products of unsigned and
 * signed bytes for a block of rows, exact in 32 bits, and what is made of them.
 *
 * <p>A row is {@code taps} runs of {@code inner} bytes; row r of a block of m rows reads its tap t
 * at {@code x[o + i]}, where o is the integer whose raw bits {@code own[table + t · m + r]} holds,
 * or padding of {@code zero} where o is negative. Result (r, j) is (Σ (x − zero) · w + bias[j]) ·
 * multiplier[j], rounded or not. Every implementation gives the same bits: those of {@link
 * dev.fovea.op.Quantized.Conv2d}. {@link ByteConvolution} drives it.
 */
public interface ByteProducts {
  /** Returns the name, for reports and as the name of the layout of its weights. */
  String name();

  /** Returns how many bytes the packed weights of so many columns take. */
  int packedSize(int taps, int inner, int columns);

  /**
   * Packs the weights of some columns: element (tap t, i, column j) is read from {@code w[wo + (t ·
   * inner + i) · step + j]}.
   */
  void pack(int taps, int inner, int columns, byte[] w, int wo, int step, byte[] packed, int po);

  /** Returns how many rows a block should have so that what is read again stays in caches. */
  int rows(int taps, int inner);

  /** Returns how many floats of scratch a block takes. */
  int scratch(Block block);

  /**
   * The sizes of a block.
   *
   * @param m its number of rows
   * @param taps runs of bytes per row
   * @param inner bytes per run
   * @param column the place of its first column among multipliers and biases
   * @param columns results per row
   * @param zero the byte of x that stands for 0, from 0 to 255
   * @param rounding how results become bytes; empty if they are floats
   * @param step the distance between rows of results
   */
  record Block(
      int m,
      int taps,
      int inner,
      int column,
      int columns,
      int zero,
      Optional<Rounding> rounding,
      int step) {}

  /**
   * Computes a block.
   *
   * @param b its sizes
   * @param x the bytes that offsets point into
   * @param own this thread's own memory
   * @param table index of the first offset in it
   * @param scratch index of what {@link #scratch} asked for in it
   * @param w packed weights
   * @param wo index of the first of them
   * @param multiplier the multipliers of all columns
   * @param bias the biases of all columns
   * @param y the whole result
   * @param at the place in it of row 0, column 0 of the block
   */
  void product(
      Block b,
      byte[] x,
      float[] own,
      int table,
      int scratch,
      byte[] w,
      int wo,
      Span multiplier,
      Span bias,
      Span y,
      int at);
}
