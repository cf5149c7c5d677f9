/** What holds for the sources and classes of the whole project. */
@NullMarked
package dev.fovea.architecture;

import org.jspecify.annotations.NullMarked;
