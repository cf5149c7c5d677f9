package dev.fovea.serve;

/** Whether a server takes requests, and why not. */
enum ServerState {
  STARTING("the server is still loading its models"),
  READY("the server is ready"),
  ENDING("the server is ending");

  private final String text;

  ServerState(String text) {
    this.text = text;
  }

  /** Returns a sentence that says so. */
  String text() {
    return text;
  }
}
