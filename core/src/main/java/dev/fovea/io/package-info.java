/** Files: safetensors, strict JSON and atomic writes. */
@NullMarked
package dev.fovea.io;

import org.jspecify.annotations.NullMarked;
