/** Networks that are other ones with some values changed. Internal to this module. */
@NullMarked
package dev.fovea.quantize.retrace;

import org.jspecify.annotations.NullMarked;
