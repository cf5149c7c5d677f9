/** What the lessons of the studio compute: one experiment a file, each with its settings. */
@NullMarked
package dev.fovea.studio.lesson;

import org.jspecify.annotations.NullMarked;
