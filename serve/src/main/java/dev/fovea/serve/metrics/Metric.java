package dev.fovea.serve.metrics;

/** Something that is counted or measured under one name. */
interface Metric {
  /** Appends all series in Prometheus' text form. */
  void append(StringBuilder out);

  /** Appends what stands before the series. */
  static void head(StringBuilder out, String name, String help, String type) {
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
  }
}
