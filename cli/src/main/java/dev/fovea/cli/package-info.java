/**
 * The fovea command: one file per command, its options, its reports.
 *
 * <pre>
 *    arguments → Main → …Command → library → TextReport, JsonReport → terminal
 *                       Errors: one line for whatever goes wrong
 * </pre>
 */
@NullMarked
package dev.fovea.cli;

import org.jspecify.annotations.NullMarked;
