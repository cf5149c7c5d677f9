/** Layers, initialisers, losses and models. */
@NullMarked
package dev.fovea.nn;

import org.jspecify.annotations.NullMarked;
