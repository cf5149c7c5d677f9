package dev.fovea.machine.assembler;

import java.util.ArrayList;
import java.util.List;

/** A place in code that jumps lead to. */
public final class Label {
  static final int UNKNOWN = -1;

  private final List<Integer> uses = new ArrayList<>();
  private int place = UNKNOWN;

  Label() {}

  int place() {
    return place;
  }

  void bind(int at) {
    if (place != UNKNOWN) {
      throw new IllegalStateException("a label has one place");
    }
    place = at;
  }

  /** Remembers where a jump's distance stands, to be written once the place is known. */
  void usedAt(int at) {
    uses.add(at);
  }

  List<Integer> uses() {
    return List.copyOf(uses);
  }
}
