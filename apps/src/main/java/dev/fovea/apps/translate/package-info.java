/** Pictures translated into pictures of another kind: pairs to learn it from. */
@NullMarked
package dev.fovea.apps.translate;

import org.jspecify.annotations.NullMarked;
