package dev.fovea.machine.memory;

/** Says that the operating system does not give memory of a kind. */
public final class MemoryRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Creates it with one line that says what is refused. */
  public MemoryRefusedException(String message) {
    super(message);
  }
}
