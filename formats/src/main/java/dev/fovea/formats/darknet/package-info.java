/** Darknet: cfg and weights. */
@NullMarked
package dev.fovea.formats.darknet;

import org.jspecify.annotations.NullMarked;
