package dev.fovea.engine.runtime;

import static dev.fovea.nn.Layers.batchNorm;
import static dev.fovea.nn.Layers.conv2d;
import static dev.fovea.nn.Layers.dense;
import static dev.fovea.nn.Layers.flatten;
import static dev.fovea.nn.Layers.relu;
import static dev.fovea.nn.Layers.sequence;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.fovea.engine.Engine;
import dev.fovea.engine.Engines;
import dev.fovea.engine.compile.Compiler;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.graph.Graph;
import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.KernelProvider;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Providers;
import dev.fovea.engine.kernel.Span;
import dev.fovea.nn.Model;
import dev.fovea.nn.Traced;
import dev.fovea.op.ConvolutionAlgorithm;
import dev.fovea.op.Value;
import dev.fovea.tensor.Seed;
import dev.fovea.tensor.Shape;
import dev.fovea.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the functions of a model share. */
@Isolated("it reads how much of the heap is used")
final class SharedMemoryTest {
  private final Engine engine = Engines.of(Providers.choose().chain(), new Workers(1));
  private final Model model =
      Model.build(
          sequence(conv2d(512, 3), batchNorm(), relu(), flatten(), dense(10)),
          Shape.of(4, 4, 128),
          Seed.of(1),
          engine);
  private final SharedMemory memory = new SharedMemory();

  private CompiledFunction function(int batch) {
    return function(batch, memory);
  }

  private CompiledFunction function(int batch, SharedMemory shared) {
    Traced t = model.trace(batch, false);
    Graph graph = Graph.of(t.inputs(), t.outputs(), t.paths());
    return CompiledFunction.of(
        engine.unwrap(Device.class), graph, Compiler.Mode.INFER, Map.of(), shared);
  }

  private static Tensor pictures(int batch) {
    float[] x = new float[batch * 4 * 4 * 128];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) Math.sin(i % 2048);
    }
    return Tensor.of(Shape.of(batch, 4, 4, 128), x);
  }

  private static long used() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void furtherBatchSizesTakeNoWeightsOfTheirOwn() {
    model.parameters().values();
    double least = Double.MAX_VALUE;
    for (int round = 0; round < 5 && least >= 1.15; round++) {
      least = Math.min(least, growth());
    }
    assertThat(least).isLessThan(1.15);
  }

  /** Returns the heap of batches 1 to 4 by that of batch 1; other tests may change it meanwhile. */
  private double growth() {
    SharedMemory shared = new SharedMemory();
    long before = used();
    List<CompiledFunction> kept = new ArrayList<>();
    long one = 0;
    for (int batch = 1; batch <= 4; batch++) {
      CompiledFunction f = function(batch, shared);
      f.call(pictures(batch));
      kept.add(f);
      one = batch == 1 ? used() - before : one;
    }
    long all = used() - before;
    assertThat(kept).hasSize(4);
    return (double) all / one;
  }

  @Test
  void whatIsSharedIsComputedAnewWhenParametersChange() {
    CompiledFunction two = function(2);
    CompiledFunction one = function(1);
    float before = two.call(pictures(2)).get(0).data()[5];
    assertThat(one.call(pictures(1)).get(0).data()[5]).isEqualTo(before);
    Shape shape = model.parameters().get("4.bias").shape();
    model.parameters().set("4.bias", Tensor.full(shape, 3));
    float after =
        new CompiledFunction(
                one.program(), engine.unwrap(Device.class), Map.of(), new SharedMemory())
            .call(pictures(1))
            .get(0)
            .data()[5];
    assertThat(after).isNotEqualTo(before);
    assertThat(one.call(pictures(1)).get(0).data()[5]).isEqualTo(after);
    assertThat(two.call(pictures(2)).get(0).data()[5]).isEqualTo(after);
  }

  /** One works with zeros where another left numbers, and after a larger one has taken its turn. */
  @Test
  void functionsTakeTurnsInOneArena() {
    List<CompiledFunction> all = List.of(function(1), function(3), function(2));
    Execution e = all.get(1).acquire();
    Memory arena = e.memory();
    all.get(1).release(e);
    for (int round = 0; round < 2; round++) {
      for (CompiledFunction f : all) {
        Execution same = f.acquire();
        assertThat(same.memory()).isSameAs(arena);
        f.release(same);
        float[] alone =
            new CompiledFunction(
                    f.program(), engine.unwrap(Device.class), Map.of(), new SharedMemory())
                .call(pictures(f.inputs().get(0).dim(0)))
                .get(0)
                .data();
        assertThat(f.call(pictures(f.inputs().get(0).dim(0))).get(0).data()).isEqualTo(alone);
      }
    }
  }

  @Test
  void threadsOfSeveralBatchSizesGetTheSameBits() throws Exception {
    List<CompiledFunction> all = List.of(function(1), function(2), function(3));
    float[] first = all.get(0).call(pictures(1)).get(0).data();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      List<Future<Boolean>> same = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        CompiledFunction f = all.get(t % 3);
        int n = 1 + t % 3;
        same.add(
            threads.submit(() -> {
              boolean equal = true;
              for (int i = 0; i < 50; i++) {
                float[] y = f.call(pictures(n)).get(0).data();
                equal &= Math.abs(y[0] - first[0]) < 1e-4;
              }
              return equal;
            }));
      }
      for (Future<Boolean> s : same) {
        assertThat(s.get()).isTrue();
      }
    }
  }

  @Test
  void memoryThatNobodyUsesIsDropped() {
    SharedMemory brief = new SharedMemory(0);
    Value x = dev.fovea.op.Source.Input.sample(0, Shape.of(2));
    CompiledFunction f =
        CompiledFunction.of(
            engine.unwrap(Device.class),
            Graph.of(List.of(x), List.of(x.plus(x))),
            Compiler.Mode.INFER,
            Map.of(),
            brief);
    Execution a = f.acquire();
    Execution b = f.acquire();
    f.release(a);
    f.release(b);
    Execution c = f.acquire();
    Execution d = f.acquire();
    assertThat(c).isSameAs(b);
    assertThat(d).isNotSameAs(a);
  }

  /** Memory of the one would do for the other's floats alone, and the other way round. */
  @Test
  void functionsThatNeedMoreOfEitherKindShareOneMemory() {
    SharedMemory shared = new SharedMemory();
    Memory.Room floats = new Memory.Room(100, 10);
    Memory.Room bytes = new Memory.Room(10, 100);
    shared.giveBack(shared.lend(floats));
    Memory both = shared.lend(bytes);
    assertThat(both.room).isEqualTo(new Memory.Room(100, 100));
    for (Memory.Room need : List.of(floats, bytes, floats)) {
      shared.giveBack(both);
      assertThat(shared.lend(need)).isSameAs(both);
    }
  }

  @Test
  void whatIsHandedBackTwiceIsRefused() {
    CompiledFunction f = function(1);
    Execution e = f.acquire();
    f.release(e);
    assertThatThrownBy(() -> f.release(e)).isInstanceOf(IllegalStateException.class);
    Execution again = f.acquire();
    assertThat(f.acquire().memory()).isNotSameAs(again.memory());
  }

  /** An array has at most 2³¹ − 64 floats: a step's memory then lies in one of its own. */
  @Test
  void memoryForTheLargestArenaFitsIt() {
    Program.Size arena = new Program.Size(Alignment.LAST - 10, 7);
    Memory.Room room = Memory.Room.of(arena, 1000);
    assertThat(room).isEqualTo(new Memory.Room(Alignment.LAST - 10, 7));
    assertThat(room.holds(Memory.Room.of(arena, 1000))).isTrue();
    assertThat(room.holds(Memory.Room.of(new Program.Size(100, 8), 0))).isFalse();
  }

  @Test
  void batchSizesUsedLastAreKept() {
    LastUsed<Integer, String> kept = new LastUsed<>();
    for (int i = 0; i < 65; i++) {
      kept.put(i, "function of " + i);
      assertThat(kept.get(0)).isNotNull();
    }
    assertThat(kept.get(1)).isNull();
    assertThat(kept.get(64)).isEqualTo("function of 64");
  }

  @Test
  void acquiringAllocatesNothing() {
    List<CompiledFunction> all = List.of(function(2), function(1));
    assertThat(allocations(50, all)).isEqualTo(allocations(0, all));
  }

  /** Returns what so many calls allocate, the least of some rounds, and measuring. */
  private static long allocations(int calls, List<CompiledFunction> functions) {
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = allocated();
      for (int i = 0; i < calls; i++) {
        CompiledFunction f = functions.get(i % 2);
        Execution e = f.acquire();
        e.run();
        f.release(e);
      }
      least = Math.min(least, allocated() - before);
    }
    return least;
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  /** A training that goes on meanwhile spoils that one result and none after it. */
  @Test
  void whatIsComputedWhileParametersChangeIsComputedOnceMore() {
    Program program = function(1).program();
    AtomicInteger prologue = new AtomicInteger(program.prologue().size());
    Device device =
        new Device() {
          @Override
          public List<KernelProvider> providers() {
            return engine.unwrap(Device.class).providers();
          }

          @Override
          public Device with(ConvolutionAlgorithm algorithm) {
            throw new UnsupportedOperationException();
          }

          @Override
          public Runnable bind(Kernel kernel, Operands operands, Span scratch) {
            Runnable run = engine.unwrap(Device.class).bind(kernel, operands, scratch);
            return () -> {
              run.run();
              if (prologue.decrementAndGet() == 0) {
                Shape shape = model.parameters().get("0.bias").shape();
                model.parameters().set("0.bias", Tensor.full(shape, 5));
              }
            };
          }
        };
    CompiledFunction f = new CompiledFunction(program, device, Map.of(), new SharedMemory());
    f.call(pictures(1));
    assertThat(prologue.get()).isNegative();
    float[] after = f.call(pictures(1)).get(0).data();
    assertThat(after)
        .isEqualTo(
            new CompiledFunction(program, engine.unwrap(Device.class), Map.of(), new SharedMemory())
                .call(pictures(1))
                .get(0)
                .data());
  }
}
