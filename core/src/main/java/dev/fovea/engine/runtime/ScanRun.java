package dev.fovea.engine.runtime;

import dev.fovea.engine.compile.Place;
import dev.fovea.engine.compile.Place.Storage;
import dev.fovea.engine.compile.Program;
import dev.fovea.engine.compile.ScanKernel;
import dev.fovea.engine.compile.Step;
import dev.fovea.engine.kernel.Alignment;
import dev.fovea.engine.kernel.Kernel;
import dev.fovea.engine.kernel.Operands;
import dev.fovea.engine.kernel.Span;
import dev.fovea.op.Scan;
import dev.fovea.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a scan: per step, copies the parts of sequences to where the step's program reads them, runs
 * that program, copies outputs to their places. It allocates nothing.
 */
final class ScanRun implements Runnable {
  private final Scan scan;
  private final Program step;
  private final Operands operands;
  private final Device device;
  private final Span scratch;
  private final byte[] bytes;
  private final Runnable[] runs;
  private final Parts[] sequences;
  private final Parts[] outputs;
  private final Span[] first;
  private final Span[] carries;
  private final Span[] next;
  private final Span[] last;

  /** Where the parts of a sequence and the memory for one of them lie. */
  private record Parts(Span all, Span one, int outer, int inner, int length) {
    void read(int t) {
      for (int i = 0; i < outer; i++) {
        copy(all, (i * length + t) * inner, one, i * inner, inner);
      }
    }

    void write(int t) {
      for (int i = 0; i < outer; i++) {
        copy(one, i * inner, all, (i * length + t) * inner, inner);
      }
    }
  }

  private ScanRun(Device device, ScanKernel kernel, Operands operands, Span scratch) {
    this.scan = kernel.scan();
    this.step = kernel.step();
    this.operands = operands;
    this.device = device;
    this.scratch = scratch;
    this.bytes = new byte[step.sizes().arena().bytes()];
    this.runs = step.steps().stream().map(this::bind).toArray(Runnable[]::new);
    this.sequences = sequences();
    this.outputs = outputs();
    this.carries = ports(step.inputs());
    this.next = ports(step.results());
    this.first = new Span[scan.carries()];
    this.last = new Span[scan.carries()];
    for (int i = 0; i < scan.carries(); i++) {
      first[i] = operands.input(i);
      last[i] = result(i);
    }
  }

  /** Returns what runs a kernel: a scan, or another on the device. */
  static Runnable bind(Device device, Kernel kernel, Operands operands, Span scratch) {
    return kernel instanceof ScanKernel scan
        ? new ScanRun(device, scan, operands, scratch)
        : device.bind(kernel, operands, scratch);
  }

  private Runnable bind(Step s) {
    Span[] inputs = s.inputs().stream().map(this::span).toArray(Span[]::new);
    Operands own = new Operands(inputs, span(s.output()), span(s.workspace()));
    return bind(device, s.kernel(), own, scratch);
  }

  /** Returns where a place of the step's program lies: its arena is this kernel's workspace. */
  private Span span(Place p) {
    Span memory = operands.workspace();
    return switch (p.storage()) {
      case Storage.Arena _ when p.type().bytes() == 1 -> new Span(bytes, p.offset(), p.length());
      case Storage.Arena _ when p.length() == 0 -> Span.EMPTY;
      case Storage.Arena _ -> memory.part(p.offset() - Alignment.FIRST, p.length());
      case Storage.Operand o -> operands.input(o.input()).part(p.offset(), p.length());
      case Storage.Bytes b -> new Span(b.data(), p.offset(), p.length());
      default -> throw new IllegalStateException("a step of a scan has no " + p.storage());
    };
  }

  private Span result(int i) {
    return operands.output().part(scan.begin(i), scan.resultShape(i).elements());
  }

  private Span[] ports(List<Program.Port> ports) {
    return ports.subList(0, scan.carries()).stream().map(p -> span(p.place())).toArray(Span[]::new);
  }

  /** Returns the sequences that the step reads. */
  private Parts[] sequences() {
    List<Parts> all = new ArrayList<>();
    for (int i = scan.carries(); i < scan.carries() + scan.sequences(); i++) {
      Program.Port port = step.inputs().get(i);
      if (port.place().length() > 0) {
        all.add(parts(operands.input(i), port));
      }
    }
    return all.toArray(Parts[]::new);
  }

  private Parts[] outputs() {
    Parts[] all = new Parts[scan.outputs()];
    for (int i = 0; i < all.length; i++) {
      all[i] = parts(result(scan.carries() + i), step.results().get(scan.carries() + i));
    }
    return all;
  }

  private Parts parts(Span all, Program.Port one) {
    Shape shape = one.shape();
    int outer = 1;
    for (int i = 0; i < scan.axis(); i++) {
      outer *= shape.dim(i);
    }
    int inner = outer == 0 ? 0 : shape.elements() / outer;
    return new Parts(all, span(one.place()), outer, inner, scan.length());
  }

  @Override
  public void run() {
    for (int i = 0; i < carries.length; i++) {
      copy(first[i], carries[i]);
    }
    for (int i = 0; i < scan.length(); i++) {
      step(scan.backwards() ? scan.length() - 1 - i : i);
    }
    Span[] end = scan.length() == 0 ? first : next;
    for (int i = 0; i < last.length; i++) {
      copy(end[i], last[i]);
    }
  }

  private void step(int t) {
    for (Parts s : sequences) {
      s.read(t);
    }
    for (Runnable run : runs) {
      run.run();
    }
    for (Parts o : outputs) {
      o.write(t);
    }
    for (int i = 0; i < carries.length; i++) {
      copy(next[i], carries[i]);
    }
  }

  /** Copies a whole stretch, unless nobody reads where it goes or it lies there. */
  @SuppressWarnings("ReferenceEquality") // whether it is one array
  private static void copy(Span from, Span to) {
    if (from.array() != to.array() || from.offset() != to.offset()) {
      copy(from, 0, to, 0, to.length());
    }
  }

  private static void copy(Span from, int at, Span to, int place, int length) {
    System.arraycopy(from.array(), from.offset() + at, to.array(), to.offset() + place, length);
  }
}
