/**
 * Sliding windows: a network that says what a whole picture shows is asked about many parts of a
 * larger one, each by itself or all in one pass.
 */
@NullMarked
package dev.fovea.systems.window;

import org.jspecify.annotations.NullMarked;
