/** What rooms share: open networks, pictures and the digits that are learned at the start. */
@NullMarked
package dev.fovea.studio.state;

import org.jspecify.annotations.NullMarked;
