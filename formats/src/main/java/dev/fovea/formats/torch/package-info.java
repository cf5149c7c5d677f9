/**
 * PyTorch: state dicts in zip files and in the stream of before version 1.6, read without running
 * anything.
 */
@NullMarked
package dev.fovea.formats.torch;

import org.jspecify.annotations.NullMarked;
