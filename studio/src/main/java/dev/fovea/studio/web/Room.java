package dev.fovea.studio.web;

import java.io.IOException;

/** One part of a studio, which answers what its page asks. */
public interface Room {
  /** Returns its name in addresses: {@code draw} for {@code /api/draw/…}. */
  String name();

  /**
   * Answers a request. Any number of threads call it at once.
   *
   * @throws Refusal if it is not answered
   * @throws dev.fovea.tensor.FoveaException if what was asked makes no sense
   */
  Answer answer(Request request) throws IOException;
}
