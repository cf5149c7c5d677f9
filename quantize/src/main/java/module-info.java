/** Networks of 8 bits from trained ones. */
module dev.fovea.quantize {
  requires static org.jspecify;
  requires transitive dev.fovea.core;

  exports dev.fovea.quantize;
}
