package dev.fovea.machine;

import dev.fovea.machine.assembler.Width;
import dev.fovea.machine.kernel.TileShape;
import dev.fovea.machine.memory.Processor;
import dev.fovea.simd.Micro;
import java.util.List;
import java.util.stream.Stream;

/** Tiles of all shapes that this machine's processor has registers for, at most so many rows. */
record Shapes(TileShape tiles, int rows) {
  private static final Processor PROCESSOR = Processor.ofMachine();

  static Stream<Shapes> all() {
    return Stream.concat(ofFloats(), ofPairs());
  }

  /** Returns those of pairs of bfloat16. */
  static Stream<Shapes> ofPairs() {
    return Stream.of(
            new Shapes(TileShape.ofPairs(2), Micro.PRODUCT_ROWS),
            new Shapes(TileShape.ofPairs(1), Micro.ROWS))
        .filter(_ -> PROCESSOR.bfloat16());
  }

  /** Returns those of floats. */
  static Stream<Shapes> ofFloats() {
    return Stream.concat(
            Stream.of(
                new Shapes(TileShape.ofFloats(2, Width.BITS_256, false), 6),
                new Shapes(TileShape.ofFloats(1, Width.BITS_256, false), Micro.ROWS)),
            Stream.of(Width.BITS_256, Width.BITS_512)
                .flatMap(w ->
                    Stream.of(
                        new Shapes(TileShape.ofFloats(2, w, true), Micro.PRODUCT_ROWS),
                        new Shapes(TileShape.ofFloats(1, w, true), Micro.ROWS))))
        .filter(s -> s.tiles.avx512() ? PROCESSOR.avx512() : PROCESSOR.avx2());
  }

  /** Returns the most rows of a tile in memory. */
  int sums() {
    return Math.min(rows, Micro.ROWS);
  }

  /** Returns these tiles as micro-kernels, none of which are left to others. */
  MachineMicro micro() {
    return new MachineMicro(plain(), tiles, LeastWork.ANY, tiles.width() == Width.BITS_512);
  }

  /** Returns the specification of them. */
  PlainMicro plain() {
    int n = tiles.columns();
    return tiles.pairs() ? PlainMicro.ofPairs(n) : PlainMicro.ofFloats(n);
  }

  static List<Integer> depths() {
    return List.of(1, 2, 3, 4, 5, 7, 8, 31);
  }
}
