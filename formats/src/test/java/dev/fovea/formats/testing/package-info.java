/** Small files of all formats, made by the tests themselves. */
@NullMarked
package dev.fovea.formats.testing;

import org.jspecify.annotations.NullMarked;
