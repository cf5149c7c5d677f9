/** The rooms: one class for each, which answers what the page of the same name asks. */
@NullMarked
package dev.fovea.studio.room;

import org.jspecify.annotations.NullMarked;
