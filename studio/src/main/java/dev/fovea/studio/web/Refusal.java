package dev.fovea.studio.web;

/** A request that is not answered as asked: a status of HTTP and one line that says why. */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;

  /** Creates a refusal. */
  public Refusal(int status, String why) {
    super(why);
    this.status = status;
  }

  /** Returns the status of HTTP, such as 403. */
  public int status() {
    return status;
  }
}
