package dev.fovea.simd;

import java.util.Optional;

/**
 * A source of micro-kernels that compute faster than those of the Vector API and give the same
 * bits. It is found by {@link java.util.ServiceLoader}.
 */
public interface MicroSource {
  /**
   * What a source has for this process.
   *
   * @param micros the kernels; empty if they cannot run here
   * @param remark what they are, or what is wrong and what to change, in one line
   * @param toldAtOnce whether every user is told the remark, and not only who asks: there is
   *     something to change
   */
  record Offer(Optional<Micros> micros, String remark, boolean toldAtOnce) {
    /** Returns an offer of kernels. */
    public static Offer of(Micros micros, String remark) {
      return new Offer(Optional.of(micros), remark, false);
    }

    /** Returns that there are none, for a reason that nobody can change. */
    public static Offer none(String remark) {
      return new Offer(Optional.empty(), remark, false);
    }

    /** Returns that there are none, for a reason that the user is told at once. */
    public static Offer trouble(String remark) {
      return new Offer(Optional.empty(), remark, true);
    }
  }

  /**
   * Returns the kernels for this process, if they can run.
   *
   * @param vectors those of the Vector API, which do what the source does not speed up
   * @param bits the width in bits of the vectors that panels are made for
   */
  Offer offer(Micros vectors, int bits);
}
