/** Instructions of x86-64 as bytes. */
@NullMarked
package dev.fovea.machine.assembler;

import org.jspecify.annotations.NullMarked;
