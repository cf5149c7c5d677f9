/** What is counted while a server works, in the text form of Prometheus. */
@NullMarked
package dev.fovea.serve.metrics;

import org.jspecify.annotations.NullMarked;
