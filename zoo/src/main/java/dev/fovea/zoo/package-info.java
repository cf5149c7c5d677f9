/**
 * Architectures, one file each.
 *
 * <pre>
 *    name → Zoo → Architecture → layers (Blocks, Head), Recipe → Model
 * </pre>
 */
@NullMarked
package dev.fovea.zoo;

import org.jspecify.annotations.NullMarked;
