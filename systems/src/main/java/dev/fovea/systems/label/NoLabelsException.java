package dev.fovea.systems.label;

import dev.fovea.tensor.FoveaException;

/** Says that a folder has no label files of a form: another form may be the one. */
final class NoLabelsException extends FoveaException {
  private static final long serialVersionUID = 1L;

  NoLabelsException(String message) {
    super(message);
  }
}
