package dev.fovea.cli;

/** An option of predict that some tasks take and others do not. */
enum PredictOption {
  TOP("--top"),
  INVERT("--invert"),
  RAW("--raw"),
  SCORE("--score"),
  FORMAT("--format"),
  OVERLAY("--overlay"),
  BOXES("--boxes"),
  VIEWS("--tta"),
  TILES("--tile"),
  WINDOWS("--windows");

  private final String text;

  PredictOption(String text) {
    this.text = text;
  }

  /** Returns its name on the command line. */
  String text() {
    return text;
  }

  boolean isGiven(PredictOptions options) {
    return switch (this) {
      case TOP -> options.givesTop();
      case INVERT -> options.invert();
      case RAW -> options.raw();
      case SCORE -> options.score().isPresent();
      case FORMAT -> options.format().isPresent();
      case OVERLAY -> options.overlay().isPresent();
      case BOXES -> options.boxes().isPresent();
      case VIEWS -> options.views().isPresent();
      case TILES -> options.tiles().given();
      case WINDOWS -> options.windows().given();
    };
  }
}
