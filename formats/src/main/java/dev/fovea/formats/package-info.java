/** Networks read from the files of other tools, whatever the format. */
@NullMarked
package dev.fovea.formats;

import org.jspecify.annotations.NullMarked;
