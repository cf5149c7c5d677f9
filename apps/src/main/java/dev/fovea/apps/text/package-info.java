/**
 * Texts that networks read or write: {@link dev.fovea.apps.text.Alphabet} numbers signs, {@link
 * dev.fovea.apps.text.CtcDecoder} reads them from the outputs of a network, {@link
 * dev.fovea.apps.text.EditDistance} and {@link dev.fovea.apps.text.Bleu} judge what came out.
 */
@NullMarked
package dev.fovea.apps.text;

import org.jspecify.annotations.NullMarked;
