package dev.fovea.bench;

/** One side of a comparison, in a process of its own. */
interface Contestant extends AutoCloseable {
  /** Returns the name in reports. */
  String name();

  /**
   * Starts and warms up, if it stays between measurements.
   *
   * @throws MissingException if it is not there or does not have the case
   */
  void open(Case c) throws MissingException;

  /**
   * Measures for about so many seconds while nothing else runs.
   *
   * @throws MissingException if it fails
   */
  Measurement measure(double seconds) throws MissingException;

  /** Ends its process. */
  @Override
  void close();
}
