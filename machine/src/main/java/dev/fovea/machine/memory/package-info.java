/** Code in memory, how it is called, and what the processor can run. */
@NullMarked
package dev.fovea.machine.memory;

import org.jspecify.annotations.NullMarked;
