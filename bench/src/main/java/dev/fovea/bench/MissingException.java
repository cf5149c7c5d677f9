package dev.fovea.bench;

/** A contestant is not there; the message says why and how to get it. */
final class MissingException extends Exception {
  private static final long serialVersionUID = 1L;

  MissingException(String message) {
    super(message);
  }

  /** Returns the reason. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
