/**
 * Networks and weights read from the files of other tools, whatever the format.
 *
 * <pre>
 *    file → Formats → FormatReader → ImportedNetwork → Model
 *                     FileKind: what a file is that is none of these
 * </pre>
 */
@NullMarked
package dev.fovea.formats;

import org.jspecify.annotations.NullMarked;
